//! How fast many chat servers over one Redis are, beside what they must reach at least: logins by ticket, whispers between
//! servers, chat in a room, rooms of a server that has died; and what all of that costs Redis.
//!
//! ```text
//! cargo build --release -p chat-server
//! cargo bench -p fleet --bench many_servers
//! ```
//!
//! Behind `--` may follow `--json`, and `--part whispers` for a part of it. It takes less than two minutes, and ends with 1
//! where something is slower than it must be. The servers are the programs, each a process of its own; Redis writes to its
//! disk before it answers, as it must where chips and logs are kept there. The load shares the processors with them.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster` | a Redis, chat servers over it, tickets |
//! | `user` | a client that blocks |
//! | `logins`, `whispers`, `chat`, `takeover` | one figure each |
//! | `commands` | what Redis was asked to do, by its own count |
//! | `goals` | what must be reached |
//! | `report` | all of it, for people and for programs |

mod chat;
mod cluster;
mod commands;
mod goals;
mod logins;
#[path = "../../../../tests/support/redis.rs"]
mod redis_server;
mod report;
mod takeover;
mod user;
mod whispers;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};

use cluster::{Cluster, LONG_LEASE};
use goals::Goal;
use report::{Report, WithServers};

/// Servers of the figures that must be reached.
const SERVERS: usize = 4;

/// Servers of the figures that show what more of them bring.
const NUMBERS_OF_SERVERS: [usize; 4] = [1, 2, 4, 8];

#[derive(Parser)]
#[command(name = "many_servers")]
struct Flags {
    /// Print one JSON object in place of tables.
    #[arg(long)]
    json: bool,
    /// Measure this only; may be given several times.
    #[arg(long, value_enum)]
    part: Vec<Part>,
    /// Cargo says so.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Logins a second.
    Logins,
    /// How long a whisper to another server takes.
    Whispers,
    /// Chat in a room, with a directory and without.
    Chat,
    /// How long the rooms of a dead server are gone.
    Takeover,
    /// What Redis is asked to do.
    Commands,
    /// Logins and whispers with 1 to 8 servers.
    Servers,
}

fn main() -> anyhow::Result<ExitCode> {
    let flags = Flags::parse();
    net::raise_descriptor_limit().context("cannot raise the limit of open files")?;
    let report = measure(|part| flags.part.is_empty() || flags.part.contains(&part))?;
    match flags.json {
        true => println!("{}", serde_json::to_string(&report)?),
        false => print!("{report}"),
    }
    Ok(match report.goals.iter().any(Goal::is_missed) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

fn measure(is_wanted: impl Fn(Part) -> bool) -> anyhow::Result<Report> {
    let mut report = Report::default();
    if is_wanted(Part::Logins) {
        let cluster = Cluster::start(SERVERS, &LONG_LEASE)?;
        report.logins = Some(logins::measure(&cluster, 5)?);
    }
    if is_wanted(Part::Whispers) {
        let cluster = Cluster::start(SERVERS, &LONG_LEASE)?;
        report.whispers = Some(whispers::measure(&cluster)?);
    }
    if is_wanted(Part::Chat) {
        report.chat = Some(chat::measure()?);
    }
    if is_wanted(Part::Takeover) {
        report.takeover = Some(takeover::measure()?);
    }
    if is_wanted(Part::Commands) {
        report.commands = commands::count_all()?;
    }
    if is_wanted(Part::Servers) {
        report.with_servers = NUMBERS_OF_SERVERS
            .into_iter()
            .map(with_servers)
            .collect::<anyhow::Result<_>>()?;
    }
    report.goals = goals::of(&report);
    Ok(report)
}

fn with_servers(servers: usize) -> anyhow::Result<WithServers> {
    let cluster = Cluster::start(servers, &LONG_LEASE)?;
    Ok(WithServers {
        servers,
        logins: logins::measure(&cluster, 3)?,
        whispers: whispers::measure(&cluster)?,
    })
}
