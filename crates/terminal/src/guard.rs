//! Puts the modes of the terminal back, whenever the program ends or is stopped.

#[cfg(not(unix))]
mod portable;
#[cfg(unix)]
mod unix;

use std::env;
use std::io::{self, IsTerminal};
use std::sync::Arc;

use rustyline::KeyEvent;

#[cfg(not(unix))]
use portable::Modes;
#[cfg(unix)]
use unix::Modes;

/// Terminals that cannot move the cursor: the line editor reads plain lines there.
const PLAIN: [&str; 3] = ["dumb", "cons25", "emacs"];

/// Whether a line can be edited here. Elsewhere the terminal itself edits it, and stays as it is.
#[must_use]
pub fn can_edit() -> bool {
    let name = env::var("TERM").unwrap_or_default();
    let is_plain = PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(&name));
    !is_plain && io::stdin().is_terminal()
}

/// Watches over the modes of the terminal behind standard input.
///
/// SIGTERM, SIGHUP and SIGQUIT end the program with the modes of before, and with exit code 128 + the number of
/// the signal. SIGTSTP, which Ctrl-Z sends, stops it so; when it goes on, the editor has its own modes again.
/// A thread that does nothing else sees to that, so that it does not matter what the others wait for.
#[derive(Debug, Clone)]
pub struct Guard {
    modes: Arc<Modes>,
}

impl Guard {
    /// Keeps the modes that the terminal has now, and watches for signals from now on.
    ///
    /// # Errors
    /// When standard input is no terminal; when there is no thread for the signals.
    pub fn start() -> io::Result<Self> {
        let modes = Modes::watch()?;
        Ok(Self { modes })
    }

    /// Lets the line editor read: between here and there it changes the modes.
    pub fn edit<T>(&self, read: impl FnOnce() -> T) -> T {
        match can_edit() {
            true => self.read_keys(read),
            false => read(),
        }
    }

    /// The same for a program that sets the modes itself: it says by [`drawn`](Self::drawn) that it has.
    pub fn read_keys<T>(&self, read: impl FnOnce() -> T) -> T {
        self.modes.begin();
        let outcome = read();
        self.modes.end();
        outcome
    }

    /// The editor has drawn its line, so it has set its modes. Only the first time counts.
    pub fn drawn(&self) {
        self.modes.begun();
    }

    /// Stops the program, and all others that were started together with it, as Ctrl-Z does; returns when it
    /// goes on. False where that is in the background: the screen belongs to others then.
    #[must_use]
    pub fn stop(&self) -> bool {
        self.modes.ask_to_stop()
    }

    /// Gives the terminal the modes of before, whatever the editor does.
    pub fn restore(&self) {
        self.modes.restore();
    }

    /// The key that stops a program, mostly Ctrl-Z.
    #[must_use]
    pub fn suspend_key(&self) -> KeyEvent {
        self.modes.suspend_key()
    }
}
