//! A thousand tables with seven players each, and how late their phases and the answers to their stakes are.
//!
//! `cargo bench -p baccarat-server --bench tables`; `-- TABLES` for another number of tables, and `-- TABLES FILE` for
//! one run with its ledger in this file, which is made and removed.
//!
//! The program is started with `--rounds auto`. In each round six players of a table stake a chip, each at its own time,
//! and the seventh does not, so that the betting ends by its time. When a phase should end is what the table has told
//! first to one of its members; how late it is, each member says. Every balance is computed again, and all members of a
//! table must have the same result.

mod load;
mod player;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use harness::{Announcement, Process, RunningServer};
use hdrhistogram::Histogram;

use load::{Load, Outcome};

/// Until the server listens, and a client is connected.
const PATIENCE: Duration = Duration::from_secs(60);

const BET_TIME: &str = "1s";
const RESULT_TIME: &str = "1s";

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`.
    let mut arguments = env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let tables = arguments
        .next()
        .map_or(Ok(1_000), |count| count.parse())
        .context("the first argument is a number of tables")?;
    if let Some(file) = arguments.next() {
        return measure(tables, Some(&PathBuf::from(file)));
    }
    measure(tables, None)?;
    measure(
        tables,
        Some(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("tables.db")),
    )
}

/// One run, with the ledger in this file or in memory.
fn measure(tables: usize, file: Option<&Path>) -> anyhow::Result<()> {
    let name = file.map_or("memory".to_owned(), |file| file.display().to_string());
    let exists = file.is_some_and(Path::exists);
    ensure!(!exists, "{name} exists already; name another file");
    let server = start(tables, file)?;
    let process = Process::find(server.id())?;
    let outcome = Load::new(server.address, tables)?.run()?;
    println!(
        "{tables} tables, {} players, ledger in {name}",
        tables * load::SEATS
    );
    report(&outcome);
    println!("  peak of the memory  {} MiB", process.peak_kib()? / 1024);
    println!(
        "  processor time      {:.1} s in {:.1} s",
        process.cpu_time()?.as_secs_f64(),
        outcome.time.as_secs_f64()
    );
    drop(server);
    if let Some(file) = file {
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", file.display()));
        }
    }
    Ok(())
}

fn start(tables: usize, file: Option<&Path>) -> anyhow::Result<RunningServer> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baccarat-server"));
    command.args(["--bind", "127.0.0.1:0", "--rounds", "auto"]);
    command.args(["--bet-time", BET_TIME, "--result-time", RESULT_TIME]);
    command.args(["--rooms", &tables.to_string()]);
    if let Some(file) = file {
        command.arg("--ledger").arg(file);
    }
    RunningServer::start(&mut command, Announcement::FIRST_LINE, PATIENCE)
}

fn report(outcome: &Outcome) {
    let row = |name: &str, times: &Histogram<u64>| {
        let at = |share| times.value_at_quantile(share) as f64 / 1e6;
        println!(
            "  {name:<18}  p50 {:.2} ms  p99 {:.2} ms  p99.9 {:.2} ms  max {:.1} ms  of {}",
            at(0.5),
            at(0.99),
            at(0.999),
            at(1.0),
            times.len()
        );
    };
    row("delay of a phase", &outcome.phases);
    row("answer to a stake", &outcome.stakes);
    println!(
        "  rounds              {}; {} stakes came too late",
        outcome.rounds, outcome.late
    );
}
