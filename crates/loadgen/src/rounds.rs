//! Rounds, alternation, and the threads of one measurement; the cells of requests and replies.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};

use crate::Benchmark;
use crate::connection::LoadConnection;
use crate::event_loop::{Client, EventLoop};
use crate::flags::Flags;
use crate::server::ServerCommand;
use crate::table;
use crate::traffic::{Cell, Traffic};

/// Measures all servers in all cells, and prints each cell when it is done.
pub(crate) fn run(bench: &Benchmark, servers: &[ServerCommand], flags: &Flags) -> anyhow::Result<()> {
    let names: Vec<_> = servers.iter().map(|server| server.name.as_str()).collect();
    let (rounds, window, threads) = (flags.run.rounds(), flags.run.window(), flags.run.threads());
    println!("messages a second; rounds {rounds}, window {window:?}, load threads {threads}");
    let mut lowest = f64::INFINITY;
    for cell in flags.cells(bench.cells) {
        let figures = alternate(servers, rounds, |server| {
            measure(bench, server, cell, flags).with_context(|| server.name.clone())
        })
        .with_context(|| cell.to_string())?;
        lowest = lowest.min(table::print_cell(cell, &names, &figures));
    }
    println!("\nlowest ratio of {} in any cell: {lowest:.3}", names[0]);
    Ok(())
}

/// The figures of each of `contestants`, one a round.
pub(crate) fn alternate<T>(
    contestants: &[T],
    rounds: u32,
    mut measure: impl FnMut(&T) -> anyhow::Result<f64>,
) -> anyhow::Result<Vec<Vec<f64>>> {
    let mut figures = vec![Vec::new(); contestants.len()];
    for round in 0..rounds as usize {
        // Each is first in its turn, so that nobody always runs on what another has left behind.
        for index in (0..contestants.len()).map(|place| (place + round) % contestants.len()) {
            figures[index].push(measure(&contestants[index])?);
        }
    }
    Ok(figures)
}

/// Messages a second of one server, started for this only.
fn measure(bench: &Benchmark, server: &ServerCommand, cell: Cell, flags: &Flags) -> anyhow::Result<f64> {
    let running = server.start()?;
    let traffic = Traffic::new(bench.messages, cell.in_flight);
    let connections = open_connections(running.address, &traffic, cell.connections)?;
    measure_together(connections, flags.run.threads(), flags.run.window())
}

/// All of them are open before the first sends.
fn open_connections(
    address: SocketAddr,
    traffic: &Traffic,
    count: usize,
) -> anyhow::Result<Vec<LoadConnection<'_>>> {
    (0..count)
        .map(|number| LoadConnection::open(address, number, traffic))
        .collect()
}

/// Deals the clients out to the threads, and returns the messages a second of all.
pub(crate) fn measure_together<C: Client + Send>(
    mut clients: Vec<C>,
    threads: usize,
    window: Duration,
) -> anyhow::Result<f64> {
    let count = clients.len();
    let threads = threads.min(count);
    let mut loops = Vec::with_capacity(threads);
    for thread in (0..threads).rev() {
        loops.push(EventLoop::new(clients.split_off(thread * count / threads))?);
    }
    let all = &Barrier::new(threads);
    let per_second = thread::scope(|scope| {
        let threads: Vec<_> = loops
            .into_iter()
            .map(|event_loop| scope.spawn(move || event_loop.measure(window, all)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a load thread has panicked"))?)
            .sum::<anyhow::Result<f64>>()
    })?;
    ensure!(per_second > 0.0, "no message came");
    Ok(per_second)
}
