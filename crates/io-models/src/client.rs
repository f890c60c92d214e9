//! One client of an epoll model: its socket, and a read and a write that never wait.

use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};

use tracing::debug;

/// One connection, whose socket does not block.
pub(crate) struct Client {
    stream: TcpStream,
    peer: SocketAddr,
    /// What has been read and could not be sent yet. Nothing is read while it holds something, so it is one
    /// buffer at most; and it takes no memory for a client that reads what it is sent.
    unsent: Vec<u8>,
    /// See [`read_on`](Self::read_on).
    reads_on: bool,
}

// ANCHOR: next
/// What a client waits for after its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// For bytes: its socket is empty.
    Readable,
    /// For room: it has not read what it was sent, so the kernel takes no more.
    Writable,
    /// For nothing but another turn: there may be more to read.
    Turn,
    /// It has ended, and has all its bytes back; or it broke off.
    End,
}
// ANCHOR_END: next

impl Client {
    pub(crate) fn new(stream: TcpStream, peer: SocketAddr) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            peer,
            unsent: Vec::new(),
            reads_on: false,
        })
    }

    /// The address of the other side.
    pub(crate) fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// True while it has bytes that must be sent before any are read.
    pub(crate) fn is_behind(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Whoever waits has been told of something that lies behind the bytes: the end, or an urgent byte, at which
    /// a read stops. From now on only a read that finds nothing says that the socket is empty.
    pub(crate) fn read_on(&mut self) {
        self.reads_on = true;
    }

    // ANCHOR: turn
    /// One read and one write at most, and neither waits. An error is the end of this client alone.
    pub(crate) fn turn(&mut self, buffer: &mut [u8]) -> Next {
        let next = if self.is_behind() {
            self.send_unsent()
        } else {
            self.echo_once(buffer)
        };
        next.unwrap_or_else(|error| {
            debug!(peer = %self.peer, "broke off: {error}");
            Next::End
        })
    }

    fn echo_once(&mut self, buffer: &mut [u8]) -> io::Result<Next> {
        let count = match at_once(|| self.stream.read(buffer))? {
            None => return Ok(Next::Readable),
            Some(0) => return Ok(Next::End),
            Some(count) => count,
        };
        let sent = at_once(|| self.stream.write(&buffer[..count]))?.unwrap_or(0);
        if sent < count {
            self.unsent.extend_from_slice(&buffer[sent..count]);
            return Ok(Next::Writable);
        }
        // A read that did not fill the buffer has emptied the socket: epoll(7), "Possible pitfalls and ways to
        // avoid them". Not so before the end, and before an urgent byte: who waits may have been told of what is
        // behind it already.
        let is_empty = count < buffer.len() && !self.reads_on;
        Ok(if is_empty { Next::Readable } else { Next::Turn })
    }
    // ANCHOR_END: turn

    fn send_unsent(&mut self) -> io::Result<Next> {
        let mut unsent = mem::take(&mut self.unsent);
        let sent = at_once(|| self.stream.write(&unsent))?.unwrap_or(0);
        if sent == unsent.len() {
            return Ok(Next::Turn);
        }
        unsent.drain(..sent);
        self.unsent = unsent;
        Ok(Next::Writable)
    }
}

impl AsFd for Client {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

/// What the call gives, or `None` where it would have to wait for it.
pub(crate) fn at_once<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<Option<T>> {
    loop {
        match call() {
            Ok(value) => return Ok(Some(value)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
