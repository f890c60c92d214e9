//! What one thread has measured: messages, latencies, bytes, and, for a figure, how they went over time.
//!
//! Two things are measured in the same time, and of different messages. *Throughput* is what comes in the window,
//! whenever it was sent: the window has one length, so a message that is under way at its begin stands for one
//! that is under way at its end. *Latency* is of those that were sent in the window, or were due in it, whenever
//! they come: a slow one must not be lost because it comes too late.

use std::time::{Duration, Instant};

use super::latencies::Latencies;
use super::pace::Nanos;
use super::slices::Slices;

/// From when to when is measured, since the load started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// What is before it warms up.
    begin: Nanos,
    /// The first moment that does not count any more.
    end: Nanos,
}

impl Window {
    /// Everything.
    pub(crate) const ALL: Self = Self {
        begin: 0,
        end: Nanos::MAX,
    };

    /// This long, behind a warm-up.
    pub(crate) fn behind(warm_up: Duration, length: Duration) -> Self {
        Self {
            begin: warm_up.as_nanos() as Nanos,
            end: (warm_up + length).as_nanos() as Nanos,
        }
    }

    fn contains(self, time: Nanos) -> bool {
        (self.begin..self.end).contains(&time)
    }
}

/// Measures what happens in a window.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    epoch: Instant,
    window: Window,
    /// Messages that have come, those of the warm-up among them.
    pub(crate) all: u64,
    /// Messages that came in the window.
    pub(crate) came: u64,
    /// Of the messages that were sent in the window, or were due in it.
    pub(crate) latencies: Latencies,
    /// In the window.
    pub(crate) bytes_sent: u64,
    /// In the window.
    pub(crate) bytes_received: u64,
    /// When the last message of the window came.
    pub(crate) last: Nanos,
    /// When a signal ended the load before its time.
    pub(crate) interrupted: Option<Nanos>,
    /// Messages that should have come later then.
    pub(crate) on_the_way: u64,
    pub(crate) slices: Option<Slices>,
}

impl Recorder {
    /// Starts at `epoch`.
    pub(crate) fn new(epoch: Instant, window: Window, with_slices: bool) -> anyhow::Result<Self> {
        Ok(Self {
            epoch,
            window,
            all: 0,
            came: 0,
            latencies: Latencies::fine()?,
            bytes_sent: 0,
            bytes_received: 0,
            last: 0,
            interrupted: None,
            on_the_way: 0,
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
        if self.window.contains(now) {
            self.came += count;
            self.last = now;
        }
        let begin = self.window.begin;
        if let Some(slices) = self.slices.as_mut().filter(|_| now >= begin) {
            slices.came(now - begin, count);
        }
        if self.window.contains(sent) {
            let latency = now.saturating_sub(sent);
            self.latencies.record(latency, count);
            if let Some(slices) = &mut self.slices {
                slices.took(sent - begin, latency, count);
            }
        }
    }

    pub(crate) fn sent(&mut self, now: Nanos, bytes: usize) {
        if self.window.contains(now) {
            self.bytes_sent += bytes as u64;
        }
    }

    pub(crate) fn received(&mut self, now: Nanos, bytes: usize) {
        if self.window.contains(now) {
            self.bytes_received += bytes as u64;
        }
    }

    /// Adds what another thread has measured in the same load.
    pub(crate) fn merge(&mut self, other: Self) -> anyhow::Result<()> {
        self.latencies.add(&other.latencies)?;
        self.all += other.all;
        self.came += other.came;
        self.bytes_sent += other.bytes_sent;
        self.bytes_received += other.bytes_received;
        self.last = self.last.max(other.last);
        self.on_the_way += other.on_the_way;
        self.interrupted = self.interrupted.max(other.interrupted);
        if let (Some(slices), Some(other)) = (&mut self.slices, other.slices) {
            slices.merge(other)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Nanos = 1_000_000;

    /// From 10 to 110 milliseconds.
    fn recorder() -> Recorder {
        let window = Window::behind(Duration::from_millis(10), Duration::from_millis(100));
        Recorder::new(Instant::now(), window, true).unwrap()
    }

    /// A message of 64 bytes that took from the one millisecond to the other.
    fn message(recorder: &mut Recorder, sent: Nanos, came: Nanos) {
        recorder.sent(sent * MILLISECOND, 64);
        recorder.received(came * MILLISECOND, 64);
        recorder.came(sent * MILLISECOND, came * MILLISECOND, 1);
    }

    #[test]
    fn what_comes_in_the_window_is_throughput_whenever_it_was_sent() {
        let mut recorder = recorder();
        message(&mut recorder, 5, 9);
        message(&mut recorder, 9, 12);
        message(&mut recorder, 12, 14);
        message(&mut recorder, 100, 109);
        message(&mut recorder, 109, 110);
        assert_eq!((recorder.came, recorder.all), (3, 5));
        assert_eq!(recorder.last, 109 * MILLISECOND);
    }

    #[test]
    fn latency_is_of_what_is_sent_in_the_window_whenever_it_comes() {
        let mut recorder = recorder();
        message(&mut recorder, 9, 500);
        message(&mut recorder, 10, 11);
        message(&mut recorder, 109, 409);
        message(&mut recorder, 110, 900);
        assert_eq!(recorder.latencies.len(), 2);
        assert_eq!(recorder.latencies.milliseconds(1.0), 300.0);
    }

    #[test]
    fn bytes_are_those_of_the_messages_that_are_counted() {
        let mut recorder = recorder();
        for (sent, came) in [(5, 9), (9, 12), (12, 14), (109, 110), (111, 112)] {
            message(&mut recorder, sent, came);
        }
        assert_eq!(recorder.bytes_received, 64 * recorder.came);
        assert_eq!((recorder.bytes_received, recorder.bytes_sent), (128, 128));
    }
}
