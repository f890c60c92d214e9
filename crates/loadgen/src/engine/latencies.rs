//! How long messages took: a histogram, and the longest time exactly.

use anyhow::Context;
use hdrhistogram::Histogram;

use super::pace::Nanos;

/// The longest that is kept: an hour.
const LONGEST: Nanos = 3_600_000_000_000;

/// The latencies of many messages. They can be added up, which percentiles cannot.
#[derive(Debug, Clone)]
pub(crate) struct Latencies {
    histogram: Histogram<u64>,
    /// The histogram knows only the bucket in which it is.
    longest: Nanos,
}

impl Latencies {
    /// Exact to a thousandth, from a nanosecond to an hour, in 270 KiB.
    ///
    /// # Errors
    /// When there is no memory for that.
    pub(crate) fn fine() -> anyhow::Result<Self> {
        Self::with_digits(3)
    }

    /// To a hundredth, in 40 KiB: for one slice of a figure.
    ///
    /// # Errors
    /// When there is no memory for that.
    pub(super) fn coarse() -> anyhow::Result<Self> {
        Self::with_digits(2)
    }

    fn with_digits(digits: u8) -> anyhow::Result<Self> {
        let histogram = Histogram::new_with_bounds(1, LONGEST, digits).context("cannot make a histogram")?;
        Ok(Self {
            histogram,
            longest: 0,
        })
    }

    /// `count` messages took this long.
    pub(crate) fn record(&mut self, latency: Nanos, count: u64) {
        self.histogram.saturating_record_n(latency, count);
        self.longest = self.longest.max(latency);
    }

    /// Adds others of the same kind.
    ///
    /// # Errors
    /// When the others are not of the same kind.
    pub(crate) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.longest = self.longest.max(other.longest);
        let added = self.histogram.add(&other.histogram);
        added.context("cannot add latencies")
    }

    /// How many they are.
    pub(crate) fn len(&self) -> u64 {
        self.histogram.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.histogram.is_empty()
    }

    /// What this part of the messages did not exceed; of all of them it is the longest time itself.
    pub(crate) fn milliseconds(&self, quantile: f64) -> f64 {
        // The upper end of a bucket, which may lie above all that was measured.
        let end_of_bucket = self.histogram.value_at_quantile(quantile);
        end_of_bucket.min(self.longest) as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_is_exact_and_nothing_is_above_it() {
        let mut latencies = Latencies::fine().unwrap();
        latencies.record(1_000_000, 98);
        latencies.record(1_003_487_123, 2);
        for quantile in [0.99, 0.999, 1.0] {
            assert_eq!(latencies.milliseconds(quantile), 1_003.487_123, "{quantile}");
        }
    }

    #[test]
    fn what_is_added_up_has_percentiles_of_its_own() {
        let rounds = [(1_000_000, 300), (1_000_000, 300), (9_000_000, 300)].map(|(latency, count)| {
            let mut round = Latencies::fine().unwrap();
            round.record(latency, count);
            round
        });
        let mut all = Latencies::fine().unwrap();
        for round in &rounds {
            all.add(round).unwrap();
        }
        assert_eq!(all.len(), 900);
        assert!(all.milliseconds(0.5) < 1.01);
        // The median of the rounds' would be 1.
        assert_eq!(all.milliseconds(0.99), 9.0);
    }
}
