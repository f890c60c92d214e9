//! A connected socket.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown as Direction, SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::NetError;
use crate::os;

/// A connection: bytes go both ways, in order, without borders between messages.
///
/// All calls take `&self`, so one thread may read while another writes. Dropping it closes it.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, peer: SocketAddr) -> Self {
        Self { stream, peer }
    }

    /// The other side.
    #[must_use]
    pub fn peer_address(&self) -> SocketAddr {
        self.peer
    }

    /// This side.
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn local_address(&self) -> Result<SocketAddr, NetError> {
        self.stream
            .local_addr()
            .map_err(|error| NetError::io("read the local address", error))
    }

    /// Reads what is there, at most the buffer; waits when nothing is. 0 means that the other side has
    /// closed and no byte will ever come.
    ///
    /// # Errors
    /// [`NetError::TimedOut`] after the read timeout, [`NetError::Io`] for a broken connection.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, NetError> {
        let started = Instant::now();
        loop {
            match self.read_once(buffer) {
                Err(error) if is_timeout(error.kind()) => return self.last_look(buffer),
                // The next read starts its timeout again.
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    if self.read_timeout_is_over(started) {
                        return self.last_look(buffer);
                    }
                }
                other => return other.map_err(|error| failed("read", error)),
            }
        }
    }

    fn read_timeout_is_over(&self, started: Instant) -> bool {
        let timeout = self.stream.read_timeout().ok().flatten();
        timeout.is_some_and(|timeout| started.elapsed() >= timeout)
    }

    /// The time for a read is over: what has come in time counts, or the read has timed out.
    pub(crate) fn last_look(&self, buffer: &mut [u8]) -> Result<usize, NetError> {
        self.read_now(buffer)?
            .ok_or(NetError::TimedOut { action: "read" })
    }

    // ANCHOR: read_now
    /// Reads what is there, and never waits; `None` where nothing is.
    ///
    /// Whoever ends a connection because a time is over looks once more with this. A process that was stopped in
    /// between finds the time over and the bytes there: they came in time, and it was not there to see them.
    ///
    /// # Errors
    /// [`NetError::Io`] for a broken connection.
    pub(crate) fn read_now(&self, buffer: &mut [u8]) -> Result<Option<usize>, NetError> {
        loop {
            match os::read_now(&self.stream, buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other.map(Some).map_err(|error| NetError::io("read", error)),
            }
        }
    }
    // ANCHOR_END: read_now

    /// Reads until the buffer is full, however many reads that takes: the `readn` of the lessons.
    ///
    /// `Ok(false)` means that the other side closed before the first byte, as one does between two
    /// messages.
    ///
    /// # Errors
    /// [`NetError::ClosedInside`] when it closed after some of the bytes, else as [`read`](Self::read).
    pub fn read_exact(&self, buffer: &mut [u8]) -> Result<bool, NetError> {
        read_exact(buffer, |rest, _| self.read(rest))
    }

    /// Reads the rest of a message whose start has been read: here the other side may not close.
    ///
    /// # Errors
    /// [`NetError::ClosedInside`] when it closed before the last byte, else as [`read`](Self::read).
    pub fn read_rest(&self, buffer: &mut [u8]) -> Result<(), NetError> {
        match self.read_exact(buffer)? {
            true => Ok(()),
            false => Err(NetError::ClosedInside {
                got: 0,
                needed: buffer.len(),
            }),
        }
    }

    /// Writes all bytes, and waits while the other side does not read.
    ///
    /// # Errors
    /// [`NetError::TimedOut`] after the write timeout, [`NetError::Io`] for a broken connection. Either
    /// way part of the bytes may have been sent, so the connection is of no further use.
    pub fn write_all(&self, mut bytes: &[u8]) -> Result<(), NetError> {
        while !bytes.is_empty() {
            let written = match (&self.stream).write(bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => 0,
                Err(error) if is_timeout(error.kind()) => self.last_try(bytes)?,
                other => other.map_err(|error| failed("write", error))?,
            };
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// The time for a write is over: what the kernel takes now counts, or the write has timed out.
    pub(crate) fn last_try(&self, bytes: &[u8]) -> Result<usize, NetError> {
        match self.send_now(bytes)? {
            0 => Err(NetError::TimedOut { action: "write" }),
            count => Ok(count),
        }
    }

    /// Sends what the kernel takes at once, and never waits: the count of bytes taken, 0 for none.
    ///
    /// # Errors
    /// [`NetError::Io`] for a broken connection.
    pub fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
        send_until_told(|| os::send_now(&self.stream, bytes))
    }

    /// As [`send_now`](Self::send_now), for bytes in several places: one call, and no copy.
    ///
    /// # Errors
    /// [`NetError::Io`] for a broken connection.
    pub fn send_now_vectored(&self, pieces: &[IoSlice<'_>]) -> Result<usize, NetError> {
        send_until_told(|| os::send_now_vectored(&self.stream, pieces))
    }

    /// Waits until the kernel takes bytes again, or the time is over, or a signal comes.
    pub(crate) fn wait_writable(&self, timeout: Option<Duration>) -> Result<(), NetError> {
        os::wait_writable(&self.stream, timeout).map_err(|error| NetError::io("wait to write", error))
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// One read call, with every answer as the system gives it.
    pub(crate) fn read_once(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.stream).read(buffer)
    }

    /// How long each read may wait; `None` for ever (`SO_RCVTIMEO`, socket(7)). A peer that sends one byte
    /// before each timeout never meets it: where all of a message counts, see [`read_by`](Self::read_by).
    ///
    /// # Errors
    /// [`NetError::Io`]; a duration of zero is none.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> Result<(), NetError> {
        self.stream
            .set_read_timeout(timeout)
            .map_err(|error| NetError::io("set the read timeout", error))
    }

    /// How long each write may wait until the kernel takes some bytes; `None` for ever (`SO_SNDTIMEO`,
    /// socket(7)). A peer that reads one byte before each timeout never meets it: where all of a message
    /// counts, see [`write_all_by`](Self::write_all_by).
    ///
    /// # Errors
    /// [`NetError::Io`]; a duration of zero is none.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> Result<(), NetError> {
        self.stream
            .set_write_timeout(timeout)
            .map_err(|error| NetError::io("set the write timeout", error))
    }

    /// `TCP_NODELAY`: sends small writes at once instead of waiting for the acknowledgement of the last
    /// (Nagle's algorithm, RFC 896).
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn set_no_delay(&self, no_delay: bool) -> Result<(), NetError> {
        self.stream
            .set_nodelay(no_delay)
            .map_err(|error| NetError::io("set TCP_NODELAY", error))
    }

    /// `SO_SNDBUF` in bytes: how much the kernel keeps for a peer that does not read. Linux doubles the
    /// number for its own bookkeeping (socket(7)).
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn set_send_buffer(&self, bytes: usize) -> Result<(), NetError> {
        SockRef::from(&self.stream)
            .set_send_buffer_size(bytes)
            .map_err(|error| NetError::io("set SO_SNDBUF", error))
    }

    /// Says that nothing more will be written: the other side reads what is under way, then 0.
    ///
    /// # Errors
    /// [`NetError::Io`] for a broken connection.
    pub fn shutdown_write(&self) -> Result<(), NetError> {
        self.stream
            .shutdown(Direction::Write)
            .map_err(|error| NetError::io("shut down writing", error))
    }

    /// Ends both directions, and with them every read and write that waits on this connection.
    pub fn shutdown_both(&self) {
        // Only a connection that is gone already can fail here.
        let _ = self.stream.shutdown(Direction::Both);
    }

    // ANCHOR: close
    /// Closes so that nothing under way is lost: shuts the write side, then discards what still comes
    /// until the other side closes too, at most for `linger`.
    ///
    /// A plain close with unread input makes the kernel send a reset (RFC 1122, 4.2.2.13; RFC 2525, 2.17),
    /// and a reset makes the other side's kernel throw away replies that nobody has read yet.
    pub fn close(&self, linger: Duration) {
        let started = Instant::now();
        let mut discarded = [0; 4096];
        if self.shutdown_write().is_err() {
            return;
        }
        loop {
            let left = linger.saturating_sub(started.elapsed());
            if left.is_zero() || self.set_read_timeout(Some(left)).is_err() {
                // What waits now came in time.
                let _ = self.read_now(&mut discarded);
                return;
            }
            match self.read_once(&mut discarded) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }
    // ANCHOR_END: close

    /// Closes at once: what is queued is thrown away, and the other side gets a reset.
    ///
    /// For a peer that does not read: an ordinary close would leave its unread bytes in the kernel.
    pub(crate) fn abort(&self) {
        // SO_LINGER with zero seconds (RFC 9293, 3.6.1: the ABORT call); the close happens at the drop.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Makes every call on this connection return at once instead of waiting.
    pub(crate) fn set_nonblocking(&self) -> io::Result<()> {
        self.stream.set_nonblocking(true)
    }
}

/// Sends until the kernel tells how much it has taken.
fn send_until_told(send: impl Fn() -> io::Result<usize>) -> Result<usize, NetError> {
    loop {
        match send() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other.map_err(|error| NetError::io("write", error)),
        }
    }
}

