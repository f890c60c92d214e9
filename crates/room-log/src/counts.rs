//! What a log has done, in numbers, for whoever watches the server.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts from the start on, read at any time. All grow only.
#[derive(Debug, Default)]
pub struct LogCounts {
    appends: AtomicU64,
    stored: AtomicU64,
    not_stored: AtomicU64,
    unknown: AtomicU64,
}

impl LogCounts {
    /// Calls that have stored something: each has waited for the disk once.
    #[must_use]
    pub fn appends(&self) -> u64 {
        self.appends.load(Ordering::Relaxed)
    }

    /// Messages that were stored by them.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
    }

    /// Messages that could not be stored.
    #[must_use]
    pub fn not_stored(&self) -> u64 {
        self.not_stored.load(Ordering::Relaxed)
    }

    /// Messages of which nobody knew whether they were stored.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }

    pub(crate) fn has_appended(&self, messages: usize) {
        self.appends.fetch_add(1, Ordering::Relaxed);
        self.stored.fetch_add(messages as u64, Ordering::Relaxed);
    }

    pub(crate) fn has_not_stored(&self, messages: usize) {
        self.not_stored.fetch_add(messages as u64, Ordering::Relaxed);
    }

    pub(crate) fn does_not_know(&self, messages: usize) {
        self.unknown.fetch_add(messages as u64, Ordering::Relaxed);
    }
}
