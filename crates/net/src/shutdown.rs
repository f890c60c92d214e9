//! The flag that ends a server, set by Ctrl-C and SIGTERM.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::{NetError, os};

/// Exit code of a program that its user has interrupted: 128 + SIGINT (bash(1), "EXIT STATUS").
const INTERRUPTED: i32 = 130;

/// Signals within this time are one request. A terminal and the program that has started this one both pass a Ctrl-C
/// on, and so it comes twice; a person who has lost patience needs longer.
const ONE_REQUEST: Duration = Duration::from_secs(1);

/// A flag that is set once, can be waited for, and is shared by its clones.
#[derive(Clone, Default)]
pub struct Shutdown {
    shared: Arc<Shared>,
}

type Hook = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Shared {
    /// Read before every read of every client, so without a lock.
    requested: AtomicBool,
    /// What to do when it is set. The lock also orders `requested` against those who register or wait.
    hooks: Mutex<Vec<Hook>>,
    changed: Condvar,
}

impl Shutdown {
    /// A flag that only [`request`](Self::request) sets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A flag that Ctrl-C, SIGTERM and SIGHUP set. Signals within a second are one request; a later one ends the
    /// process at once with exit code 130. A process that was started to ignore SIGINT, as a shell without job
    /// control does it for what runs in the background, or SIGHUP, as nohup(1) does, goes on ignoring it.
    ///
    /// # Errors
    /// [`NetError::NoThreadFor`] where the system has no thread for it, [`NetError::Io`] when the process has such a
    /// handler already.
    pub fn on_signals() -> Result<Self, NetError> {
        Self::on_signals_and_at_once(|| ())
    }

    /// The same; `before_the_end` runs before the process ends at once.
    ///
    /// # Errors
    /// Those of [`on_signals`](Self::on_signals).
    pub fn on_signals_and_at_once(
        mut before_the_end: impl FnMut() + Send + 'static,
    ) -> Result<Self, NetError> {
        let shutdown = Self::new();
        let flag = shutdown.clone();
        let ignored = os::IgnoredSignals::remember();
        let mut first: Option<Instant> = None;
        ctrlc::set_handler(move || match first {
            None => {
                // Before, since the hooks may take their time, and this thread sees the next signal after them.
                first = Some(Instant::now());
                flag.request();
            }
            Some(first) if first.elapsed() < ONE_REQUEST => {}
            Some(_) => {
                before_the_end();
                std::process::exit(INTERRUPTED);
            }
        })
        .map_err(cannot_watch)?;
        ignored.restore();
        Ok(shutdown)
    }

    /// Sets the flag. Later calls do nothing.
    pub fn request(&self) {
        let hooks = {
            let mut hooks = self.shared.hooks.lock();
            self.shared.requested.store(true, Ordering::SeqCst);
            std::mem::take(&mut *hooks)
        };
        self.shared.changed.notify_all();
        for hook in hooks {
            hook();
        }
    }

    /// True once it is set.
    #[must_use]
    pub fn requested(&self) -> bool {
        self.shared.requested.load(Ordering::SeqCst)
    }

    /// Waits until it is set, at most for `timeout`; true when it is.
    #[must_use]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let mut hooks = self.shared.hooks.lock();
        let over = |_: &mut Vec<Hook>| !self.requested();
        // A time too long to be counted is for ever.
        match Instant::now().checked_add(timeout) {
            Some(deadline) => {
                let _ = self.shared.changed.wait_while_until(&mut hooks, over, deadline);
            }
            None => self.shared.changed.wait_while(&mut hooks, over),
        }
        self.requested()
    }

    /// Runs `hook` when the flag is set, or now where it is set already.
    pub fn on_request(&self, hook: impl FnOnce() + Send + 'static) {
        let mut hooks = self.shared.hooks.lock();
        if self.requested() {
            drop(hooks);
            hook();
        } else {
            hooks.push(Box::new(hook));
        }
    }
}

fn cannot_watch(error: ctrlc::Error) -> NetError {
    match error {
        // The handlers are there, and the thread that reacts to them is not.
        ctrlc::Error::System(error) if error.raw_os_error().is_some() => {
            NetError::no_thread_for("Ctrl-C and SIGTERM", error)
        }
        error => NetError::io("watch for Ctrl-C", std::io::Error::other(error)),
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown")
            .field("requested", &self.requested())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn a_request_wakes_who_waits() {
        let shutdown = Shutdown::new();
        assert!(!shutdown.wait_timeout(Duration::ZERO));
        let waiting = thread::spawn({
            let shutdown = shutdown.clone();
            move || shutdown.wait_timeout(Duration::from_secs(60))
        });
        shutdown.request();
        assert!(waiting.join().unwrap());
        assert!(shutdown.requested());
    }

    #[test]
    fn a_hook_runs_once_whether_it_comes_before_or_after() {
        let shutdown = Shutdown::new();
        let (sender, receiver) = mpsc::channel();
        let before = sender.clone();
        shutdown.on_request(move || before.send("before").unwrap());
        shutdown.request();
        shutdown.request();
        shutdown.on_request(move || sender.send("after").unwrap());
        assert_eq!(receiver.iter().collect::<Vec<_>>(), ["before", "after"]);
    }
}
