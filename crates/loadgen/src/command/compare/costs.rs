//! What a message costs a server: time on a processor, switches between threads, memory, system calls.

use std::time::Duration;

use anyhow::ensure;
use figures::mebibytes;
use harness::{RunningServer, Tree};

use super::calls::Counter;
use crate::command::load::Load;
use crate::engine::process::Usage;
use crate::engine::report::Report;
use crate::engine::{Drive, Length};
use crate::room_load::Wire;

/// How long system calls are counted. They are counted exactly, from rest to rest, so it need not be long.
const CALLS_WINDOW: Duration = Duration::from_millis(200);

/// How often counting system calls is tried: with thousands of threads, perf sometimes fails to read the count of
/// one, and then tells none.
const ATTEMPTS: u32 = 3;

/// What each message of a round has cost; nothing of what the system does not tell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Costs {
    pub(super) cpu_microseconds: Option<f64>,
    pub(super) context_switches: Option<f64>,
    /// Of the server and its children, after the load, with all connections open.
    pub(super) memory_mebibytes: Option<f64>,
}

impl Costs {
    /// From what the server's process has used for so many messages.
    pub(super) fn of_usage(usage: Usage, messages: u64) -> Self {
        Self {
            cpu_microseconds: Some(usage.cpu_seconds * 1e6 / messages as f64),
            context_switches: Some(usage.context_switches as f64 / messages as f64),
            memory_mebibytes: None,
        }
    }
}

/// Drives a server, and looks at it and all that it has started when it is at rest: when each connection has had an
/// answer, and behind the last message.
///
/// # Errors
/// When the load cannot be driven, or the server's children stay when their clients have gone.
pub(super) fn measure(
    server: &RunningServer,
    load: &Load,
    wire: Option<Wire>,
    drive: &Drive,
) -> anyhow::Result<(Report, Costs)> {
    let tree = Tree::of(server.id());
    let (report, (used, memory)) = load.run_looking(server.address, wire, drive, || {
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
    let messages = report.all_messages as f64;
    let costs = Costs {
        cpu_microseconds: used.map(|used| used.cpu_nanoseconds as f64 / 1e3 / messages),
        context_switches: used.map(|used| used.context_switches as f64 / messages),
        memory_mebibytes: memory.map(mebibytes),
    };
    Ok((report, costs))
}

/// System calls for each message, where they can be counted; in loads of their own, since that costs time.
pub(super) fn count_calls(
    counter: Counter,
    start: impl Fn() -> anyhow::Result<RunningServer>,
    load: &Load,
    wire: Option<Wire>,
    drive: &Drive,
) -> Option<f64> {
    let drive = Drive {
        length: Length::For(CALLS_WINDOW),
        warm_up: Duration::ZERO,
        ..drive.clone()
    };
    (0..ATTEMPTS).find_map(|_| {
        let counted = start().and_then(|server| count_once(counter, &server, load, wire, &drive));
        counted
            .inspect_err(|error| eprintln!("system calls: {error:#}"))
            .ok()
    })
}

fn count_once(
    counter: Counter,
    server: &RunningServer,
    load: &Load,
    wire: Option<Wire>,
    drive: &Drive,
) -> anyhow::Result<f64> {
    let tree = Tree::of(server.id());
    let (report, calls) = load.run_looking(server.address, wire, drive, || {
        let counting = counter.attach(&tree.processes())?;
        Ok(move || counting.end())
    })?;
    tree.await_children(drive.patience)?;
    let messages = report.all_messages as f64;
    report.flawless()?;
    // Each byte has gone through some call.
    ensure!(calls > 0, "no system call was counted");
    Ok(calls as f64 / messages)
}
