//! What stands between a client's bytes and its socket: nothing, or TLS. Whoever reads and writes does not notice, and this
//! is the one place where something else could stand.
//!
//! A line begins as a blocking socket, on which the handshake is made, and goes on as one of an event loop.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use net::Channel;
use tls::{TlsChannel, TlsClient};

/// Plain bytes that are sealed at once, and what a read takes from the socket: a record of TLS, with its frame.
const PIECE: usize = 16 * 1024;
const RECORD: usize = PIECE + 256;

/// Whom a load believes, and whom the certificate must name.
#[derive(Debug, Clone)]
pub(crate) struct Secure {
    pub(crate) client: TlsClient,
    pub(crate) host: String,
}

/// A socket, and what stands in front of it.
pub(crate) struct Line<S> {
    socket: S,
    sealed: Option<Box<Sealed>>,
}

struct Sealed {
    channel: TlsChannel,
    /// Where records are read into.
    wire: Vec<u8>,
    plain: Vec<u8>,
    given: usize,
    /// Sealed, and not taken by the kernel yet.
    unsent: Vec<u8>,
    sent: usize,
    /// A read takes all that is there: an event loop is told of it once.
    takes_all: bool,
}

impl Line<TcpStream> {
    /// After the handshake, where there is to be one. Its reads have a timeout, that of the socket.
    pub(crate) fn open(socket: TcpStream, secure: Option<&Secure>) -> io::Result<Self> {
        let mut line = Self { socket, sealed: None };
        if let Some(secure) = secure {
            let channel = secure.client.channel(&secure.host).map_err(io::Error::other)?;
            agree(&mut line.socket, &channel)?;
            line.sealed = Some(Box::new(Sealed::new(channel)));
            line.take_first()?;
        }
        Ok(line)
    }

    /// For an event loop.
    pub(crate) fn non_blocking(self) -> io::Result<Line<mio::net::TcpStream>> {
        self.socket.set_nonblocking(true)?;
        let sealed = self.sealed.map(|mut sealed| {
            sealed.takes_all = true;
            sealed
        });
        Ok(Line {
            socket: mio::net::TcpStream::from_std(self.socket),
            sealed,
        })
    }

    /// What came with the end of the handshake.
    fn take_first(&mut self) -> io::Result<()> {
        match &mut self.sealed {
            Some(sealed) => sealed.open(0),
            None => Ok(()),
        }
    }
}

impl Line<mio::net::TcpStream> {
    /// A socket of an event loop as it is.
    pub(crate) fn plain(socket: mio::net::TcpStream) -> Self {
        Self { socket, sealed: None }
    }
}

/// The whole handshake, on a blocking socket.
fn agree(socket: &mut TcpStream, channel: &TlsChannel) -> io::Result<()> {
    let mut buffer = [0; 4 * 1024];
    loop {
        let mut own = Vec::new();
        channel.own_bytes(&mut own);
        socket.write_all(&own)?;
        if !channel.is_handshaking() {
            return Ok(());
        }
        match socket.read(&mut buffer)? {
            0 => return Err(io::Error::other("the server closed in the TLS handshake")),
            count => channel.agree(&buffer[..count]).map_err(io::Error::other)?,
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
        self.sealed.as_ref().is_some_and(|sealed| sealed.is_holding())
    }
}

impl<S: Write> Line<S> {
    /// Sends what it holds, as far as the kernel takes it.
    pub(crate) fn push(&mut self) -> io::Result<()> {
        let Some(sealed) = &mut self.sealed else {
            return Ok(());
        };
        while sealed.is_holding() {
            match self.socket.write(&sealed.unsent[sealed.sent..]) {
                Ok(count) => sealed.sent += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        sealed.unsent.clear();
        sealed.sent = 0;
        Ok(())
    }
}

impl<S: Read> Read for Line<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(sealed) = &mut self.sealed else {
            return self.socket.read(buffer);
        };
        let mut count = sealed.give(buffer);
        while count == 0 || (sealed.takes_all && count < buffer.len()) {
            match self.socket.read(&mut sealed.wire) {
                Ok(0) => break,
                Ok(read) => sealed.open(read)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) if count > 0 => break,
                Err(error) => return Err(error),
            }
            count += sealed.give(&mut buffer[count..]);
        }
        Ok(count)
    }
}

impl<S: Write> Write for Line<S> {
    /// With TLS it takes nothing new before what it holds is out, and then a record at a time.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.sealed.is_none() {
            return self.socket.write(bytes);
        }
        self.push()?;
        let piece = &bytes[..bytes.len().min(PIECE)];
        match &mut self.sealed {
            Some(sealed) if !sealed.is_holding() => sealed.seal(piece)?,
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

impl Sealed {
    fn new(channel: TlsChannel) -> Self {
        Self {
            channel,
            wire: vec![0; RECORD],
            plain: Vec::new(),
            given: 0,
            unsent: Vec::new(),
            sent: 0,
            takes_all: false,
        }
    }

    fn is_holding(&self) -> bool {
        self.sent < self.unsent.len()
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
    fn open(&mut self, count: usize) -> io::Result<()> {
        let opened = self.channel.open(&self.wire[..count], &mut self.plain);
        self.channel.own_bytes(&mut self.unsent);
        opened.map(drop).map_err(io::Error::other)
    }

    fn seal(&mut self, piece: &[u8]) -> io::Result<()> {
        self.channel
            .seal(piece, &mut self.unsent)
            .map_err(io::Error::other)
    }
}
