//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::clock::Clock;

/// A clock that a test moves. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Instant>>);

impl ManualClock {
    /// So much time passes.
    pub fn pass(&self, time: Duration) {
        *self.0.lock() += time;
    }

    /// For [`Memory::with_clock`](crate::Memory::with_clock).
    #[must_use]
    pub fn clock(&self) -> Clock {
        let Self(now) = self.clone();
        Clock::new(move || *now.lock())
    }
}

/// It begins now.
impl Default for ManualClock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}
