//! Unix: a pipe that does not block who writes to it, as Node.js gives it to the programs that it starts, and that
//! is read late.

use std::io::{PipeReader, PipeWriter, pipe};
use std::process::Stdio;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::eventually;
use super::output::Output;

/// Both ends of the pipe; one of them goes to a program as well.
pub(crate) struct LatePipe {
    reader: PipeReader,
    writer: PipeWriter,
}

impl LatePipe {
    pub(crate) fn new() -> Self {
        let (reader, writer) = pipe().expect("a pipe");
        // The mode belongs to what the program gets, which is this same end.
        let flags = fcntl_getfl(&writer).expect("a pipe");
        fcntl_setfl(&writer, flags | OFlags::NONBLOCK).expect("a pipe");
        Self { reader, writer }
    }

    /// The end that the program gets.
    pub(crate) fn end(&self) -> Stdio {
        self.writer.try_clone().expect("a live pipe").into()
    }

    pub(crate) fn is_full(&self) -> bool {
        let mut writer = [PollFd::new(&self.writer, PollFlags::OUT)];
        poll(&mut writer, Some(&Timespec::default())).expect("a live pipe") == 0
    }

    #[track_caller]
    pub(crate) fn wait_until_full(&self) {
        eventually("the pipe is full", || self.is_full());
    }

    /// Begins to read. The mode is as it was: the program has not changed what it shares with others.
    #[track_caller]
    pub(crate) fn read(self) -> Output {
        let flags = fcntl_getfl(&self.writer).expect("a live pipe");
        assert!(flags.contains(OFlags::NONBLOCK), "it blocks now: {flags:?}");
        Output::collect(self.reader)
    }
}
