//! What one thread has measured: latencies, bytes, and, for a figure, how both went over time.

use std::time::{Duration, Instant};

use anyhow::Context;
use hdrhistogram::Histogram;

use super::pace::Nanos;

/// Latencies are kept exact to a thousandth, from a nanosecond to an hour, in 270 KiB.
const DIGITS: u8 = 3;
const LONGEST: Nanos = 3_600_000_000_000;

/// In a slice of the figure, to a hundredth: 40 KiB.
const SLICE_DIGITS: u8 = 2;

/// Points of a curve at most. When they are used up, each takes twice the time.
const MOST_SLICES: usize = 120;

/// The first width of a slice.
const SLICE: Nanos = 25_000_000;

/// Measures what happens from `begin` on; what is before warms up.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    epoch: Instant,
    begin: Nanos,
    /// Messages that have come, those of the warm-up among them.
    pub(crate) all: u64,
    pub(crate) latencies: Histogram<u64>,
    pub(crate) bytes_sent: u64,
    pub(crate) bytes_received: u64,
    /// When the last message came.
    pub(crate) last: Nanos,
    pub(crate) slices: Option<Slices>,
}

impl Recorder {
    /// Starts at `epoch`, and counts what is sent from `begin` on.
    pub(crate) fn new(epoch: Instant, begin: Duration, with_slices: bool) -> anyhow::Result<Self> {
        Ok(Self {
            epoch,
            begin: begin.as_nanos() as Nanos,
            all: 0,
            latencies: histogram(DIGITS)?,
            bytes_sent: 0,
            bytes_received: 0,
            last: 0,
            slices: with_slices.then(Slices::default),
        })
    }

    /// Nanoseconds since the load started.
    pub(crate) fn now(&self) -> Nanos {
        self.epoch.elapsed().as_nanos() as Nanos
    }

    /// `count` messages that were sent, or should have been, at this time have come by now.
    pub(crate) fn came(&mut self, sent: Nanos, now: Nanos, count: u64) {
        self.all += count;
        if sent < self.begin {
            return;
        }
        let latency = now.saturating_sub(sent);
        self.latencies.saturating_record_n(latency, count);
        self.last = now;
        if let Some(slices) = &mut self.slices {
            slices.came(sent - self.begin, now - self.begin, latency, count);
        }
    }

    pub(crate) fn sent(&mut self, now: Nanos, bytes: usize) {
        if now >= self.begin {
            self.bytes_sent += bytes as u64;
        }
    }

    pub(crate) fn received(&mut self, now: Nanos, bytes: usize) {
        if now >= self.begin {
            self.bytes_received += bytes as u64;
        }
    }

    /// Adds what another thread has measured in the same load.
    pub(crate) fn merge(&mut self, other: Self) -> anyhow::Result<()> {
        self.latencies
            .add(&other.latencies)
            .context("cannot add latencies")?;
        self.all += other.all;
        self.bytes_sent += other.bytes_sent;
        self.bytes_received += other.bytes_received;
        self.last = self.last.max(other.last);
        if let (Some(slices), Some(other)) = (&mut self.slices, other.slices) {
            slices.merge(other)?;
        }
        Ok(())
    }
}

fn histogram(digits: u8) -> anyhow::Result<Histogram<u64>> {
    Histogram::new_with_bounds(1, LONGEST, digits).context("cannot make a histogram")
}

/// The load cut into slices of equal time.
#[derive(Debug, Clone)]
pub(crate) struct Slices {
    width: Nanos,
    list: Vec<Slice>,
}

/// What happened in one of them.
#[derive(Debug, Clone)]
struct Slice {
    /// Of the messages that were due in it, whenever they came.
    latencies: Histogram<u64>,
    /// Messages that came in it, whenever they were due.
    came: u64,
}

impl Default for Slices {
    fn default() -> Self {
        Self {
            width: SLICE,
            list: Vec::new(),
        }
    }
}

impl Slices {
    /// Milliseconds over seconds. No message, no latency: not even 0.
    pub(crate) fn latency(&self, quantile: f64) -> Vec<(f64, f64)> {
        self.points(|slice| match slice.latencies.is_empty() {
            true => f64::NAN,
            false => slice.latencies.value_at_quantile(quantile) as f64 / 1e6,
        })
    }

