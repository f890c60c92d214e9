//! Ctrl-C: the row that runs gives up, and what is known so far is reported. The second one ends at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::process;

/// Exit code of a program that its user has interrupted: 128 + SIGINT (bash(1), "EXIT STATUS").
const EXIT_CODE: i32 = 130;

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
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            // The server must not be left without descriptors, whatever happens to this program.
            process::restore_descriptors();
            std::process::exit(EXIT_CODE);
        }
    })
    .context("cannot watch for Ctrl-C")
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
