//! Measures how long the control client has waited: for replies, and while it could not reach the server.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// Between the starts of two requests.
pub(super) const INTERVAL: Duration = Duration::from_millis(20);

/// Microseconds that are told apart: 1 to a minute.
const LONGEST: u64 = 60_000_000;

/// Of fewer, the 99th percentile is the slowest one under another name.
const ENOUGH_FOR_P99: u64 = 100;

/// Counts while something goes on.
pub(super) struct Meter {
    waits: Waits,
    /// Since when nobody answers.
    away_since: Option<Instant>,
}

/// What it has counted.
pub(super) struct Waits {
    /// Those of the replies, and of the requests that were due and could not be sent meanwhile.
    times: Histogram<u64>,
    replies: u64,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            waits: Waits::none(),
            away_since: None,
        }
    }

    /// A reply has come.
    pub(super) fn replied(&mut self, waited: Duration) {
        self.waits.replies += 1;
        self.waits.add(waited);
    }

    /// What was asked at `since` has no reply, and will get none.
    pub(super) fn lost(&mut self, since: Instant) {
        self.away_since.get_or_insert(since);
    }

    /// The server answers again: that is no reply to anything, but everybody has waited for it.
    pub(super) fn is_back(&mut self, now: Instant) {
        if let Some(since) = self.away_since.take() {
            self.waits.add(now.saturating_duration_since(since));
        }
    }

    /// What was counted so far. An absence that lasts belongs to it up to now, and to what comes next from now on.
    pub(super) fn finish(&mut self, now: Instant) -> Waits {
        if let Some(since) = &mut self.away_since {
            self.waits.add(now.saturating_duration_since(*since));
            *since = now;
        }
        std::mem::replace(&mut self.waits, Waits::none())
    }
}

impl Waits {
    fn none() -> Self {
        let times = Histogram::new_with_bounds(1, LONGEST, 3).expect("bounds that are allowed");
        Self { times, replies: 0 }
    }

    /// The requests that this wait has kept from being sent count too: they would have waited for what was left
    /// of it.
    fn add(&mut self, time: Duration) {
        // Everything fits into these bounds.
        let _ = self
            .times
            .record_correct(microseconds(time), microseconds(INTERVAL));
    }

    /// Replies that have come, and nothing else.
    pub(super) fn replies(&self) -> u64 {
        self.replies
    }

    /// The median in milliseconds.
    pub(super) fn p50(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The 99th percentile in milliseconds, where there are enough for one.
    pub(super) fn p99(&self) -> Option<f64> {
        self.quantile(0.99).filter(|_| self.times.len() >= ENOUGH_FOR_P99)
    }

    /// The longest in milliseconds.
    pub(super) fn slowest(&self) -> Option<f64> {
        self.quantile(1.0)
    }

    fn quantile(&self, quantile: f64) -> Option<f64> {
        let microseconds = self.times.value_at_quantile(quantile);
        (!self.times.is_empty()).then(|| microseconds as f64 / 1_000.0)
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros())
        .unwrap_or(u64::MAX)
        .clamp(1, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// The histogram has three digits.
    #[track_caller]
    fn is_about(time: Option<f64>, milliseconds: f64) {
        let time = time.expect("something was counted");
        assert!((time / milliseconds - 1.0).abs() < 0.002, "{time} ms");
    }

    #[test]
    fn what_could_not_be_sent_has_waited_but_is_no_reply() {
        let mut meter = Meter::new();
        meter.replied(2 * SECOND);
        let waits = meter.finish(Instant::now());
        assert_eq!(waits.replies(), 1);
        is_about(waits.slowest(), 2_000.0);
        is_about(waits.p50(), 1_000.0);
        is_about(waits.p99(), 1_980.0);
    }

    #[test]
    fn an_absence_is_a_wait_and_coming_back_is_no_reply() {
        let (mut meter, begin) = (Meter::new(), Instant::now());
        meter.lost(begin);
        // The tries to come back begin later, and change nothing.
        meter.lost(begin + SECOND);
        meter.is_back(begin + 3 * SECOND);
        let waits = meter.finish(begin + 4 * SECOND);
        assert_eq!(waits.replies(), 0);
        is_about(waits.slowest(), 3_000.0);
        is_about(waits.p50(), 1_500.0);
        assert_eq!(meter.finish(begin + 5 * SECOND).slowest(), None);
    }

    #[test]
    fn an_absence_that_lasts_is_shared_out() {
        let (mut meter, begin) = (Meter::new(), Instant::now());
        meter.lost(begin);
        is_about(meter.finish(begin + 2 * SECOND).slowest(), 2_000.0);
        meter.is_back(begin + 3 * SECOND);
        is_about(meter.finish(begin + 3 * SECOND).slowest(), 1_000.0);
    }

    #[test]
    fn a_percentile_needs_enough_to_be_one_of() {
        let mut meter = Meter::new();
        for _ in 0..99 {
            meter.replied(INTERVAL / 2);
        }
        let waits = meter.finish(Instant::now());
        is_about(waits.p50(), 10.0);
        assert_eq!(waits.p99(), None);
        for _ in 0..100 {
            meter.replied(INTERVAL / 2);
        }
        is_about(meter.finish(Instant::now()).p99(), 10.0);
    }
}
