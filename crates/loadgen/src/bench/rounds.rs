//! Measures echo servers or calculators in rounds, and prints a table for each load.

use anyhow::Context;
use figures::{Spread, median};

use super::Benchmark;
use super::flags::Flags;
use crate::engine::report::Report;
use crate::requests::{self, Cell};
use crate::server::ServerCommand;

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
        lowest = lowest.min(print_cell(cell, &names, &figures));
    }
    println!("\nlowest ratio of {} in any cell: {lowest:.3}", names[0]);
    Ok(())
}

/// Prints the lines of one cell, `figures` being those of each server, one a round. Returns the ratio of the first
/// server to the second, the peer in C: the lower of its two.
fn print_cell(cell: Cell, names: &[&str], figures: &[Vec<f64>]) -> f64 {
    println!("\n{cell}");
    println!(
        "  {:<14} {:>10} {:>10} {:>10}   {:>17} {:>17}",
        "server", "median", "min", "max", "ratio of medians", "median of ratios"
    );
    let baseline = &figures[1];
    let ratios = |own: &[f64]| {
        (
            median(own) / median(baseline),
            Spread::of_ratios(own, baseline).median,
        )
    };
    for (name, own) in names.iter().zip(figures) {
        let Spread { median, min, max } = Spread::of(own);
        let (of_medians, of_rounds) = ratios(own);
        println!(
            "  {name:<14} {median:>10.0} {min:>10.0} {max:>10.0}   {of_medians:>17.3} {of_rounds:>17.3}"
        );
    }
    let (of_medians, of_rounds) = ratios(&figures[0]);
    of_medians.min(of_rounds)
}

/// The figures of each of `contestants`, one a round.
pub(crate) fn alternate<T, F>(
    contestants: &[T],
    rounds: u32,
    mut measure: impl FnMut(&T) -> anyhow::Result<F>,
) -> anyhow::Result<Vec<Vec<F>>> {
    alternate_until(contestants, rounds, |one| measure(one).map(Some))
}

/// As [`alternate`], but `measure` may end it with `None`. Then there are figures of whole rounds only.
pub(crate) fn alternate_until<T, F>(
    contestants: &[T],
    rounds: u32,
    mut measure: impl FnMut(&T) -> anyhow::Result<Option<F>>,
) -> anyhow::Result<Vec<Vec<F>>> {
    let mut figures: Vec<Vec<F>> = contestants.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds as usize {
        for index in order(contestants.len(), round) {
            let Some(measured) = measure(&contestants[index])? else {
                figures.iter_mut().for_each(|own| own.truncate(round));
                return Ok(figures);
            };
            figures[index].push(measured);
        }
    }
    Ok(figures)
}

/// The order of a round: nobody always runs on what the same other one has left behind. Every second round is the one
/// before it in reverse, so each runs before its neighbour as often as behind it; and each pair of rounds begins with
/// another one than the pair before.
fn order(count: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..count).map(|place| (place + round / 2) % count).collect();
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_runs_before_each_neighbour_as_often_as_behind_it() {
        for count in 2..=5 {
            let (mut directly_behind, mut first) = (BTreeMap::new(), vec![0; count]);
            for round in 0..2 * count {
                let order = order(count, round);
                first[order[0]] += 1;
                for pair in order.windows(2) {
                    *directly_behind.entry((pair[0], pair[1])).or_insert(0) += 1;
                }
            }
            assert_eq!(first, vec![2; count], "each is first as often as all others");
            for (&(one, other), times) in &directly_behind {
                assert_eq!(
                    directly_behind.get(&(other, one)),
                    Some(times),
                    "{one} and {other} of {count}"
                );
            }
        }
    }

    #[test]
    fn a_round_that_is_not_over_does_not_count() {
        let mut left = 5;
        let figures = alternate_until(&["a", "b"], 9, |name| {
            left -= 1;
            Ok((left > 0).then_some(*name))
        });
        assert_eq!(figures.unwrap(), [["a", "a"], ["b", "b"]]);
    }
}
