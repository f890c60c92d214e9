//! A running program: its output, signals, its end.

use std::io::empty;
use std::process::{Child, ChildStdin, ExitStatus};
use std::thread;

#[cfg(unix)]
pub(crate) use rustix::process::Signal;

use super::eventually;
use super::output::Output;

/// What is shown of a program whose test has failed.
const LAST_LINES: usize = 20;

/// A running program. Dropping it kills it.
pub(crate) struct Process {
    child: Child,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
}

/// How a program ended, and all that it printed.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Process {
    pub(crate) fn new(mut child: Child) -> Self {
        let stdout = child.stdout.take().map(Output::collect);
        let stderr = child.stderr.take().map(Output::collect);
        Self {
            child,
            stdout: stdout.unwrap_or_else(|| Output::collect(empty())),
            stderr: stderr.unwrap_or_else(|| Output::collect(empty())),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its standard input, where that is a pipe. Dropping it is the end of the input.
    pub(crate) fn take_input(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("standard input is a pipe")
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("the process can be asked for")
            .is_none()
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).expect("the process takes a signal");
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the program has ended", || {
            status = self.child.try_wait().expect("the process can be asked for");
            status.is_some()
        });
        self.stdout.wait_for_end();
        self.stderr.wait_for_end();
        status.expect("it has ended")
    }

    /// Waits until it ends by itself, and takes what it has printed.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Finished {
        Finished {
            status: self.wait(),
            stdout: self.stdout.bytes(),
            stderr: self.stderr.text(),
        }
    }
}

/// A test that fails must not leave its programs running, and shows what they said.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let lines = self.stderr.lines();
            let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
            eprintln!("--- the last lines of standard error of {}:\n{last}", self.id());
        }
    }
}

impl Finished {
    /// Nothing was wrong: exit code 0.
    #[track_caller]
    pub(crate) fn expect_success(self) -> Self {
        assert!(self.status.success(), "{self:#?}");
        self
    }

    /// It ended with this exit code, and with one line on standard error, which is given back.
    #[track_caller]
    pub(crate) fn expect_failure(&self, code: i32) -> &str {
        assert_eq!(self.status.code(), Some(code), "{self:#?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:#?}");
        self.stderr.trim_end()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}
