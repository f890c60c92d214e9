//! What a server of datagrams does, counted while it does it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a server has done between its start and its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DatagramSummary {
    /// Datagrams that were answered.
    pub answered: u64,
    /// Datagrams that the handler did not answer, or with more than [`longest_reply`](crate::longest_reply)
    /// allows.
    pub unanswered: u64,
    /// Datagrams longer than the limit, answered or not.
    pub too_long: u64,
    /// Replies that the system did not take.
    pub not_sent: u64,
    /// Bytes received, as far as they were read.
    pub bytes_in: u64,
    /// Bytes sent.
    pub bytes_out: u64,
}

impl fmt::Display for DatagramSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} datagrams answered, {} not; {} too long, {} replies not sent",
            self.answered, self.unanswered, self.too_long, self.not_sent
        )
    }
}

/// What a server of datagrams has done: its thread counts, and whoever has a clone reads at any time. Several servers
/// can have the same one: then they are counted as one.
#[derive(Debug, Clone, Default)]
pub struct DatagramActivity {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    answered: AtomicU64,
    unanswered: AtomicU64,
    too_long: AtomicU64,
    not_sent: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

impl DatagramActivity {
    /// What was done so far. The counts are read one after the other, while others go on counting.
    #[must_use]
    pub fn summary(&self) -> DatagramSummary {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counts = &self.counts;
        DatagramSummary {
            answered: read(&counts.answered),
            unanswered: read(&counts.unanswered),
            too_long: read(&counts.too_long),
            not_sent: read(&counts.not_sent),
            bytes_in: read(&counts.bytes_in),
            bytes_out: read(&counts.bytes_out),
        }
    }

    pub(super) fn received(&self, bytes: usize) {
        add(&self.counts.bytes_in, bytes);
    }

    pub(super) fn answered(&self, bytes: usize) {
        add(&self.counts.answered, 1);
        add(&self.counts.bytes_out, bytes);
    }

    pub(super) fn unanswered(&self) {
        add(&self.counts.unanswered, 1);
    }

    pub(super) fn too_long(&self) {
        add(&self.counts.too_long, 1);
    }

    pub(super) fn not_sent(&self) {
        add(&self.counts.not_sent, 1);
    }
}

fn add(counter: &AtomicU64, count: usize) {
    counter.fetch_add(count as u64, Ordering::Relaxed);
}
