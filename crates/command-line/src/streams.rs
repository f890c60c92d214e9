//! Standard input, output and error as streams that wait, even if they were opened as non-blocking.
//!
//! A parent may give a program pipes that do not block: Node.js does, and so does a program that has left the
//! common terminal like this. A full pipe is then no wait but an error, "resource temporarily unavailable", and
//! a program that takes it for the end loses the rest. The mode is not switched off here: it belongs to the open file
//! description, which the parent may share and need as it is (open(2)). So the error is answered with poll(2).

use std::io::{self, ErrorKind, Read, StderrLock, Stdin, StdoutLock, Write};
#[cfg(unix)]
use std::os::fd::AsFd;

/// A stream that waits until it takes bytes, or has some, also where its descriptor does not block.
#[derive(Debug)]
pub struct Patient<S>(S);

/// Standard input. It has no buffer to keep: put a `BufReader` around it, and read everything through that one.
#[must_use]
pub fn stdin() -> Patient<Stdin> {
    Patient(io::stdin())
}

/// Standard output, locked: what is written through one of these stays together. Flush it at the end, as it
/// keeps a line that is not complete.
#[must_use]
pub fn stdout() -> Patient<StdoutLock<'static>> {
    Patient(io::stdout().lock())
}

/// Standard error, locked.
#[must_use]
pub fn stderr() -> Patient<StderrLock<'static>> {
    Patient(io::stderr().lock())
}

/// What a stream is to be ready for.
#[derive(Clone, Copy)]
enum Ready {
    ToRead,
    ToWrite,
}

impl<S: Read + AsFd> Read for Patient<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait_and_retry(Ready::ToRead, |stream| stream.read(buffer))
    }
}

/// The buffers behind these calls keep count of what has been written before the error, so that the same call
/// goes on where it was.
impl<S: Write + AsFd> Write for Patient<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait_and_retry(Ready::ToWrite, |stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.wait_and_retry(Ready::ToWrite, S::flush)
    }
}

impl<S: AsFd> Patient<S> {
    fn wait_and_retry<T>(
        &mut self,
        ready: Ready,
        mut call: impl FnMut(&mut S) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            match call(&mut self.0) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => wait(&self.0, ready, error)?,
                outcome => return outcome,
            }
        }
    }
}

/// Whether standard error takes bytes at this moment: then whoever writes to it is held up by a busy machine, and not
/// by a reader that does not read.
#[cfg(unix)]
pub(crate) fn stderr_takes_bytes() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let stderr = io::stderr();
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    poll(&mut [PollFd::new(&stderr, PollFlags::OUT)], Some(&now)).is_ok_and(|ready| ready > 0)
}

/// Where nobody tells.
#[cfg(not(unix))]
pub(crate) fn stderr_takes_bytes() -> bool {
    false
}

/// Waits as long as it takes; the end of the other side, too, is something that the next try meets.
#[cfg(unix)]
fn wait(stream: &impl AsFd, ready: Ready, _would_block: io::Error) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;

    let flags = match ready {
        Ready::ToRead => PollFlags::IN,
        Ready::ToWrite => PollFlags::OUT,
    };
    match poll(&mut [PollFd::new(stream, flags)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Standard streams of other systems block.
#[cfg(not(unix))]
fn wait(_stream: &impl AsFd, _ready: Ready, would_block: io::Error) -> io::Result<()> {
    Err(would_block)
}

/// What poll(2) asks for, where there is none.
#[cfg(not(unix))]
trait AsFd {}

#[cfg(not(unix))]
impl<S> AsFd for S {}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::os::unix::net::UnixStream;
    use std::thread;

    use super::*;

    /// More than any buffer between two ends takes.
    const MUCH: usize = 4 << 20;

    fn pair() -> [UnixStream; 2] {
        let (ours, theirs) = UnixStream::pair().unwrap();
        [ours, theirs].map(|end| {
            end.set_nonblocking(true).unwrap();
            end
        })
    }

    #[test]
    fn who_reads_later_gets_everything() {
        let [mut ours, theirs] = pair();
        let bytes: Vec<u8> = (0..MUCH).map(|number| number as u8).collect();
        // Until it takes no more: from here on, whoever does not wait fails.
        let begun = bytes.len() - {
            let mut rest = &bytes[..];
            while let Ok(count) = ours.write(rest) {
                rest = &rest[count..];
            }
            rest.len()
        };
        let rest = bytes[begun..].to_vec();
        let writer = thread::spawn(move || Patient(ours).write_all(&rest));
        let mut received = Vec::new();
        Patient(theirs).read_to_end(&mut received).unwrap();
        writer.join().unwrap().unwrap();
        assert!(received == bytes);
    }

    #[test]
    fn lines_that_come_later_are_read() {
        let [mut ours, theirs] = pair();
        let reader = thread::spawn(move || {
            let lines = BufReader::new(Patient(theirs)).lines();
            lines.collect::<io::Result<Vec<_>>>()
        });
        ours.write_all(b"on").unwrap();
        ours.write_all(b"e\ntwo\n").unwrap();
        drop(ours);
        assert_eq!(reader.join().unwrap().unwrap(), ["one", "two"]);
    }

    #[test]
    fn nobody_there_is_an_error_and_no_wait() {
        let [ours, theirs] = pair();
        drop(theirs);
        let error = Patient(ours).write_all(&[0; MUCH]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    }
}