// ANCHOR: read_exact
/// Reads until the buffer is full; `read` gets the rest of it and how much is filled.
pub(crate) fn read_exact(
    buffer: &mut [u8],
    mut read: impl FnMut(&mut [u8], usize) -> Result<usize, NetError>,
) -> Result<bool, NetError> {
    let needed = buffer.len();
    let mut got = 0;
    while got < needed {
        match read(&mut buffer[got..], got)? {
            0 if got == 0 => return Ok(false),
            0 => return Err(NetError::ClosedInside { got, needed }),
            count => got += count,
        }
    }
    Ok(true)
}
// ANCHOR_END: read_exact

/// A call that failed; a timeout is what the caller asked for, and an error of its own.
pub(crate) fn failed(action: &'static str, error: io::Error) -> NetError {
    if is_timeout(error.kind()) {
        NetError::TimedOut { action }
    } else {
        NetError::io(action, error)
    }
}

/// True where a call has waited as long as it was allowed to. On Unix that is EAGAIN (socket(7)), and
/// ETIMEDOUT says that TCP has given up a peer which does not answer: that connection is broken. Windows
/// has one code for both.
pub(crate) fn is_timeout(kind: ErrorKind) -> bool {
    kind == ErrorKind::WouldBlock || (cfg!(not(unix)) && kind == ErrorKind::TimedOut)
}

/// For what the standard library builds on `Read`, such as a `BufReader` for lines.
impl Read for &Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.stream).read(buffer)
    }
}

/// For what the standard library builds on `Write`.
impl Write for &Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&self.stream).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.stream).flush()
    }
}

/// For socket options that are not covered here.
#[cfg(unix)]
impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
