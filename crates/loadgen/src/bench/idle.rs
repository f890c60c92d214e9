//! Thousands of clients that say nothing: what they cost, and whether a new one is answered as before.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use figures::Spread;

use crate::requests::messages::Messages;
use crate::server::{ServerCommand, resident_kib};

/// New clients that are timed.
const NEW_CLIENTS: usize = 20;

/// How long an answer may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens `count` idle connections to each server in turn, and prints a line for each.
pub(crate) fn run(
    messages: &Messages,
    servers: &[ServerCommand],
    count: usize,
    silent: bool,
) -> anyhow::Result<()> {
    let before_idle = (!silent).then_some(messages);
    let before = if silent { "no" } else { "one" };
    println!("idle connections {count}, {before} message on each before; {NEW_CLIENTS} new clients timed");
    println!(
        "  {:<14} {:>10} {:>12} {:>12} {:>9}   {:>13} {:>10}",
        "server", "opened ms", "VmRSS empty", "VmRSS KiB", "KiB each", "answer median", "answer max"
    );
    for server in servers {
        measure(server, count, before_idle, messages).with_context(|| server.name.clone())?;
    }
    Ok(())
}

fn measure(
    server: &ServerCommand,
    count: usize,
    before_idle: Option<&Messages>,
    messages: &Messages,
) -> anyhow::Result<()> {
    let running = server.start()?;
    let empty = resident_kib(&running)?;
    let begin = Instant::now();
    let idle = open(running.address, count, before_idle)?;
    let opened = milliseconds(begin);
    // This one stands behind all others in the accept queue: when it has its answer they have been
    // accepted, and the next ones wait for nobody.
    open_one(running.address, Some(messages)).context("the client after them")?;
    let answers = Spread::of(&time_new_clients(running.address, messages)?);
    let full = resident_kib(&running)?;
    let each = (full.saturating_sub(empty)) as f64 / count.max(1) as f64;
    println!(
        "  {:<14} {opened:>10.0} {empty:>12} {full:>12} {each:>9.1}   {:>10.3} ms {:>7.3} ms",
        server.name, answers.median, answers.max
    );
    drop(idle);
    Ok(())
}

fn open(address: SocketAddr, count: usize, messages: Option<&Messages>) -> anyhow::Result<Vec<TcpStream>> {
    (1..=count)
        .map(|number| open_one(address, messages).with_context(|| format!("idle connection {number}")))
        .collect()
}

fn open_one(address: SocketAddr, messages: Option<&Messages>) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    if let Some(messages) = messages {
        exchange(&mut stream, messages)?;
    }
    Ok(stream)
}

/// Milliseconds from the connect to the answer, of one new client after the other.
fn time_new_clients(address: SocketAddr, messages: &Messages) -> anyhow::Result<Vec<f64>> {
    (0..NEW_CLIENTS)
        .map(|_| {
            let begin = Instant::now();
            open_one(address, Some(messages)).context("new client")?;
            Ok(milliseconds(begin))
        })
        .collect()
}

fn exchange(stream: &mut TcpStream, messages: &Messages) -> anyhow::Result<()> {
    let expected = (messages.reply)(0);
    let mut reply = vec![0; expected.len()];
    stream.write_all(&(messages.request)(0))?;
    stream.read_exact(&mut reply)?;
    ensure!(reply == expected, "wrong bytes came back");
    Ok(())
}

/// Since then.
pub(crate) fn milliseconds(begin: Instant) -> f64 {
    figures::milliseconds(begin.elapsed())
}
