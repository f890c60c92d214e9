//! What a model does when accept fails: it waits, and the clients that are connected do not notice.

use std::io;
use std::thread;
use std::time::Duration;

use tracing::warn;

/// The first pause; each failure in a row doubles it.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(1);

/// Pauses between failures of accept.
///
/// Where descriptors or memory are used up (`EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`), the waiting connection
/// stays where it is, and accept fails again at once: without a pause a server would do nothing else.
pub(crate) struct Pauses {
    next: Duration,
}

impl Pauses {
    pub(crate) fn new() -> Self {
        Self { next: SHORTEST }
    }

    /// A client has come.
    pub(crate) fn reset(&mut self) {
        self.next = SHORTEST;
    }

    /// Says what failed, and waits until it is worth trying again. That blocks who calls it: a model with one
    /// thread serves nobody in the meantime.
    pub(crate) fn wait_after(&mut self, error: &io::Error) {
        thread::sleep(self.after(error));
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
