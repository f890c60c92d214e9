//! `loadgen compare`: several servers in turns, each started again for every round.
//!
//! | file | what is in it |
//! |---|---|
//! | `planned` | a comparison before it is made, and making it |
//! | `rounds` | whose turn it is |
//! | `at_load` | the same servers at parts of what each of them can do |
//! | `beside` | what else the processors have to do meanwhile |
//! | `costs`, `calls` | what a message costs a server: processor time, switches, memory, system calls |
//! | `measured` | what the rounds say of one server |
//! | `comparison` | what has come of all of them |
//! | `columns`, `charts` | the same as text, as Markdown, as a figure |
//! | `suite` | many comparisons, as data |
//! | `results`, `running` | the results of a suite, and making them |
//! | `peers` | servers in C, to compare ours with |

mod at_load;
mod beside;
mod calls;
mod charts;
mod columns;
mod comparison;
mod costs;
mod measured;
mod peers;
mod planned;
mod results;
mod rounds;
mod running;
mod suite;

use anyhow::anyhow;
use command_line::print_line;
use figures::check_file;
use serde::Serialize;

use super::flags::CompareFlags;
use crate::interrupt;
use at_load::AtLoad;
use comparison::Comparison;
use peers::Peers;
use planned::{How, Measurement, Planned, Told};

/// Compares, with so many open files at most, and tells of it. An error, too, when a server did something
/// wrong, or is slower than a suite allows.
pub(super) fn run(flags: &CompareFlags, limit: Option<u64>) -> anyhow::Result<()> {
    if let Some(name) = &flags.suite {
        return running::run(&suite::Suite::find(name)?, flags, limit);
    }
    if let Some(path) = &flags.output.plot {
        check_file(path)?;
    }
    let load = flags.load().map_err(|problem| anyhow!(problem))?;
    let mut peers = Peers::default();
    let commands = peers.compile(flags.commands()?)?;
    let how = How {
        rounds: flags.rounds,
        costs: flags.costs,
        beside_loops: flags.beside_loops,
        goes_on: false,
    };
    let planned = Planned::new(commands, load, how, limit)?;
    let comparison = planned.measure()?;
    let wants_more = !flags.at_load.is_empty() && comparison.is_whole();
    let at_load = wants_more.then(|| planned.at_load(&comparison, &flags.at_load).measure());
    // Whatever ends the second part, the first one is told.
    tell(
        flags,
        &comparison,
        at_load.as_ref().and_then(|at_load| at_load.as_ref().ok()),
    )?;
    let is_whole = at_load.transpose()?.is_none_or(|at_load| at_load.is_whole());
    if !(is_whole && comparison.is_whole()) {
        interrupt::check(interrupt::FIGURES_SO_FAR)?;
    }
    Ok(())
}

/// What `--json` prints.
#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    comparison: &'a Comparison,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_load: Option<&'a AtLoad>,
}

fn tell(flags: &CompareFlags, comparison: &Comparison, at_load: Option<&AtLoad>) -> anyhow::Result<()> {
    let text = match flags.output.json {
        true => serde_json::to_string(&Json { comparison, at_load })?,
        false => {
            let tables = [Some(comparison.table()), at_load.map(Told::table)];
            tables.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
    };
    print_line(&text)?;
    match &flags.output.plot {
        Some(path) => charts::draw(path, comparison, comparison, at_load),
        None => Ok(()),
    }
}
