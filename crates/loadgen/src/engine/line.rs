//! What stands between a client's bytes and its socket: nothing, TLS, or a WebSocket. Whoever reads and writes does not notice, and this
//! is the one place where something else could stand.
//!
//! A line begins as a blocking socket, on which the handshake is made, and goes on as one of an event loop.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use net::Channel;
use tls::{TlsChannel, TlsClient, TlsError};

use super::web_socket::WebSocket;

/// Bytes that are sealed or framed at once, and what a read takes from the socket: a record of TLS, with its frame.
const PIECE: usize = 16 * 1024;
const RECORD: usize = PIECE + 256;

/// Whom a load believes, and whom the certificate must name.
#[derive(Debug, Clone)]
pub(crate) struct Secure {
    pub(crate) client: TlsClient,
    pub(crate) host: String,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Default)]
pub(crate) enum Way {
    /// Bytes go over the socket as they are.
    #[default]
    Plain,
    Tls(Secure),
    WebSocket,
}

/// A socket, and what stands in front of it.
pub(crate) struct Line<S> {
    socket: S,
    front: Option<Box<Front>>,
}

struct Front {
    kind: Kind,
    /// Taken, and not by the kernel yet.
    unsent: Vec<u8>,
    sent: usize,
    /// A read takes all that is there: an event loop is told of it once.
    takes_all: bool,
}

enum Kind {
    Tls(Box<Sealed>),
    WebSocket(WebSocket),
}

struct Sealed {
    channel: TlsChannel,
    /// Where records are read into.
    wire: Vec<u8>,
    plain: Vec<u8>,
    given: usize,
}

impl Line<TcpStream> {
    /// After the handshake, where there is to be one. Its reads have a timeout, that of the socket.
    pub(crate) fn open(mut socket: TcpStream, way: &Way) -> io::Result<Self> {
        let front = match way {
            Way::Plain => None,
            Way::WebSocket => Some(Front::new(Kind::WebSocket(WebSocket::agree(&mut socket)?))),
            Way::Tls(secure) => {
                let channel = secure.client.channel(&secure.host).map_err(io::Error::other)?;
                agree(&mut socket, &channel, &secure.host)?;
                let mut front = Front::new(Kind::Tls(Box::new(Sealed::new(channel))));
                front.take_first()?;
                Some(front)
            }
        };
        let front = front.map(Box::new);
        Ok(Self { socket, front })
    }

    /// For an event loop.
    pub(crate) fn non_blocking(self) -> io::Result<Line<mio::net::TcpStream>> {
        self.socket.set_nonblocking(true)?;
        let front = self.front.map(|mut front| {
            front.takes_all = true;
            front
        });
        Ok(Line {
            socket: mio::net::TcpStream::from_std(self.socket),
            front,
        })
    }
}

impl Line<mio::net::TcpStream> {
    /// A socket of an event loop as it is.
    pub(crate) fn plain(socket: mio::net::TcpStream) -> Self {
        Self { socket, front: None }
    }
}

/// The whole handshake, on a blocking socket.
fn agree(socket: &mut TcpStream, channel: &TlsChannel, host: &str) -> io::Result<()> {
    let mut buffer = [0; 4 * 1024];
    let mut agreed = Ok(());
    loop {
        let mut own = Vec::new();
        channel.own_bytes(&mut own);
        let sent = socket.write_all(&own);
        // Behind a refusal that was an alert, which the server may not wait for.
        agreed.map_err(|error: TlsError| io::Error::other(error.in_handshake_with(host)))?;
        sent?;
        if !channel.is_handshaking() {
            return Ok(());
        }
        match socket.read(&mut buffer)? {
            0 => return Err(io::Error::other("the server closed in the TLS handshake")),
            count => agreed = channel.agree(&buffer[..count]),
        }
    }
}

impl<S> Line<S> {
    pub(crate) fn socket(&self) -> &S {
        &self.socket
    }

    pub(crate) fn socket_mut(&mut self) -> &mut S {
        &mut self.socket
    }

    /// True while bytes that were taken wait for the kernel.
    pub(crate) fn is_holding(&self) -> bool {
        self.front.as_ref().is_some_and(|front| front.is_holding())
    }
}

impl<S: Write> Line<S> {
    /// Sends what it holds, as far as the kernel takes it.
    pub(crate) fn push(&mut self) -> io::Result<()> {
        let Some(front) = &mut self.front else {
            return Ok(());
        };
        while front.is_holding() {
            match self.socket.write(&front.unsent[front.sent..]) {
                Ok(count) => front.sent += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        front.unsent.clear();
        front.sent = 0;
        Ok(())
    }
}

impl<S: Read> Read for Line<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(front) = &mut self.front else {
            return self.socket.read(buffer);
        };
        match &mut front.kind {
            Kind::Tls(sealed) => sealed.read(&mut self.socket, buffer, front.takes_all, &mut front.unsent),
            Kind::WebSocket(web_socket) => {
                web_socket.read(&mut self.socket, buffer, front.takes_all, &mut front.unsent)
            }
        }
    }
}

impl<S: Write> Write for Line<S> {
    /// Where something stands in between, it takes nothing new before what it holds is out, and then a record or a frame
    /// at a time.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.front.is_none() {
            return self.socket.write(bytes);
        }
        self.push()?;
        let piece = &bytes[..bytes.len().min(PIECE)];
        match &mut self.front {
            Some(front) if !front.is_holding() => front.put(piece)?,
            _ => return Err(ErrorKind::WouldBlock.into()),
        }
        self.push()?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.push()?;
        self.socket.flush()
    }
}

impl Front {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            unsent: Vec::new(),
            sent: 0,
            takes_all: false,
        }
    }

    fn is_holding(&self) -> bool {
        self.sent < self.unsent.len()
    }

    fn put(&mut self, piece: &[u8]) -> io::Result<()> {
        match &mut self.kind {
            Kind::Tls(sealed) => sealed
                .channel
                .seal(piece, &mut self.unsent)
                .map_err(io::Error::other),
            Kind::WebSocket(web_socket) => {
                web_socket.put(piece, &mut self.unsent);
                Ok(())
            }
        }
    }

    /// What came with the end of the handshake.
    fn take_first(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Tls(sealed) => sealed.open(0, &mut self.unsent),
            Kind::WebSocket(_) => Ok(()),
        }
    }
}

impl Sealed {
    fn new(channel: TlsChannel) -> Self {
        Self {
            channel,
            wire: vec![0; RECORD],
            plain: Vec::new(),
            given: 0,
        }
    }

    fn read(
        &mut self,
        socket: &mut impl Read,
        buffer: &mut [u8],
        takes_all: bool,
        unsent: &mut Vec<u8>,
    ) -> io::Result<usize> {
        let mut count = self.give(buffer);
        while count == 0 || (takes_all && count < buffer.len()) {
            match socket.read(&mut self.wire) {
                Ok(0) => break,
                Ok(read) => self.open(read, unsent)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) if count > 0 => break,
                Err(error) => return Err(error),
            }
            count += self.give(&mut buffer[count..]);
        }
        Ok(count)
    }

    fn give(&mut self, buffer: &mut [u8]) -> usize {
        let left = &self.plain[self.given..];
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.given += count;
        if self.given == self.plain.len() {
            self.plain.clear();
            self.given = 0;
        }
        count
    }

    /// So many bytes were read.
    fn open(&mut self, count: usize, unsent: &mut Vec<u8>) -> io::Result<()> {
        let opened = self.channel.open(&self.wire[..count], &mut self.plain);
        self.channel.own_bytes(unsent);
        opened.map(drop).map_err(io::Error::other)
    }
}
