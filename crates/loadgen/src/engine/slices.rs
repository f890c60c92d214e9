//! How a load went over time: slices of equal length, for a figure.

use super::latencies::Latencies;
use super::pace::Nanos;

/// Points of a curve at most. When they are used up, each takes twice the time.
const MOST_SLICES: usize = 120;

/// The first width of a slice.
const SLICE: Nanos = 25_000_000;

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
    latencies: Latencies,
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
            false => slice.latencies.milliseconds(quantile),
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

    /// So many messages came at this time.
    pub(super) fn came(&mut self, now: Nanos, count: u64) {
        self.at(now).came += count;
    }

    /// So many messages that were sent at this time took so long.
    pub(super) fn took(&mut self, sent: Nanos, latency: Nanos, count: u64) {
        self.at(sent).latencies.record(latency, count);
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

    /// Adds those of another thread.
    pub(super) fn merge(&mut self, mut other: Self) -> anyhow::Result<()> {
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
            latencies: Latencies::coarse().expect("constants that fit"),
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

    #[test]
    fn slices_become_wider_and_lose_nothing() {
        let (mut one, mut other) = (Slices::default(), Slices::default());
        for second in 0..10 {
            let sent = second * 1_000 * MILLISECOND;
            one.came(sent + MILLISECOND, 2);
            one.took(sent, MILLISECOND, 2);
        }
        other.came(690 * MILLISECOND, 1);
        other.took(0, 690 * MILLISECOND, 1);
        other.merge(one).unwrap();
        let slices = other;
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
