//! Measures all servers under all loads of rooms, in turns.

use anyhow::Context;
use figures::{Spread, median};

use super::Contestant;
use super::cell::{self, RoomCell};
use super::flags::Flags;
use crate::bench::rounds::alternate;
use crate::engine::report::Report;

/// Measures all servers in all cells, and prints each cell when it is done.
pub(super) fn run(cells: &[RoomCell], contestants: &[Contestant], flags: &Flags) -> anyhow::Result<()> {
    let run = &flags.run;
    let (rounds, window, drive) = (run.rounds(), run.window(), run.drive());
    let threads = drive.threads;
    println!("deliveries a second; rounds {rounds}, window {window:?}, load threads {threads}");
    let mut missed = 0;
    for cell in flags.cells(cells) {
        let figures = alternate(contestants, rounds, |contestant| {
            let running = contestant.start()?;
            cell::run(running.address, contestant.dialect, cell, &drive)
                .and_then(Report::flawless)
                .with_context(|| contestant.name().to_owned())
        })
        .with_context(|| cell.to_string())?;
        missed += print_cell(cell, contestants, &figures);
    }
    println!("\nratios that were missed: {missed}");
    Ok(())
}

/// Prints the lines of one cell, and returns how many ratios were missed.
fn print_cell(cell: RoomCell, contestants: &[Contestant], figures: &[Vec<f64>]) -> usize {
    println!("\n{cell}");
    println!(
        "  {:<14} {:>10} {:>10} {:>10}   {:>22} {:>9} {:>9}",
        "server", "median", "min", "max", "ratio to it of medians", "by round", "at least"
    );
    let mut missed = 0;
    for (contestant, peer) in contestants.iter().zip(figures) {
        let name = contestant.name();
        let Spread {
            min: least,
            max: greatest,
            ..
        } = Spread::of(peer);
        let of_medians = median(&figures[0]) / median(peer);
        let of_rounds = Spread::of_ratios(&figures[0], peer).median;
        let wanted = cell.at_least.iter().find(|(peer, _)| *peer == name);
        let verdict = match wanted {
            None => String::new(),
            Some((_, ratio)) if of_medians.min(of_rounds) >= *ratio => format!("{ratio:.1}"),
            Some((_, ratio)) => {
                missed += 1;
                format!("{ratio:.1} missed")
            }
        };
        println!(
            "  {name:<14} {:>10.0} {least:>10.0} {greatest:>10.0}   {of_medians:>22.3} {of_rounds:>9.3} {verdict:>9}",
            median(peer)
        );
    }
    missed
}
