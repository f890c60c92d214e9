//! `loadgen compare`: several servers in turns, each started again for every round.
//!
//! | file | what is in it |
//! |---|---|
//! | `planned` | a comparison before it is made, and making it |
//! | `rounds` | whose turn it is |
//! | `beside` | what else the processors have to do meanwhile |
//! | `costs`, `calls` | what a message costs a server: processor time, switches, memory, system calls |
//! | `measured` | what the rounds say of one server |
//! | `comparison` | what has come of all of them |
//! | `columns`, `charts` | the same as text, as Markdown, as a figure |
//! | `suite` | many comparisons, as data |
//! | `results`, `running` | the results of a suite, and making them |
//! | `peers` | servers in C, to compare ours with |

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

use super::flags::CompareFlags;
use crate::interrupt;
use peers::Peers;
use planned::{How, Planned};

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
    let comparison = Planned::new(commands, load, how, limit)?.measure()?;
    let text = match flags.output.json {
        true => serde_json::to_string(&comparison)?,
        false => comparison.table(),
    };
    print_line(&text)?;
    if let Some(path) = &flags.output.plot {
        charts::draw(path, &comparison, &comparison)?;
    }
    if !comparison.is_whole() {
        interrupt::check(interrupt::FIGURES_SO_FAR)?;
    }
    Ok(())
}
