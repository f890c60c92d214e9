//! How long to wait between attempts to connect, and what of them is told in the log: the first failure and the end.

use std::time::Duration;

use tracing::{info, warn};

use super::failure::Failure;
use super::url::RedisUrl;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);

/// The attempts since the last success.
#[derive(Debug)]
pub(super) struct BackOff {
    next: Duration,
    has_failed: bool,
    /// What the connection is for, for the log.
    of: &'static str,
}

impl BackOff {
    pub(super) fn new(of: &'static str) -> Self {
        Self {
            next: FIRST,
            has_failed: false,
            of,
        }
    }

    /// An attempt has failed: how long to wait before the next one.
    pub(super) fn failed(&mut self, failure: &Failure) -> Duration {
        if !std::mem::replace(&mut self.has_failed, true) {
            warn!(
                "no connection to Redis for {}: {failure}; it is tried again",
                self.of
            );
        }
        let pause = self.next;
        self.next = (pause * 2).min(LONGEST);
        pause
    }

    pub(super) fn succeeded(&mut self, url: &RedisUrl) {
        if self.has_failed {
            info!("Redis at {url} is there again for {}", self.of);
        }
        *self = Self::new(self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_second_and_begin_anew() {
        let url = "redis://localhost".parse().expect("an address");
        let failure = Failure::new(&url, "away");
        let mut back_off = BackOff::new("calls");
        let milliseconds = |back_off: &mut BackOff| back_off.failed(&failure).as_millis();
        let pauses: Vec<_> = (0..7).map(|_| milliseconds(&mut back_off)).collect();
        assert_eq!(pauses, [50, 100, 200, 400, 800, 1_000, 1_000]);
        back_off.succeeded(&url);
        assert_eq!(milliseconds(&mut back_off), 50);
    }
}
