//! Treats a running server badly, in all the ways of a list of faults, while a well-behaved client measures
//! what that costs the others.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for |
//! | `rows` | the list: what is done, to whom, and what must come of it; the doing, one file for each family |
//! | `row` | what a row is, and how it may end |
//! | `plan` | what every row needs to know: where, how many, how long |
//! | `service`, `chat` | what the server speaks |
//! | `client` | a client that never waits for ever |
//! | `control` | the well-behaved client, on a thread of its own |
//! | `meter` | how long it has waited |
//! | `descriptors` | the server without a descriptor |
//! | `watch` | one row after the other, with all that is watched meanwhile |
//! | `samples` | second by second, for the figure |
//! | `report` | the table, and JSON |
//! | `interrupt` | Ctrl-C |
//!
//! It is the command `soak` of the program `loadgen`.
#![forbid(unsafe_code)]

mod chat;
mod client;
mod control;
mod descriptors;
mod flags;
mod interrupt;
mod meter;
mod plan;
mod report;
mod row;
mod rows;
mod samples;
mod service;
mod watch;

use std::cell::OnceCell;
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{bail, ensure};
use command_line::print_line;
use harness::Process;

pub use flags::SoakFlags;

use plan::Plan;
use report::{Report, usage_line};
use row::Row;
use samples::draw;
use watch::Watch;

/// Does what the flags ask for, and prints it.
///
/// # Errors
/// Where the server cannot be reached, and where a row has failed: after the report.
pub fn run(flags: &SoakFlags) -> anyhow::Result<()> {
    let rows = flags.rows()?;
    if flags.list {
        return print_line(listed(&rows).trim_end());
    }
    interrupt::watch()?;
    let plan = plan(flags)?;
    let watch = Watch {
        plan: &plan,
        p99: Some(flags.p99).filter(|bound| !bound.is_zero()),
        quiet: flags.json,
    };
    let (report, samples) = watch.run(&rows)?;
    if flags.json {
        print_line(&serde_json::to_string_pretty(&report)?)?;
    } else {
        print_line(&usage_line("start", report.start))?;
        print_line(&usage_line("end  ", report.end))?;
    }
    // Behind the report: a figure that cannot be written must not cost what took so long.
    if let Some(path) = &flags.plot {
        let title = format!("Memory of the server at {}", plan.address);
        draw(path, &title, &samples)?;
    }
    verdict(&report, &rows)
}

fn plan(flags: &SoakFlags) -> anyhow::Result<Plan> {
    let address = flags.address()?;
    let find = |id| server_process(id, address);
    Ok(Plan {
        address,
        service: flags.service(),
        process: flags.pid().map(find).transpose()?,
        scale: flags.scale,
        clients: flags.clients(),
        patience: flags.patience,
        end: Instant::now() + flags.duration(),
        places: OnceCell::new(),
        burst: OnceCell::new(),
    })
}

/// Makes sure that it is the right one: what is done to it would harm another.
fn server_process(id: u32, address: SocketAddr) -> anyhow::Result<Process> {
    let process = Process::find(id)?;
    let port = address.port();
    ensure!(
        process.listens_on(port)?,
        "process {id} does not listen on port {port}"
    );
    Ok(process)
}

/// What the rows do, and what must come of it.
fn listed(rows: &[&Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let faults: Vec<_> = row.faults.iter().map(u8::to_string).collect();
        text += &format!("{:<14} {:>2}  {}\n", row.name, faults.join(","), row.sentence);
        text += &format!("{:<18} {}\n", "", row.check);
    }
    text
}

/// An error where anything has failed, or was not done.
fn verdict(report: &Report, rows: &[&Row]) -> anyhow::Result<()> {
    let failed = report.failed();
    if !failed.is_empty() {
        bail!(
            "{} of {} rows have failed: {}",
            failed.len(),
            rows.len(),
            failed.join(", ")
        );
    }
    if interrupt::is_requested() {
        bail!("interrupted; none of the rows that were done has failed");
    }
    Ok(())
}
