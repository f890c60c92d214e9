//! Ctrl-C, SIGTERM and SIGHUP: what is measured ends, and the figures so far are told. A second one ends at once.
//!
//! While there are no figures yet, the first signal ends the program too. The servers that it has started end with it
//! in any case.

use std::process::exit;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};

use anyhow::Context;
use command_line::ProcessGroup;

/// The signal that has come, or 0. It is the business of the whole process, so this is too.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// Whether there is something to tell. The lock also keeps a signal from coming between.
static HAS_FIGURES: Mutex<bool> = Mutex::new(false);

/// What a program adds to the number of the signal that has ended it, to get its exit code (bash(1), "EXIT STATUS").
const BY_SIGNAL: i32 = 128;

/// What is told behind figures that are not all that were asked for.
pub(crate) const FIGURES_SO_FAR: &str = "these are the figures so far";

/// A measurement that a signal has ended, and what has come of it.
#[derive(Debug, thiserror::Error)]
#[error("interrupted: {outcome}")]
pub(crate) struct Interrupted {
    signal: i32,
    outcome: String,
}

impl Interrupted {
    /// As of a program that this signal has ended.
    pub(crate) fn exit_code(&self) -> u8 {
        u8::try_from(BY_SIGNAL + self.signal).unwrap_or(u8::MAX)
    }
}

/// True after a signal.
pub(crate) fn is_requested() -> bool {
    SIGNAL.load(Ordering::Relaxed) != 0
}

/// From now on there are figures, so a signal does not end the program by itself.
pub(crate) fn there_are_figures() {
    // Nobody can panic with it in hand.
    if let Ok(mut has_figures) = HAS_FIGURES.lock() {
        *has_figures = true;
    }
}

/// Fails after a signal: for the end of a measurement, behind its figures.
///
/// # Errors
/// With this outcome, when there was one.
pub(crate) fn check(outcome: impl Into<String>) -> Result<(), Interrupted> {
    match SIGNAL.load(Ordering::Relaxed) {
        0 => Ok(()),
        signal => Err(Interrupted {
            signal,
            outcome: outcome.into(),
        }),
    }
}

fn came(signal: i32) {
    // First, so that whoever measures does not take the end of a server for a fault of it.
    let is_first = SIGNAL.swap(signal, Ordering::SeqCst) == 0;
    ProcessGroup::end_all();
    let has_figures = HAS_FIGURES.lock();
    if is_first && has_figures.as_ref().is_ok_and(|has_figures| **has_figures) {
        return;
    }
    if is_first {
        eprintln!("loadgen: interrupted: nothing was measured yet");
    }
    exit(BY_SIGNAL + signal);
}

/// Watches for the signals, but not for one that whoever started this program has switched off: nohup(1) does that, and
/// a shell that starts a program in the background.
#[cfg(unix)]
pub(crate) fn watch() -> anyhow::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let ignored = ignored_signals();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter();
    let wanted = wanted.filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let mut signals = Signals::new(wanted).context("cannot watch for signals")?;
    ProcessGroup::leave_signals_to_program();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || signals.forever().for_each(came))
        .context("cannot watch for signals")?;
    Ok(())
}

/// A bit for each, the lowest for signal 1 (proc_pid_status(5)); none where the system does not tell.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

/// Elsewhere there is Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn watch() -> anyhow::Result<()> {
    ProcessGroup::leave_signals_to_program();
    ctrlc::set_handler(|| came(2)).context("cannot watch for Ctrl-C")
}
