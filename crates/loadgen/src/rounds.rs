//! Cells, rounds, alternation.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow};

use crate::Benchmark;
use crate::event_loop::EventLoop;
use crate::flags::Flags;
use crate::server::ServerCommand;
use crate::table;
use crate::traffic::{Cell, Traffic};

/// Measures all servers in all cells, and prints each cell when it is done.
pub(crate) fn run(bench: &Benchmark, servers: &[ServerCommand], flags: &Flags) -> anyhow::Result<()> {
    let names: Vec<_> = servers.iter().map(|server| server.name.as_str()).collect();
    let (rounds, window, threads) = (flags.rounds(), flags.window(), flags.threads);
    println!("messages a second; rounds {rounds}, window {window:?}, load threads {threads}");
    let mut lowest = f64::INFINITY;
    for cell in flags.cells(bench.cells) {
        let figures = measure_cell(bench, servers, cell, flags).with_context(|| cell.to_string())?;
        lowest = lowest.min(table::print_cell(cell, &names, &figures));
    }
    println!("\nlowest ratio of {} in any cell: {lowest:.3}", names[0]);
    Ok(())
}

/// The figures of each server, one a round.
fn measure_cell(
    bench: &Benchmark,
    servers: &[ServerCommand],
    cell: Cell,
    flags: &Flags,
) -> anyhow::Result<Vec<Vec<f64>>> {
    let mut figures = vec![Vec::new(); servers.len()];
    for round in 0..flags.rounds() as usize {
        // Each is first in its turn, so that nobody always runs on what another has left behind.
        for index in (0..servers.len()).map(|place| (place + round) % servers.len()) {
            let server = &servers[index];
            let figure = measure(bench, server, cell, flags).with_context(|| server.name.clone())?;
            figures[index].push(figure);
        }
    }
    Ok(figures)
}

/// Messages a second of one server, started for this only.
fn measure(bench: &Benchmark, server: &ServerCommand, cell: Cell, flags: &Flags) -> anyhow::Result<f64> {
    let running = server.start()?;
    let traffic = Traffic::new(bench.messages, cell.in_flight);
    let loops = open_loops(running.address, &traffic, cell, flags.threads as usize)?;
    let per_second = measure_together(loops, flags.window())?;
    anyhow::ensure!(per_second > 0.0, "no message came back");
    Ok(per_second)
}

/// Deals the connections out to the threads, all of them open before the first sends.
fn open_loops<'a>(
    address: SocketAddr,
    traffic: &'a Traffic,
    cell: Cell,
    threads: usize,
) -> anyhow::Result<Vec<EventLoop<'a>>> {
    let threads = threads.min(cell.connections);
    let share = |thread: usize| thread * cell.connections / threads;
    (0..threads)
        .map(|thread| EventLoop::open(address, share(thread)..share(thread + 1), traffic))
        .collect()
}

fn measure_together(loops: Vec<EventLoop<'_>>, window: Duration) -> anyhow::Result<f64> {
    thread::scope(|scope| {
        let threads: Vec<_> = loops
            .into_iter()
            .map(|event_loop| scope.spawn(move || event_loop.measure(window)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a load thread has panicked"))?)
            .sum()
    })
}
