//! A player whose input stays open, so that several can act in turns.

use std::io::Write;
use std::process::ChildStdin;

use crate::support::{Process, Program};

/// A client whose input stays open.
pub(crate) struct Player {
    pub(crate) process: Process,
    keyboard: ChildStdin,
}

impl Player {
    #[track_caller]
    pub(crate) fn start(program: Program) -> Self {
        let (process, keyboard) = program.start_with_keyboard();
        Self { process, keyboard }
    }

    #[track_caller]
    pub(crate) fn types(&mut self, line: &str) {
        writeln!(self.keyboard, "{line}").expect("it reads");
    }

    #[track_caller]
    pub(crate) fn sees(&self, part: &str) {
        self.process.stdout.wait_for_line(part);
    }

    #[track_caller]
    pub(crate) fn leaves(self) {
        drop(self.keyboard);
        self.process.finish().expect_success();
    }
}
