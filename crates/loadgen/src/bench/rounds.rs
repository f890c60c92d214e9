//! The cells of requests and replies, in rounds.

use anyhow::Context;

use super::Benchmark;
use super::flags::Flags;
use crate::drive::report::Report;
use crate::requests;
use crate::server::ServerCommand;
use crate::table;

/// Measures all servers in all cells, and prints each cell when it is done.
pub(super) fn run(bench: &Benchmark, servers: &[ServerCommand], flags: &Flags) -> anyhow::Result<()> {
    let names: Vec<_> = servers.iter().map(|server| server.name.as_str()).collect();
    let (rounds, drive) = (flags.run.rounds(), flags.run.drive());
    let (window, threads) = (flags.run.window(), drive.threads);
    println!("messages a second; rounds {rounds}, window {window:?}, load threads {threads}");
    let mut lowest = f64::INFINITY;
    for cell in flags.cells(bench.cells) {
        let figures = alternate(servers, rounds, |server| {
            // Started for this only.
            let running = server.start()?;
            requests::run(running.address, &bench.messages, cell, &drive)
                .and_then(Report::flawless)
                .with_context(|| server.name.clone())
        })
        .with_context(|| cell.to_string())?;
        lowest = lowest.min(table::print_cell(cell, &names, &figures));
    }
    println!("\nlowest ratio of {} in any cell: {lowest:.3}", names[0]);
    Ok(())
}

/// The figures of each of `contestants`, one a round.
pub(crate) fn alternate<T, F>(
    contestants: &[T],
    rounds: u32,
    mut measure: impl FnMut(&T) -> anyhow::Result<F>,
) -> anyhow::Result<Vec<Vec<F>>> {
    let mut figures: Vec<_> = contestants.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds as usize {
        // Each is first in its turn, so that nobody always runs on what another has left behind.
        for index in (0..contestants.len()).map(|place| (place + round) % contestants.len()) {
            figures[index].push(measure(&contestants[index])?);
        }
    }
    Ok(figures)
}
