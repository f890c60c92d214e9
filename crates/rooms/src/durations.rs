//! How long something takes, each time, counted in steps: a histogram that threads add to. A game may have its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The steps in microseconds: up to this long, and longer than the step before. They reach from one small answer to what
/// a player notices; there is one more step, for all that is longer.
const STEPS: [u64; 14] = [
    10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000,
];

/// The counts, while they grow.
#[derive(Debug, Default)]
pub struct Durations {
    steps: [AtomicU64; STEPS.len() + 1],
    nanoseconds: AtomicU64,
}

/// The counts at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct DurationCounts {
    /// Each step: its longest time in seconds, which is infinite for the last, and how many took up to so long, and longer
    /// than the step before.
    pub steps: Vec<(f64, u64)>,
    /// All the time together, in seconds.
    pub seconds: f64,
}

impl Durations {
    /// It has taken so long once more.
    pub fn add(&self, duration: Duration) {
        let nanoseconds = duration.as_nanos() as u64;
        let step = STEPS.partition_point(|step| step * 1_000 < nanoseconds);
        self.steps[step].fetch_add(1, Ordering::Relaxed);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// The counts now.
    #[must_use]
    pub fn read(&self) -> DurationCounts {
        let bounds = STEPS.iter().map(|step| *step as f64 / 1e6).chain([f64::INFINITY]);
        let counts = self.steps.iter().map(|count| count.load(Ordering::Relaxed));
        DurationCounts {
            steps: bounds.zip(counts).collect(),
            seconds: self.nanoseconds.load(Ordering::Relaxed) as f64 / 1e9,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_falls_into_the_first_step_that_is_not_shorter() {
        let durations = Durations::default();
        for microseconds in [1, 10, 11, 1_000_000, 1_000_001] {
            durations.add(Duration::from_micros(microseconds));
        }
        let counts = durations.read();
        let used: Vec<_> = counts.steps.iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(used, [&(1e-5, 2), &(2.5e-5, 1), &(1.0, 1), &(f64::INFINITY, 1)]);
        assert!((counts.seconds - 2.000_023).abs() < 1e-9);
    }
}
