//! Measures one model under one load.

use std::time::Duration;

use anyhow::ensure;
use harness::Tree;

use super::calls::Counter;
use crate::engine::report::Report;
use crate::engine::{Drive, Length};
use crate::requests::messages::Messages;
use crate::requests::{Cell, observed};
use crate::server::ServerCommand;

/// How long system calls are counted. They are counted exactly, from rest to rest, so it need not be long.
const CALLS_WINDOW: Duration = Duration::from_millis(200);

/// What one round says of one model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub(super) per_second: f64,
    pub(super) p99_milliseconds: f64,
    /// Of each message.
    pub(super) cpu_microseconds: Option<f64>,
    /// Of each message.
    pub(super) context_switches: Option<f64>,
    /// After the load, with all connections open.
    pub(super) memory_mebibytes: Option<f64>,
}

/// Starts a server for this only, and drives it.
pub(super) fn measure(
    server: &ServerCommand,
    messages: &Messages,
    cell: Cell,
    drive: &Drive,
) -> anyhow::Result<Figures> {
    let running = server.start()?;
    let tree = Tree::of(running.id());
    let (report, (used, memory)) = observed::run(running.address, messages, cell, drive, || {
        let before = tree.scheduled();
        Ok(move || {
            let used = tree
                .scheduled()
                .zip(before)
                .map(|(now, before)| now.since(before));
            Ok((used, tree.memory()))
        })
    })?;
    // Whatever ends now must not do so while another is measured.
    tree.await_children(drive.patience)?;
    let all = report.all_messages as f64;
    Ok(Figures {
        p99_milliseconds: report.latencies.milliseconds(0.99),
        per_second: report.flawless()?,
        cpu_microseconds: used.map(|used| used.cpu_nanoseconds as f64 / 1e3 / all),
        context_switches: used.map(|used| used.context_switches as f64 / all),
        memory_mebibytes: memory.map(|bytes| bytes as f64 / f64::from(1 << 20)),
    })
}

/// System calls for each message, in a load of its own: to count them costs time.
pub(super) fn count_calls(
    counter: Counter,
    server: &ServerCommand,
    messages: &Messages,
    cell: Cell,
    drive: &Drive,
) -> anyhow::Result<f64> {
    let drive = Drive {
        length: Length::For(CALLS_WINDOW),
        warm_up: Duration::ZERO,
        ..drive.clone()
    };
    let running = server.start()?;
    let tree = Tree::of(running.id());
    let (report, calls) = observed::run(running.address, messages, cell, &drive, || {
        let counting = counter.attach(&tree.processes())?;
        Ok(move || counting.end())
    })?;
    tree.await_children(drive.patience)?;
    calls_per_message(calls, report)
}

fn calls_per_message(calls: u64, report: Report) -> anyhow::Result<f64> {
    let all = report.all_messages as f64;
    report.flawless()?;
    // Each byte has gone through some call.
    ensure!(calls > 0, "no system call was counted");
    Ok(calls as f64 / all)
}
