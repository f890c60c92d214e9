//! A timer for clients that have been silent for too long.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

// ANCHOR: timer
/// When to look at each client again, the next one first.
///
/// A client has one entry, whatever it sends: a message does not touch the timer. Only when the time of an entry has
/// come, it is looked up when the client was last heard, and the entry may get a new time.
pub(crate) struct IdleTimer {
    /// Silence after which a client is closed.
    pub(crate) limit: Duration,
    entries: BinaryHeap<Reverse<(Instant, u64)>>,
}

impl IdleTimer {
    /// For clients that may be silent for as long as `limit`.
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            entries: BinaryHeap::new(),
        }
    }

    /// From now on the client with this key is watched; it was last heard then.
    pub(crate) fn watch(&mut self, key: u64, heard: Instant) {
        self.entries.push(Reverse((heard + self.limit, key)));
    }

    /// How long a wait may last; for ever where nobody is watched.
    pub(crate) fn timeout(&self, now: Instant) -> Option<Duration> {
        let Reverse((time, _)) = self.entries.peek()?;
        Some(time.saturating_duration_since(now))
    }

    /// A client that has been silent for too long, if there is one, which is no longer watched. `heard` says when a
    /// client was last heard; `None` for one that has gone.
    pub(crate) fn expired(&mut self, now: Instant, heard: impl Fn(u64) -> Option<Instant>) -> Option<u64> {
        while self.timeout(now)?.is_zero() {
            let Reverse((_, key)) = self.entries.pop()?;
            match heard(key) {
                Some(heard) if heard + self.limit > now => self.watch(key, heard),
                Some(_) => return Some(key),
                None => {}
            }
        }
        None
    }
}
// ANCHOR_END: timer

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_silent_client_expires_when_its_time_is_over_and_once() {
        let start = Instant::now();
        let mut timer = IdleTimer::new(LIMIT);
        assert_eq!(timer.timeout(start), None);
        timer.watch(7, start);
        assert_eq!(timer.timeout(start + seconds(4)), Some(seconds(6)));
        assert_eq!(timer.expired(start + seconds(9), |_| Some(start)), None);
        assert_eq!(timer.expired(start + seconds(10), |_| Some(start)), Some(7));
        assert_eq!(timer.expired(start + seconds(10), |_| Some(start)), None);
    }

    #[test]
    fn a_client_that_has_been_heard_gets_its_time_anew() {
        let start = Instant::now();
        let mut timer = IdleTimer::new(LIMIT);
        timer.watch(7, start);
        let heard = start + seconds(8);
        assert_eq!(timer.expired(start + seconds(10), |_| Some(heard)), None);
        assert_eq!(timer.timeout(start + seconds(10)), Some(seconds(8)));
        assert_eq!(timer.expired(start + seconds(18), |_| Some(heard)), Some(7));
    }

    #[test]
    fn the_client_whose_time_is_over_first_is_first_and_one_that_has_gone_is_forgotten() {
        let start = Instant::now();
        let mut timer = IdleTimer::new(LIMIT);
        timer.watch(1, start + seconds(2));
        timer.watch(2, start);
        timer.watch(3, start + seconds(1));
        let heard = |key| [None, Some(start + seconds(2)), Some(start), None][key as usize];
        assert_eq!(timer.expired(start + seconds(60), heard), Some(2));
        assert_eq!(timer.expired(start + seconds(60), heard), Some(1));
        assert_eq!(timer.timeout(start), None);
    }
}
