//! Ctrl-C: the row that runs gives up, and what is known so far is reported. A second one, later, ends at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use net::Shutdown;

use super::descriptors;

/// How long nobody looks at the flag.
const SLICE: Duration = Duration::from_millis(100);

/// A signal is the business of the whole process, so the flag is too.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Why a row has given up.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub(super) struct Interrupted;

/// Watches for Ctrl-C and SIGTERM.
pub(super) fn watch() -> anyhow::Result<()> {
    // The server must not be left without descriptors, whatever happens to this program.
    let signals = Shutdown::on_signals_and_at_once(descriptors::give_back)?;
    signals.on_request(|| INTERRUPTED.store(true, Ordering::SeqCst));
    Ok(())
}

/// True after a signal.
pub(super) fn is_requested() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Fails after a signal.
pub(super) fn check() -> Result<(), Interrupted> {
    if is_requested() { Err(Interrupted) } else { Ok(()) }
}

/// Lets this much time pass, or fails as soon as a signal comes.
pub(super) fn pause(time: Duration) -> Result<(), Interrupted> {
    let end = Instant::now() + time;
    loop {
        check()?;
        match end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => return Ok(()),
            left => thread::sleep(left.min(SLICE)),
        }
    }
}
