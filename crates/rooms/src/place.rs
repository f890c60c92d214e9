//! A place in the order of what sessions get: what comes behind it waits until it is filled.

use std::fmt;
use std::sync::Arc;

/// How a place that is dropped tells its worker: which worker, and which of its places.
pub(crate) type Unfilled = Arc<dyn Fn(usize, u64) + Send + Sync>;

/// A place that is kept for what somebody else has to say first: a database, a log on another machine. What its sessions
/// are sent from then on stays behind it. It is filled by [`Outside::fill`](crate::Outside::fill).
///
/// A place that is dropped is filled with nothing: whatever happens to the thread that should have filled it, nobody waits
/// for ever.
#[must_use = "a place that is dropped is filled with nothing at once"]
pub struct Place {
    worker: usize,
    number: u64,
    /// Taken out when it is filled.
    unfilled: Option<Unfilled>,
}

impl Place {
    pub(crate) fn new(worker: usize, number: u64, unfilled: Unfilled) -> Self {
        Self {
            worker,
            number,
            unfilled: Some(unfilled),
        }
    }

    /// The worker in whose order it is.
    pub(crate) fn worker(&self) -> usize {
        self.worker
    }

    /// Gives it up to be filled: its number.
    pub(crate) fn redeem(mut self) -> u64 {
        self.unfilled = None;
        self.number
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(unfilled) = self.unfilled.take() {
            unfilled(self.worker, self.number);
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({}, {})", self.worker, self.number)
    }
}
