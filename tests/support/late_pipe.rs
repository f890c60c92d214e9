//! Unix: a pipe that does not block its writer, as Node.js gives it to the programs that it starts, and that
//! is read late: it is full before the program begins.

use std::io::{ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::process::Stdio;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::Process;
use super::output::Output;

/// Both ends of the pipe; one of them goes to a program as well.
pub(crate) struct LatePipe {
    reader: PipeReader,
    writer: PipeWriter,
    /// Bytes of this test in it.
    filling: usize,
}

impl LatePipe {
    pub(crate) fn new() -> Self {
        let (reader, mut writer) = pipe().expect("a pipe");
        // The mode belongs to what the program gets, which is this same end.
        let flags = fcntl_getfl(&writer).expect("a pipe");
        fcntl_setfl(&writer, flags | OFlags::NONBLOCK).expect("a pipe");
        let mut filling = 0;
        let full = loop {
            match writer.write(b"#") {
                Ok(count) => filling += count,
                Err(error) => break error,
            }
        };
        assert_eq!(full.kind(), ErrorKind::WouldBlock);
        Self {
            reader,
            writer,
            filling,
        }
    }

    /// The end that the program gets.
    pub(crate) fn end(&self) -> Stdio {
        self.writer.try_clone().expect("a live pipe").into()
    }

    /// Begins to read when the program has tried to write. The mode is as it was: the program has not changed what
    /// it shares with others.
    #[track_caller]
    pub(crate) fn read_when_tried(mut self, process: &Process) -> Output {
        #[cfg(target_os = "linux")]
        super::eventually("it writes", || process.tries_to_write() != Some(0));
        let _ = process;
        let flags = fcntl_getfl(&self.writer).expect("a live pipe");
        assert!(flags.contains(OFlags::NONBLOCK), "it blocks now: {flags:?}");
        let mut filling = vec![0; self.filling];
        self.reader.read_exact(&mut filling).expect("what is in it");
        Output::collect(self.reader)
    }
}
