//! Limits how fast a check sends, to what a room server allows by default: 100 packets a second, and 200 at once.

use std::thread;
use std::time::{Duration, Instant};

/// Below the limit, since the server's clock starts a little later than ours.
const PER_SECOND: f64 = 90.0;
const AT_ONCE: f64 = 180.0;

/// How many packets one connection may send.
#[derive(Debug)]
pub(crate) struct Pace {
    left: f64,
    looked: Instant,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self {
            left: AT_ONCE,
            looked: Instant::now(),
        }
    }

    /// Waits until so many packets may go out.
    pub(crate) fn wait_for(&mut self, packets: usize) {
        thread::sleep(self.take(packets, Instant::now()));
    }

    /// Takes them, and says how long to wait for that.
    fn take(&mut self, packets: usize, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.looked).as_secs_f64();
        self.looked = now;
        self.left = (self.left + passed * PER_SECOND).min(AT_ONCE) - packets as f64;
        Duration::from_secs_f64((-self.left / PER_SECOND).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_free_and_what_follows_is_not() {
        let mut pace = Pace::new();
        let start = pace.looked;
        assert_eq!(pace.take(180, start), Duration::ZERO);
        assert_eq!(pace.take(90, start), Duration::from_secs(1));
        assert_eq!(pace.take(0, start + Duration::from_secs(1)), Duration::ZERO);
        assert_eq!(
            pace.take(9, start + Duration::from_secs(1)),
            Duration::from_millis(100)
        );
    }
}
