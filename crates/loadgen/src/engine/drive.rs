//! How a load is driven, whatever its messages are: how long, at what rate, by how many threads.

use std::time::Duration;

use directory::redis::RedisSettings;

use super::line::Way;
use super::pace::{Pace, share};
use super::recorder::Window;

/// How long caches, the scheduler and the threads of the server get to settle, unless it is said.
pub(crate) const WARM_UP: Duration = Duration::from_millis(300);

/// How long a load lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// So long, after the warm-up.
    For(Duration),
    /// Until so many messages have been sent.
    Count(u64),
}

/// How a load is driven, whatever its messages are.
#[derive(Debug, Clone)]
pub(crate) struct Drive {
    pub(crate) length: Length,
    /// Nothing counts before it is over.
    pub(crate) warm_up: Duration,
    /// Messages a second of all clients, in an open loop.
    pub(crate) rate: Option<f64>,
    pub(crate) threads: usize,
    /// How long to wait for a connection, and for the last messages.
    pub(crate) patience: Duration,
    /// Keep how it went over time.
    pub(crate) slices: bool,
    /// Show a bar, where standard error is a terminal.
    pub(crate) progress: bool,
    /// The server's process.
    pub(crate) pid: Option<u32>,
    /// How the server is spoken to.
    pub(crate) way: Way,
    /// Where it is known, if it is one of many: it lets nobody in without a ticket from there.
    pub(crate) directory: Option<RedisSettings>,
}

impl Drive {
    /// The pace of one of `talkers` who send.
    pub(crate) fn pace(&self, number: usize, talkers: usize, in_flight: usize) -> Pace {
        match (self.rate, self.length) {
            (Some(rate), Length::Count(count)) => Pace::open(rate, number, talkers, count),
            (Some(rate), Length::For(window)) => {
                let total = (self.warm_up + window).as_secs_f64() * rate;
                Pace::open(rate, number, talkers, total.round() as u64)
            }
            (None, Length::Count(count)) => Pace::closed(in_flight as u64, share(count, number, talkers)),
            (None, Length::For(_)) => Pace::closed(in_flight as u64, u64::MAX / talkers.max(1) as u64),
        }
    }

    /// What is measured of it.
    pub(super) fn window(&self) -> Window {
        match self.length {
            Length::For(window) => Window::behind(self.warm_up, window),
            Length::Count(_) => Window::ALL,
        }
    }
}
