//! The program `queues`: the queues of this crate beside those of others, in one table.
//!
//! | file | what is in it |
//! |---|---|
//! | `contenders` | the queues, each as two calls that wait |
//! | `round` | producers, a queue, consumers: one measurement |
//! | `load` | what goes through a queue, and between how many threads |
//! | `receipt` | what a consumer got, and whether all of them together got everything once |
//! | `usage` | what the process has used meanwhile |
//! | `table` | medians and ratios, for people or for programs |

mod contenders;
mod load;
mod receipt;
mod round;
mod table;
mod usage;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use command_line::{ProgramFlags, print_line};

use contenders::Contender;
use load::Load;
use table::Comparison;

const EXAMPLES: &str = "Exit code 0 when every queue was right, 1 when one was not, 2 for wrong usage.

Examples:
  queues bench
  queues bench --producers 1 --consumers 1 --capacity 16
  queues bench --only ring --only array-queue --items 10000000 --json";

/// Bounded queues between threads.
#[derive(Parser)]
#[command(name = "queues", version, after_help = EXAMPLES, arg_required_else_help = false)]
struct Flags {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sends numbered items from producers to consumers through each queue, and checks that each came once and in
    /// the order of its producer.
    Bench(BenchFlags),
}

#[derive(Args)]
struct BenchFlags {
    /// Threads that push.
    #[arg(long, value_name = "COUNT", default_value = "4", value_parser = threads)]
    producers: usize,
    /// Threads that pop.
    #[arg(long, value_name = "COUNT", default_value = "4", value_parser = threads)]
    consumers: usize,
    /// Items of one round, of all producers together.
    #[arg(long, value_name = "COUNT", default_value = "1000000", value_parser = at_least_one)]
    items: usize,
    /// Items that a queue has room for: a power of two, 2 or more.
    #[arg(long, value_name = "COUNT", default_value = "1024", value_parser = capacity)]
    capacity: usize,
    /// Rounds: in each, every queue has its turn.
    #[arg(long, value_name = "COUNT", default_value = "5", value_parser = at_least_one)]
    rounds: usize,
    /// Only this queue; may be given several times. The first is the one that the others are compared with.
    #[arg(long, value_name = "NAME", value_enum)]
    only: Vec<Contender>,
    /// Print one JSON object, for a program to read.
    #[arg(long)]
    json: bool,
}

impl ProgramFlags for Flags {}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| {
        let Command::Bench(flags) = flags.command;
        let comparison = bench(&flags)?;
        print_line(&match flags.json {
            true => serde_json::to_string(&comparison)?,
            false => comparison.to_string(),
        })
    })
}

/// All queues in turns, so that whatever else the machine does meets each of them.
fn bench(flags: &BenchFlags) -> anyhow::Result<Comparison> {
    let load = Load {
        producers: flags.producers,
        consumers: flags.consumers,
        items: flags.items,
        capacity: flags.capacity,
    };
    let contenders = match flags.only.is_empty() {
        true => Contender::all(),
        false => flags.only.clone(),
    };
    let mut measured = vec![Vec::new(); contenders.len()];
    for _ in 0..flags.rounds {
        for (contender, rounds) in contenders.iter().zip(&mut measured) {
            rounds.push(contender.round(load)?);
        }
    }
    Ok(Comparison::new(load, &contenders, &measured))
}

/// On each side.
fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=MOST_THREADS).contains(&count) => Ok(count),
        _ => Err(format!("expected a number from 1 to {MOST_THREADS}")),
    }
}

/// More only measure the scheduler, and a system has no place for very many.
const MOST_THREADS: usize = 1_000;

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("expected a number of at least 1".to_owned()),
    }
}

/// What all of the queues can have: the ring needs a power of two, and two places at least.
fn capacity(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(count) if count.is_power_of_two() && (2..=LARGEST_CAPACITY).contains(&count) => Ok(count),
        _ => Err(format!("expected a power of two from 2 to {LARGEST_CAPACITY}")),
    }
}

/// More would be memory and no queue.
const LARGEST_CAPACITY: usize = 1 << 24;
