//! Until when a server is sure of its rooms. A process that was stopped for longer than its lease must not answer anybody
//! before it has asked the directory what has become of its slots: another server may have them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::clock::Clock;

/// A time, and who waits for a later one.
pub(super) struct Sure {
    /// From where the time is counted.
    base: Instant,
    /// In nanoseconds; workers look at it before every packet, so without a lock.
    until: AtomicU64,
    asked: Mutex<()>,
    later: Condvar,
}

impl Sure {
    /// For so long from now on.
    pub(super) fn since(now: Instant, time: Duration) -> Self {
        let sure = Self {
            base: now,
            until: AtomicU64::new(0),
            asked: Mutex::new(()),
            later: Condvar::new(),
        };
        sure.set(now + time);
        sure
    }

    /// The directory has been asked.
    pub(super) fn set(&self, until: Instant) {
        let _asked = self.asked.lock();
        self.until.store(self.since_base(until), Ordering::Release);
        self.later.notify_all();
    }

    /// Comes back at once before the time, else as soon as the directory was asked again; or after `most`, so that nobody
    /// waits for ever.
    pub(super) fn wait(&self, clock: &Clock, most: Duration) {
        let is_sure = || self.since_base(clock.now()) < self.until.load(Ordering::Acquire);
        if is_sure() {
            return;
        }
        let mut asked = self.asked.lock();
        let give_up = Instant::now() + most;
        while !is_sure() {
            if self.later.wait_until(&mut asked, give_up).timed_out() {
                return;
            }
        }
    }

    fn since_base(&self, time: Instant) -> u64 {
        let since = time.saturating_duration_since(self.base).as_nanos();
        u64::try_from(since).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;
    use crate::testing::ManualClock;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn who_is_not_sure_waits_until_somebody_has_asked() {
        let clock = ManualClock::default();
        let sure = Arc::new(Sure::since(clock.clock().now(), LONG));
        sure.wait(&clock.clock(), LONG);
        clock.pass(LONG);
        let (same, its_clock) = (Arc::clone(&sure), clock.clock());
        let waits = thread::spawn(move || same.wait(&its_clock, LONG));
        // What is set is no later, so it goes on waiting.
        sure.set(clock.clock().now());
        assert!(!waits.is_finished());
        sure.set(clock.clock().now() + LONG);
        waits.join().expect("it has waited");
        clock.pass(LONG);
        sure.wait(&clock.clock(), Duration::from_millis(1));
    }
}