    /// Messages a second over seconds. The last slice is not full, and would look like a fall.
    pub(crate) fn throughput(&self) -> Vec<(f64, f64)> {
        let seconds = self.width as f64 / 1e9;
        let mut points = self.points(|slice| slice.came as f64 / seconds);
        points.pop();
        points
    }

    /// A value of each slice, at its middle.
    fn points(&self, value: impl Fn(&Slice) -> f64) -> Vec<(f64, f64)> {
        let seconds = self.width as f64 / 1e9;
        let middle = |index: usize| (index as f64 + 0.5) * seconds;
        let slices = self.list.iter().enumerate();
        slices
            .map(|(index, slice)| (middle(index), value(slice)))
            .collect()
    }

    fn came(&mut self, sent: Nanos, now: Nanos, latency: Nanos, count: u64) {
        // `now` is the later one, so after it the slices are wide enough for both.
        self.at(now).came += count;
        self.at(sent).latencies.saturating_record_n(latency, count);
    }

    fn at(&mut self, time: Nanos) -> &mut Slice {
        while (time / self.width) as usize >= MOST_SLICES {
            self.widen();
        }
        let index = (time / self.width) as usize;
        if index >= self.list.len() {
            self.list.resize_with(index + 1, Slice::new);
        }
        &mut self.list[index]
    }

    /// Makes one of each two.
    fn widen(&mut self) {
        let mut narrow = std::mem::take(&mut self.list).into_iter();
        while let Some(mut slice) = narrow.next() {
            if let Some(next) = narrow.next() {
                slice.add(&next);
            }
            self.list.push(slice);
        }
        self.width *= 2;
    }

    fn merge(&mut self, mut other: Self) -> anyhow::Result<()> {
        while self.width < other.width {
            self.widen();
        }
        while other.width < self.width {
            other.widen();
        }
        let length = self.list.len().max(other.list.len());
        self.list.resize_with(length, Slice::new);
        for (slice, other) in self.list.iter_mut().zip(&other.list) {
            slice.add(other);
        }
        Ok(())
    }
}

impl Slice {
    fn new() -> Self {
        Self {
            latencies: histogram(SLICE_DIGITS).expect("constants that fit"),
            came: 0,
        }
    }

    fn add(&mut self, other: &Self) {
        self.latencies
            .add(&other.latencies)
            .expect("histograms of one form");
        self.came += other.came;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Nanos = 1_000_000;

    fn recorder() -> Recorder {
        Recorder::new(Instant::now(), Duration::from_millis(10), true).unwrap()
    }

    #[test]
    fn what_is_sent_before_the_begin_does_not_count() {
        let mut recorder = recorder();
        recorder.came(9 * MILLISECOND, 12 * MILLISECOND, 1);
        assert_eq!(recorder.latencies.len(), 0);
        recorder.came(10 * MILLISECOND, 12 * MILLISECOND, 3);
        assert_eq!((recorder.latencies.len(), recorder.all), (3, 4));
        assert!(recorder.latencies.max().abs_diff(2 * MILLISECOND) < 2_000);
        assert_eq!(recorder.last, 12 * MILLISECOND);
    }

    #[test]
    fn slices_become_wider_and_lose_nothing() {
        let (mut one, mut other) = (recorder(), recorder());
        for second in 0..10 {
            let sent = (10 + second * 1_000) * MILLISECOND;
            one.came(sent, sent + MILLISECOND, 2);
        }
        other.came(10 * MILLISECOND, 700 * MILLISECOND, 1);
        other.merge(one).unwrap();
        let slices = other.slices.unwrap();
        assert_eq!(slices.width, 100 * MILLISECOND);
        assert_eq!(slices.list.iter().map(|slice| slice.came).sum::<u64>(), 21);
        assert_eq!(
            slices.list[0].latencies.len(),
            3,
            "due in the first tenth of a second"
        );
        assert_eq!(slices.list[6].came, 1, "it came 690 ms later");
        assert_eq!(slices.list[10].came, 2);
    }
}
