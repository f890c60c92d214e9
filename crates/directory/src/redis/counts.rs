//! How often Redis was asked, and how often in vain: for whoever shows numbers of a running server.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts from the start on, read at any time. All grow only.
#[derive(Debug, Default)]
pub struct Counts {
    pub(super) calls: AtomicU64,
    pub(super) failures: AtomicU64,
    pub(super) reconnects: AtomicU64,
    pub(super) requests_out: AtomicU64,
    pub(super) requests_in: AtomicU64,
}

pub(super) fn count(one: &AtomicU64) {
    one.fetch_add(1, Ordering::Relaxed);
}

impl Counts {
    /// Calls that have begun, whatever has become of them.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Those of them that have had no answer, or an error as their answer.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Connections that were made in place of lost ones, those for messages too.
    #[must_use]
    pub fn reconnects(&self) -> u64 {
        self.reconnects.load(Ordering::Relaxed)
    }

    /// Requests that were sent to other servers, also those that nobody was there for.
    #[must_use]
    pub fn requests_out(&self) -> u64 {
        self.requests_out.load(Ordering::Relaxed)
    }

    /// Requests of others that have come to servers here.
    #[must_use]
    pub fn requests_in(&self) -> u64 {
        self.requests_in.load(Ordering::Relaxed)
    }
}
