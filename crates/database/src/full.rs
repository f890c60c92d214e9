//! A file that may not grow any more: a write fails, and the program goes on with that.

use std::io;

/// Where a file may not grow any more (`ulimit -f`), a write fails, which is an error like that of a full disk. But a signal
/// comes with it, and that would end the program: from now on it does not.
///
/// # Errors
/// When the system does not let a program watch signals.
#[cfg(unix)]
pub fn survive_full_files() -> io::Result<()> {
    use std::sync::Arc;

    use signal_hook::{consts::SIGXFSZ, flag::register};

    register(SIGXFSZ, Arc::default()).map(drop)
}

/// Elsewhere there is no such signal.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn survive_full_files() -> io::Result<()> {
    Ok(())
}
