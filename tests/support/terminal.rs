//! Unix: a program with a terminal instead of pipes, as a person has it.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::output::Output;
use super::{Process, Program};

/// A program at a terminal, and who sits in front of it.
pub(crate) struct Terminal {
    pub(crate) process: Process,
    /// What stands on the screen: what was typed, and what the program printed, errors too.
    pub(crate) screen: Output,
    keyboard: File,
}

impl Terminal {
    pub(crate) fn start(program: Program) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("a terminal");
        let name = ptsname(&ours, Vec::new()).expect("its name");
        // A program that another test starts at this moment must not hold this terminal open.
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let theirs = File::from(rustix::fs::open(name, flags, Mode::empty()).expect("its other side"));
        let keyboard = File::from(ours);
        let screen = Output::collect(keyboard.try_clone().expect("a live terminal"));
        let end = || Stdio::from(theirs.try_clone().expect("a live terminal"));
        Self {
            process: Process::new(program.spawn(end(), end(), end())),
            screen,
            keyboard,
        }
    }

    /// Types this; a line ends with `\n`, and Ctrl-D is `\x04`.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("a live terminal");
    }

    /// What a shell does when a program has been stopped and goes on: gives the terminal modes of its own.
    pub(crate) fn let_it_show_what_is_typed(&self) {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let mut modes = tcgetattr(&self.keyboard).expect("a live terminal");
        modes.local_modes |= LocalModes::ECHO | LocalModes::ICANON;
        tcsetattr(&self.keyboard, OptionalActions::Now, &modes).expect("a live terminal");
    }

    /// False while a program reads single keys and draws what is typed by itself.
    pub(crate) fn shows_what_is_typed(&self) -> bool {
        let modes = rustix::termios::tcgetattr(&self.keyboard).expect("a live terminal");
        modes.local_modes.contains(rustix::termios::LocalModes::ECHO)
    }
}
