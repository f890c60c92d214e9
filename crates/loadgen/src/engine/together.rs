//! Counts that the threads of a load share: who has sent all, and how many messages have come.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Shared by the threads of one load, and by whoever shows its progress.
#[derive(Debug)]
pub(crate) struct Together {
    still_sending: AtomicUsize,
    came: AtomicU64,
}

impl Together {
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            still_sending: AtomicUsize::new(threads),
            came: AtomicU64::new(0),
        }
    }

    /// A thread has sent its last message. Whatever it has counted before is seen by those who then find
    /// [`all_have_sent`](Self::all_have_sent).
    pub(crate) fn has_sent(&self) {
        self.still_sending.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn all_have_sent(&self) -> bool {
        self.still_sending.load(Ordering::Acquire) == 0
    }

    /// So many more messages have come.
    pub(crate) fn came(&self, count: u64) {
        if count > 0 {
            self.came.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Messages that have come.
    pub(crate) fn count(&self) -> u64 {
        self.came.load(Ordering::Relaxed)
    }
}
