//! How long a client waits before it tries again: longer each time, and never all clients at the same moment.

use std::time::Duration;

/// The first wait: a server that is started again is mostly there soon.
const FIRST: Duration = Duration::from_millis(500);

/// No wait is longer, so that nobody waits much longer than a server is away. A connection that has lasted for this long
/// counts as one that went well.
const LONGEST: Duration = Duration::from_secs(15);

/// The waits between attempts.
#[derive(Debug)]
pub(crate) struct BackOff {
    next: Duration,
}

impl BackOff {
    pub(crate) fn new() -> Self {
        Self { next: FIRST }
    }

    // ANCHOR: next
    /// The next wait: between half of it and all of it, by `chance`, so that all who have lost one server do not come
    /// back in one moment. `at_least` is what the other side wants.
    pub(crate) fn next(&mut self, chance: u32, at_least: Option<Duration>) -> Duration {
        let half = self.next / 2;
        self.next = LONGEST.min(self.next * 2);
        let wait = half + half.mul_f64(f64::from(chance) / f64::from(u32::MAX));
        wait.max(at_least.unwrap_or_default())
    }
    // ANCHOR_END: next

    /// The next wait is no longer than this.
    pub(crate) fn at_most(&mut self, longest: Duration) {
        self.next = self.next.min(longest);
    }

    /// A connection has lasted for so long: where that was long enough, the next loss is the first again.
    pub(crate) fn after(&mut self, lasted: Duration) {
        if lasted >= LONGEST {
            *self = Self::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(chance: u32, count: usize) -> Vec<u128> {
        let mut back_off = BackOff::new();
        let next = |_| back_off.next(chance, None).as_millis();
        (0..count).map(next).collect()
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        assert_eq!(
            waits(u32::MAX, 7),
            [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]
        );
        assert_eq!(waits(0, 7), [250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]);
    }

    #[test]
    fn who_asks_for_a_longer_wait_gets_it() {
        let mut back_off = BackOff::new();
        let wanted = Some(Duration::from_secs(7));
        assert_eq!(back_off.next(0, wanted), Duration::from_secs(7));
        assert_eq!(back_off.next(0, None), Duration::from_millis(500));
    }

    #[test]
    fn a_wait_that_must_be_short_is() {
        let mut back_off = BackOff::new();
        for _ in 0..5 {
            back_off.next(u32::MAX, None);
            back_off.at_most(Duration::from_secs(2));
        }
        assert_eq!(back_off.next(u32::MAX, None), Duration::from_secs(2));
    }

    #[test]
    fn only_a_connection_that_lasts_makes_it_begin_again() {
        let mut back_off = BackOff::new();
        for _ in 0..3 {
            back_off.next(0, None);
            back_off.after(Duration::from_secs(14));
        }
        assert_eq!(back_off.next(0, None), Duration::from_secs(2));
        back_off.after(LONGEST);
        assert_eq!(back_off.next(0, None), Duration::from_millis(250));
    }
}
