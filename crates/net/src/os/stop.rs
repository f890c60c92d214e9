//! A stop as the terminal's Ctrl-Z makes it, for a program that has taken that signal for itself.
#![expect(
    unsafe_code,
    reason = "sigaction and raise have no safe wrapper in std or socket2"
)]

use std::io;
use std::mem::zeroed;
use std::ptr::null_mut;

/// Stops this process as SIGTSTP does where nobody has taken it, and returns when it goes on (SIGCONT).
///
/// It returns at once in a process whose group has nobody to let it go on, as one in a terminal window of its own:
/// there the system lets SIGTSTP do nothing (POSIX, "orphaned process group"). SIGSTOP would stop it for ever.
///
/// # Errors
/// When the system refuses one of the calls.
pub fn stop() -> io::Result<()> {
    // SAFETY: a sigaction of zeros is SIG_DFL without flags, and with an empty mask.
    let (default, mut before): (libc::sigaction, libc::sigaction) = unsafe { (zeroed(), zeroed()) };
    // SAFETY: both point to a sigaction that lives for the call.
    checked(unsafe { libc::sigaction(libc::SIGTSTP, &raw const default, &raw mut before) })?;
    // To this thread, so that it is not past here before all have stopped (raise(3)).
    // SAFETY: it has no pointers, and the handler is the system's.
    let stopped = checked(unsafe { libc::raise(libc::SIGTSTP) });
    // SAFETY: `before` is what the system has written there.
    checked(unsafe { libc::sigaction(libc::SIGTSTP, &raw const before, null_mut()) })?;
    stopped
}

fn checked(result: libc::c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
