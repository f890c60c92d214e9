//! Puts the terminal's modes back on Unix: termios(3), and a thread that waits for signals.
//!
//! Two threads change the modes, the editor's and that of the signals, so one lock decides whose turn it is. It
//! is free while a line is typed. Only while the editor *begins* it is not, from the call to the first drawing:
//! else a signal could put the modes back, and the editor could make the terminal raw after that.

use std::io::{self, stdin, stdout};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, getpgrp, getpid, kill_current_process_group, kill_process};
use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr};
use rustyline::{KeyEvent, Modifiers};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::exit;

/// How long the editor may take to begin. After that a terminal that takes no output keeps it, and nothing
/// waits for it any more.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a terminal is told so that it marks what is pasted, and so that it does not.
const MARK_PASTES: &[u8] = b"\x1b[?2004h";
const DO_NOT_MARK_PASTES: &[u8] = b"\x1b[?2004l";

/// Exit code of a program that a signal has ended, less its number (bash(1), "EXIT STATUS").
const ENDED_BY_SIGNAL: i32 = 128;

#[derive(Debug)]
pub(super) struct Modes {
    before: Termios,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// How often the program has been stopped and has gone on.
    stops: u64,
}

#[derive(Debug)]
enum Phase {
    /// Nobody edits, and the terminal is as before.
    Outside,
    /// The editor is about to change the modes.
    Beginning,
    /// A line is edited, in these modes.
    Editing(Box<Termios>),
}

impl Modes {
    pub(super) fn watch() -> io::Result<Arc<Self>> {
        let modes = Arc::new(Self {
            before: tcgetattr(stdin())?,
            state: Mutex::new(State {
                phase: Phase::Outside,
                stops: 0,
            }),
            changed: Condvar::new(),
        });
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
        let watched = Arc::clone(&modes);
        let thread = thread::Builder::new().name("signals".to_owned());
        thread.spawn(move || {
            for signal in signals.forever() {
                match signal {
                    SIGTSTP => watched.stop(),
                    SIGCONT => watched.go_on(),
                    signal => watched.end_program(signal),
                }
            }
        })?;
        Ok(modes)
    }

    pub(super) fn begin(&self) {
        self.state.lock().phase = Phase::Beginning;
    }

    pub(super) fn begun(&self) {
        let mut state = self.state.lock();
        if let (Phase::Beginning, Ok(modes)) = (&state.phase, tcgetattr(stdin())) {
            state.phase = Phase::Editing(Box::new(modes));
            self.changed.notify_all();
        }
    }

    /// The editor has put the modes back. That is done again, since the program may have gone on after a stop
    /// at that moment.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        if !matches!(state.phase, Phase::Outside) {
            state.phase = Phase::Outside;
            self.changed.notify_all();
            self.restore();
        }
    }

    pub(super) fn restore(&self) {
        if is_foreground() {
            // Not after all output has been shown, as the editor does it: it may never be shown. Where the
            // terminal is gone, there is nothing to put in order.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
        }
    }

    /// The state, when the editor has begun or is not about to.
    fn settled(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock();
        let is_beginning = |state: &mut State| matches!(state.phase, Phase::Beginning);
        self.changed.wait_while_for(&mut state, is_beginning, PATIENCE);
        state
    }

    /// Never gives the lock back, so that the editor cannot begin again.
    fn end_program(&self, signal: i32) {
        let state = self.settled();
        self.leave(&state);
        if matches!(state.phase, Phase::Editing(_)) {
            print(b"\n");
        }
        exit(ENDED_BY_SIGNAL + signal);
    }

    fn stop(&self) {
        let state = self.settled();
        self.leave(&state);
        // Returns when the program goes on, or at once where nobody could let it go on.
        let _ = net::stop();
        drop(state);
        self.go_on();
        self.state.lock().stops += 1;
        self.changed.notify_all();
    }

    fn leave(&self, state: &State) {
        self.restore();
        if matches!(state.phase, Phase::Editing(_)) && is_foreground() {
            print(DO_NOT_MARK_PASTES);
        }
    }

    /// The shell has put its own modes over those of the editor, and the window may have another size. A
    /// program that goes on in the background leaves the terminal alone; the next `fg` is the next SIGCONT.
    fn go_on(&self) {
        if let Phase::Editing(modes) = &self.state.lock().phase
            && is_foreground()
        {
            let _ = tcsetattr(stdin(), OptionalActions::Now, modes);
            print(MARK_PASTES);
            let _ = kill_process(getpid(), Signal::WINCH);
        }
    }

    /// The signal goes to all that share the terminal with this program, a script around it too. It comes to the
    /// thread of the signals, which does all the rest: this one must not touch the modes before that.
    pub(super) fn ask_to_stop(&self) -> bool {
        let mut state = self.state.lock();
        let before = state.stops;
        if kill_current_process_group(Signal::TSTP).is_ok() {
            let has_not = |state: &mut State| state.stops == before;
            self.changed.wait_while_for(&mut state, has_not, PATIENCE);
        }
        is_foreground()
    }

    pub(super) fn suspend_key(&self) -> KeyEvent {
        let code = self.before.special_codes[SpecialCodeIndex::VSUSP];
        KeyEvent::new(char::from(code), Modifiers::NONE)
    }
}

/// Whether the terminal listens to this program. In the background a change of the modes stops a program
/// (SIGTTOU), which would be in the way of its end. A terminal that is not the one of this session does not ask.
fn is_foreground() -> bool {
    tcgetpgrp(stdin()).map_or(true, |group| group == getpgrp())
}

/// Prints where that does not have to wait.
fn print(bytes: &[u8]) {
    let output = stdout();
    let mut entry = [PollFd::new(&output, PollFlags::OUT)];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    if poll(&mut entry, Some(&at_once)).is_ok_and(|ready| ready > 0) {
        let _ = rustix::io::write(&output, bytes);
    }
}
