//! Pauses after an accept that failed, so that a server without descriptors does not ask again and again.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use tracing::warn;

/// The first pause; each failure in a row doubles it.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(1);

/// The pauses of one listener.
///
/// Where descriptors or memory are used up (`EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`), the waiting connection
/// stays where it is, and accept fails again at once: without a pause a server would do nothing else.
pub(crate) struct Pauses {
    next: Duration,
    /// The end of the last one that was begun.
    end: Option<Instant>,
}

impl Pauses {
    pub(crate) fn new() -> Self {
        Self {
            next: SHORTEST,
            end: None,
        }
    }

    /// A client has come.
    pub(crate) fn reset(&mut self) {
        self.next = SHORTEST;
    }

    /// Says what failed, and waits until it is worth trying again. The calling thread serves nobody in the meantime.
    pub(crate) fn wait_after(&mut self, error: &io::Error) {
        thread::sleep(self.after(error));
    }

    /// Says what failed, and begins a pause. The caller goes on and leaves the listener alone while some of it is
    /// [`left`](Self::left).
    pub(crate) fn begin_after(&mut self, error: &io::Error) {
        self.end = Some(Instant::now() + self.after(error));
    }

    /// What is left of the pause that was begun; `None` when it is over.
    pub(crate) fn left(&self) -> Option<Duration> {
        let left = self.end?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Says what failed; the caller waits that long, in its own way. Zero where only the one client is lost.
    pub(crate) fn after(&mut self, error: &io::Error) -> Duration {
        warn!("accept failed: {error}");
        // The client has gone before it was taken (accept(2)), or a signal came.
        if matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted
        ) {
            return Duration::ZERO;
        }
        let pause = self.next;
        self.next = (pause * 2).min(LONGEST);
        pause
    }
}
