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
use harness::{Process, RunningServer, Tree};

use load::Load;

/// Connections with a request under way.
const BUSY: usize = 64;

/// Connections without one.
const SILENT: usize = 10_000;

const ROUNDS: usize = 5;

/// What one server is asked for in one round.
const TURN: Duration = Duration::from_secs(2);

/// What came of one turn.
struct Turn {
    requests_per_second: f64,
    /// Processor time of the server for each request. It holds also where the machine has other things to do: there the
    /// rate tells more about the number of threads, each of which gets its share.
    microseconds: f64,
}

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).as_deref() == Some(servers::SERVE) {
        return servers::serve();
    }
    let _ = net::raise_descriptor_limit();
    let ours = servers::start_ours()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nginx");
    let nginx = servers::start_nginx(&folder)?;
    let (mut of_ours, mut of_nginx) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_ours.push(turn(&ours)?);
        if let Some(nginx) = &nginx {
            of_nginx.push(turn(nginx)?);
        }
    }
    report(&of_ours, &of_nginx);
    drop((ours, nginx));
    silence()
}

fn turn(server: &RunningServer) -> anyhow::Result<Turn> {
    let load = Load::connect(server.address, BUSY)?;
    let before = processor_time(server)?;
    let (answers, time) = load.run(TURN)?;
    let used = processor_time(server)? - before;
    Ok(Turn {
        requests_per_second: answers as f64 / time.as_secs_f64(),
        microseconds: used.as_secs_f64() * 1e6 / answers as f64,
    })
}

/// Of the server and its workers.
fn processor_time(server: &RunningServer) -> anyhow::Result<Duration> {
    let processes = Tree::of(server.id()).processes();
    processes
        .into_iter()
        .map(|id| Process::find(id)?.cpu_time())
        .sum()
}

fn report(of_ours: &[Turn], of_nginx: &[Turn]) {
    let rates = |turns: &[Turn]| {
        turns
            .iter()
            .map(|turn| turn.requests_per_second)
            .collect::<Vec<_>>()
    };
    let costs = |turns: &[Turn]| turns.iter().map(|turn| turn.microseconds).collect::<Vec<_>>();
    let mut table = Table::new(&["server", "requests/s", "least", "most", "processor us/request"]);
    let servers = [("http", of_ours), ("nginx", of_nginx)];
    for (name, turns) in servers.into_iter().filter(|(_, turns)| !turns.is_empty()) {
        let Spread { median, min, max } = Spread::of(&rates(turns));
        let cost = format!("{:.1}", Spread::of(&costs(turns)).median);
        table.row([
            name.to_owned(),
            thousands(median),
            thousands(min),
            thousands(max),
            cost,
        ]);
    }
    println!("GET /healthz on {BUSY} connections, {ROUNDS} rounds of {TURN:?} each\n{table}");
    if of_nginx.is_empty() {
        println!("  nginx is not installed, so there is nothing to compare with");
        return;
    }
    let rate = Spread::of_ratios(&rates(of_ours), &rates(of_nginx));
    let cost = Spread::of_ratios(&costs(of_ours), &costs(of_nginx));
    println!(
        "  http / nginx: requests {:.2} ({:.2} to {:.2}), processor time of each {:.2} ({:.2} to {:.2})",
        rate.median, rate.min, rate.max, cost.median, cost.min, cost.max
    );
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
