//! What has happened to the slots of a server, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

use super::held::Held;

/// Numbers since the start of the server, for whoever watches it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NodeCounts {
    /// Slots that it has now.
    pub held: u64,
    /// Those of them whose rooms it does not serve yet, since they are not ready.
    pub unready: u64,
    /// Slots that it has taken, the first among them.
    pub taken: u64,
    /// Those of them that it has taken beside a slot of its own, because their servers were gone.
    pub taken_over: u64,
    /// Slots that it has lost.
    pub lost: u64,
    /// Renewals to which the directory has not answered.
    pub unanswered: u64,
    /// Attempts to get a slot ready that have failed.
    pub unprepared: u64,
}

/// The same, while it is counted.
#[derive(Debug, Default)]
pub(super) struct Counting {
    pub(super) taken: AtomicU64,
    pub(super) taken_over: AtomicU64,
    pub(super) lost: AtomicU64,
    pub(super) unanswered: AtomicU64,
    pub(super) unprepared: AtomicU64,
}

impl Counting {
    pub(super) fn one_more(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self, held: &Held) -> NodeCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        NodeCounts {
            held: held.owners().len() as u64,
            unready: held.unready() as u64,
            taken: read(&self.taken),
            taken_over: read(&self.taken_over),
            lost: read(&self.lost),
            unanswered: read(&self.unanswered),
            unprepared: read(&self.unprepared),
        }
    }
}
