//! What a server counts while it runs.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use net::{Activity, Ending};
use parking_lot::Mutex;
use tracing::info;

use crate::durations::{DurationCounts, Durations};

/// Counts that every thread adds to. Read them with [`read`](Self::read).
#[derive(Debug, Default)]
pub struct Counters {
    activity: Activity,
    pub(crate) users: AtomicU64,
    pub(crate) rooms_in_use: AtomicU64,
    pub(crate) packets_in: AtomicU64,
    pub(crate) packets_out: AtomicU64,
    pub(crate) sends: AtomicU64,
    /// How long the batches of the workers take, from their first packet to the last byte that is sent.
    pub(crate) batches: Durations,
    /// Who knows what waits, while the server runs.
    queues: Mutex<Option<Queues>>,
}

/// Who is asked for what nobody counts.
pub(crate) struct Queues {
    /// Items that wait for each worker.
    pub(crate) items: Box<dyn Fn() -> Vec<u64> + Send>,
    /// Bytes that clients have not taken.
    pub(crate) bytes: Box<dyn Fn() -> u64 + Send>,
}

/// The counts at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Open connections.
    pub connections: u64,
    /// Users who are logged in.
    pub users: u64,
    /// Rooms with a member at least.
    pub rooms_in_use: u64,
    /// Packets that came, since the start.
    pub packets_in: u64,
    /// Packets that were put into outboxes, since the start.
    pub packets_out: u64,
    /// Calls that sent them, since the start.
    pub sends: u64,
    /// Items that wait for a worker.
    pub queued: u64,
    /// Clients that were cut off since they did not read enough, since the start.
    pub slow: u64,
}

impl Counters {
    /// What the connections do.
    #[must_use]
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// The counts now. They are read one after the other, while others go on counting.
    #[must_use]
    pub fn read(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            connections: self.activity.connections(),
            users: read(&self.users),
            rooms_in_use: read(&self.rooms_in_use),
            packets_in: read(&self.packets_in),
            packets_out: read(&self.packets_out),
            sends: read(&self.sends),
            queued: self.queued().iter().sum(),
            slow: self.activity.ended(Ending::SlowConsumer),
        }
    }

    /// Items that wait for each worker. Empty where the server does not run.
    #[must_use]
    pub fn queued(&self) -> Vec<u64> {
        let queues = self.queues.lock();
        queues.as_ref().map(|ask| (ask.items)()).unwrap_or_default()
    }

    /// Bytes in the outboxes of clients that do not read fast enough. It asks the thread that waits for these clients,
    /// which may take a moment.
    #[must_use]
    pub fn outbox_bytes(&self) -> u64 {
        let queues = self.queues.lock();
        queues.as_ref().map(|ask| (ask.bytes)()).unwrap_or_default()
    }

    /// How long the batches of the workers took, since the start.
    #[must_use]
    pub fn batches(&self) -> DurationCounts {
        self.batches.read()
    }

    /// The server runs, or `None` does not any more.
    pub(crate) fn ask(&self, queues: Option<Queues>) {
        *self.queues.lock() = queues;
    }
}

pub(crate) fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

pub(crate) fn subtract(counter: &AtomicU64, count: u64) {
    counter.fetch_sub(count, Ordering::Relaxed);
}

impl fmt::Debug for Queues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queues").finish_non_exhaustive()
    }
}

/// The line of a status: what there is now, and what happened in the time since `before`.
#[derive(Debug, Clone, Copy)]
pub struct Status {
    /// The counts now.
    pub now: Counts,
    /// The counts of the last status.
    pub before: Counts,
    /// Seconds between the two.
    pub seconds: f64,
}

impl Status {
    /// Logs it in words, and each number in a field of its own for a log that is read by machines. `server` is whose it
    /// is, where a program has several.
    pub fn log(&self, server: Option<&str>) {
        let Self { now, before, .. } = self;
        let (name, separator) = server.map_or(("", ""), |name| (name, ": "));
        info!(
            status.server = server,
            status.connections = now.connections,
            status.users = now.users,
            status.rooms_in_use = now.rooms_in_use,
            status.packets_in_per_second = self.rate(now.packets_in, before.packets_in),
            status.packets_out_per_second = self.rate(now.packets_out, before.packets_out),
            status.sends_per_second = self.rate(now.sends, before.sends),
            status.queued = now.queued,
            status.slow_clients = now.slow,
            "{name}{separator}{self}"
        );
    }

    fn rate(&self, now: u64, before: u64) -> f64 {
        (now - before) as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { now, before, .. } = self;
        write!(
            f,
            "{} connections, {} users, {} rooms in use; a second: {:.0} packets in, {:.0} out, {:.0} sends; \
             {} queued; {} slow clients cut off",
            now.connections,
            now.users,
            now.rooms_in_use,
            self.rate(now.packets_in, before.packets_in),
            self.rate(now.packets_out, before.packets_out),
            self.rate(now.sends, before.sends),
            now.queued,
            now.slow
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_rates_of_its_own_time() {
        let before = Counts {
            packets_in: 100,
            packets_out: 1_000,
            sends: 10,
            ..Counts::default()
        };
        let now = Counts {
            connections: 3,
            users: 2,
            rooms_in_use: 1,
            packets_in: 120,
            packets_out: 1_200,
            sends: 15,
            queued: 4,
            slow: 5,
        };
        let seconds = 2.0;
        assert_eq!(
            Status { now, before, seconds }.to_string(),
            "3 connections, 2 users, 1 rooms in use; a second: 10 packets in, 100 out, 2 sends; 4 queued; \
             5 slow clients cut off"
        );
    }
}
