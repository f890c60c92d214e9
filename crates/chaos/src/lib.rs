//! Kills the servers of durable rooms while users talk, and checks what the users have seen against the promise: nothing
//! that was acknowledged is lost.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for |
//! | `record` | what users have said and seen, as it happened |
//! | `check` | whether a record keeps the promise |
//! | `outage` | what goes wrong and when, out of a seed |
//! | `servers`, `keeper` | the processes; who kills them, and starts them again |
//! | `api`, `session` | what a user asks of the API server, and says to a chat server |
//! | `notebook`, `user` | what a user has to remember, and a user on a thread of its own |
//! | `shared` | what all threads share |
//! | `run` | a run from its beginning to its end |
//! | `report`, `plot` | its result |
//!
//! It is the command `chaos` of the program `loadgen`.
//!
//! The users do what a good client does, but share no code with one: a checker that has the faults of what it checks would
//! not see them.
#![forbid(unsafe_code)]

mod api;
mod check;
mod flags;
mod keeper;
mod notebook;
mod outage;
mod plot;
mod record;
mod report;
mod run;
mod servers;
mod session;
mod shared;
mod user;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, ensure};
use command_line::print_line;
use figures::check_file;

pub use flags::ChaosFlags;

use check::check;
use plot::plot;
use record::Record;

/// Does what the flags ask for, and prints it.
///
/// # Errors
/// Where it cannot be done, and where the promise was broken: after the report.
pub fn run(flags: &ChaosFlags) -> anyhow::Result<()> {
    if let Some(path) = &flags.plot {
        check_file(path)?;
    }
    let (report, record) = run::run(flags)?;
    let findings = check(&record);
    let report = report.found(&findings);
    print_line(&report.table())?;
    if let Some(path) = &flags.record {
        write(path, &record)?;
    }
    if let Some(path) = &flags.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = &flags.plot {
        plot(&report, path)?;
    }
    ensure!(report.missing == 0, "{} users did not come back", report.missing);
    ensure!(
        report.violated == 0,
        "the promise was broken {} times",
        report.violated
    );
    Ok(())
}

fn write(path: &Path, record: &Record) -> anyhow::Result<()> {
    let write = || {
        let mut file = BufWriter::new(File::create(path)?);
        record.lines().try_for_each(|line| writeln!(file, "{line}"))?;
        file.flush()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
