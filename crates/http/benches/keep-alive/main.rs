//! How many requests a second on connections that stay open, next to nginx; and what ten thousand silent ones cost.
//!
//! `cargo bench -p http --bench keep-alive`. Both servers answer to `GET /healthz` on 64 connections, each with one
//! request under way: ours from a service, nginx, with a worker for each of two processors, from an empty file. They
//! take turns five times. Where nginx is not installed, only ours is measured.
//!
//! | file | what is in it |
//! |---|---|
//! | `load` | one thread that asks on many connections |
//! | `servers` | ours and nginx, each in a process of its own |

mod load;
mod servers;

use std::env;
use std::path::Path;
use std::time::Duration;

use figures::{Spread, Table, thousands};
use harness::{Process, RunningServer};

use load::Load;

/// Connections with a request under way.
const BUSY: usize = 64;

/// Connections without one.
const SILENT: usize = 10_000;

const ROUNDS: usize = 5;

/// What one server is asked for in one round.
const TURN: Duration = Duration::from_secs(2);

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).as_deref() == Some(servers::SERVE) {
        return servers::serve();
    }
    let _ = net::raise_descriptor_limit();
    let ours = servers::start_ours()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nginx");
    match servers::start_nginx(&folder)? {
        Some(nginx) => compare(&ours, &nginx)?,
        None => {
            println!("nginx is not installed, so there is nothing to compare with");
            println!("{} requests a second", thousands(turn(&ours)?));
        }
    }
    drop(ours);
    silence()
}

fn turn(server: &RunningServer) -> anyhow::Result<f64> {
    Load::connect(server.address, BUSY)?.run(TURN)
}

fn compare(ours: &RunningServer, nginx: &RunningServer) -> anyhow::Result<()> {
    let (mut of_ours, mut of_nginx) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_ours.push(turn(ours)?);
        of_nginx.push(turn(nginx)?);
    }
    let ratio = Spread::of_ratios(&of_ours, &of_nginx);
    let mut table = Table::new(&["server", "requests/s", "least", "most"]);
    for (name, values) in [("http", &of_ours), ("nginx", &of_nginx)] {
        let Spread { median, min, max } = Spread::of(values);
        table.row([name.to_owned(), thousands(median), thousands(min), thousands(max)]);
    }
    println!("GET /healthz on {BUSY} connections, {ROUNDS} rounds of {TURN:?} each\n{table}");
    println!(
        "  http / nginx: {:.2} ({:.2} to {:.2})",
        ratio.median, ratio.min, ratio.max
    );
    Ok(())
}

/// Every connection has been answered once, so its thread has done all that it does.
fn silence() -> anyhow::Result<()> {
    let server = servers::start_ours()?;
    let process = Process::find(server.id())?;
    let before = process.usage()?.resident_kib;
    let silent = Load::connect(server.address, SILENT)?;
    let after = process.usage()?;
    println!(
        "{SILENT} silent connections: {} MiB resident, {} KiB for each; {} threads",
        after.resident_kib / 1024,
        (after.resident_kib - before) / SILENT as u64,
        after.threads
    );
    drop(silent);
    Ok(())
}
