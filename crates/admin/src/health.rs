//! Whether a server takes clients.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use net::Shutdown;

/// Whether a server takes clients: not before it has all that it needs for that, and not when it is to end. Clones are
/// of the same server.
#[derive(Debug, Clone)]
pub struct Health {
    ready: Arc<AtomicBool>,
    shutdown: Shutdown,
}

impl Health {
    /// That of a server that starts, and is to end when `shutdown` is requested.
    #[must_use]
    pub fn starting(shutdown: &Shutdown) -> Self {
        Self {
            ready: Arc::default(),
            shutdown: shutdown.clone(),
        }
    }

    /// It takes clients now.
    pub fn set_ready(&self) {
        self.ready.store(true, Ordering::SeqCst);
    }

    /// The status for a response, and its word.
    pub(crate) fn status(&self) -> (u16, &'static str) {
        if self.shutdown.requested() {
            (503, "draining")
        } else if self.ready.load(Ordering::SeqCst) {
            (200, "ok")
        } else {
            (503, "starting")
        }
    }
}
