//! Whether a server takes clients, and whether what it needs of others is there.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use net::Shutdown;
use parking_lot::Mutex;

/// Whether a server takes clients: not before it has all that it needs for that, and not when it is to end. Clones are
/// of the same server.
#[derive(Clone)]
pub struct Health {
    ready: Arc<AtomicBool>,
    shutdown: Shutdown,
    others: Arc<Mutex<BTreeMap<&'static str, IsThere>>>,
}

type IsThere = Box<dyn Fn() -> bool + Send>;

impl Health {
    /// That of a server that starts, and is to end when `shutdown` is requested.
    #[must_use]
    pub fn starting(shutdown: &Shutdown) -> Self {
        Self {
            ready: Arc::default(),
            shutdown: shutdown.clone(),
            others: Arc::default(),
        }
    }

    /// Tells from now on, by this name, whether something is there that this server shares with others. It does not change
    /// the status: where all servers lack the same, nothing is won when all are said to be unwell, and most of what they do
    /// goes on. `is_there` may take a second at most.
    pub fn watch(&self, name: &'static str, is_there: impl Fn() -> bool + Send + 'static) {
        self.others.lock().insert(name, Box::new(is_there));
    }

    /// It takes clients now.
    pub fn set_ready(&self) {
        self.ready.store(true, Ordering::SeqCst);
    }

    /// From now on it is to end, as if SIGTERM had come. False where it was before.
    pub(crate) fn drain(&self) -> bool {
        let is_first = !self.shutdown.requested();
        self.shutdown.request();
        is_first
    }

    /// What is watched, each `ok` or `away`.
    pub(crate) fn others(&self) -> BTreeMap<&'static str, &'static str> {
        let word = |is_there: &IsThere| if is_there() { "ok" } else { "away" };
        let others = self.others.lock();
        others
            .iter()
            .map(|(name, is_there)| (*name, word(is_there)))
            .collect()
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

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health")
            .field("ready", &self.ready)
            .field("shutdown", &self.shutdown)
            .finish_non_exhaustive()
    }
}
