//! The connection of a client program, with TLS or without: whoever reads and writes does not notice.
//!
//! All calls take `&self`, so that one thread may read while another writes.

use std::net::SocketAddr;
use std::time::Duration;

use net::{Channel, Connection, Duplex, NetError};
use parking_lot::Mutex;

use crate::TlsError;
use crate::channel::TlsChannel;

/// One record has at most 16 KiB of plain bytes, and a little around them (RFC 8446, 5.2).
const RECORD: usize = 16 * 1024 + 256;

/// A connection, and what stands between its bytes and the socket.
#[derive(Debug)]
pub struct Stream {
    connection: Connection,
    secured: Option<Box<Secured>>,
}

#[derive(Debug)]
struct Secured {
    channel: TlsChannel,
    reading: Mutex<Reading>,
    /// Records must go out in the order in which they were sealed. It has the memory for them.
    sending: Mutex<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Reading {
    wire: Vec<u8>,
    plain: Vec<u8>,
    /// How much of `plain` was given away.
    taken: usize,
    /// The channel is to be asked before the socket: it may have kept something.
    ask_channel: bool,
    /// The other side has said that nothing more comes.
    has_ended: bool,
}

impl Stream {
    /// Without TLS: every call is that of the connection.
    #[must_use]
    pub fn plain(connection: Connection) -> Self {
        Self {
            connection,
            secured: None,
        }
    }

    /// Behind a handshake, with which plain bytes may have come already.
    pub(crate) fn secured(connection: Connection, channel: TlsChannel) -> Self {
        let reading = Mutex::new(Reading {
            wire: vec![0; RECORD],
            ask_channel: true,
            ..Reading::default()
        });
        let sending = Mutex::default();
        Self {
            connection,
            secured: Some(Box::new(Secured {
                channel,
                reading,
                sending,
            })),
        }
    }

    /// Reads what is there, at most the buffer; waits when nothing is. 0 means that the other side has closed.
    ///
    /// # Errors
    /// Those of [`Connection::read`]; with TLS, [`NetError::Protocol`] where the connection ends and nobody has said that
    /// it would, since then somebody else may have cut it.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, NetError> {
        match &self.secured {
            None => self.connection.read(buffer),
            Some(secured) => secured.read(&self.connection, buffer),
        }
    }

    /// Reads from the socket once at most: `None` where what came was for TLS alone, or is no whole record yet.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub fn read_once(&self, buffer: &mut [u8]) -> Result<Option<usize>, NetError> {
        match &self.secured {
            None => self.connection.read(buffer).map(Some),
            Some(secured) => secured.read_once(&self.connection, buffer),
        }
    }

    /// Whether a read would give something without asking the socket. Not to be called while another thread reads.
    #[must_use]
    pub fn has_opened(&self) -> bool {
        self.secured.as_ref().is_some_and(|secured| {
            let reading = secured.reading.lock();
            !reading.is_empty() || reading.ask_channel || reading.has_ended
        })
    }

    /// Writes all bytes, and waits while the other side does not read.
    ///
    /// # Errors
    /// Those of [`Connection::write_all`].
    pub fn write_all(&self, bytes: &[u8]) -> Result<(), NetError> {
        match &self.secured {
            None => self.connection.write_all(bytes),
            Some(secured) => secured.write_all(&self.connection, bytes),
        }
    }

    /// Says that nothing more will be written; with TLS in a way that nobody else can.
    ///
    /// # Errors
    /// [`NetError::Io`] for a broken connection.
    pub fn shutdown_write(&self) -> Result<(), NetError> {
        if let Some(secured) = &self.secured {
            secured.end(&self.connection)?;
        }
        self.connection.shutdown_write()
    }

    /// As [`Connection::shutdown_both`].
    pub fn shutdown_both(&self) {
        self.connection.shutdown_both();
    }

    /// As [`Connection::set_read_timeout`].
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> Result<(), NetError> {
        self.connection.set_read_timeout(timeout)
    }

    /// The other side.
    #[must_use]
    pub fn peer_address(&self) -> SocketAddr {
        self.connection.peer_address()
    }

    /// The socket itself, whose bytes may be sealed.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Duplex for Stream {
    fn read(&self, buffer: &mut [u8]) -> Result<usize, NetError> {
        Self::read(self, buffer)
    }

    fn write_all(&self, bytes: &[u8]) -> Result<(), NetError> {
        Self::write_all(self, bytes)
    }

    fn shutdown_write(&self) -> Result<(), NetError> {
        Self::shutdown_write(self)
    }
}

impl Secured {
    fn read(&self, connection: &Connection, buffer: &mut [u8]) -> Result<usize, NetError> {
        loop {
            if let Some(count) = self.read_once(connection, buffer)? {
                return Ok(count);
            }
        }
    }

    fn read_once(&self, connection: &Connection, buffer: &mut [u8]) -> Result<Option<usize>, NetError> {
        let mut reading = self.reading.lock();
        if reading.is_empty() && !reading.has_ended {
            self.take_in(connection, &mut reading)?;
        }
        Ok(reading.give(buffer))
    }

    fn take_in(&self, connection: &Connection, reading: &mut Reading) -> Result<(), NetError> {
        let count = match std::mem::take(&mut reading.ask_channel) {
            true => 0,
            false => read_some(connection, &mut reading.wire)?,
        };
        reading.start_again();
        let opened = self.channel.open(&reading.wire[..count], &mut reading.plain);
        self.answer(connection);
        match opened {
            Ok(opened) => reading.has_ended = opened.ended,
            // What came in front of it is read first; then the channel says the same again.
            Err(_) if !reading.is_empty() => reading.ask_channel = true,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Sends what TLS itself has to say, if nobody writes: a thread that writes takes it along. Whoever reads must not
    /// wait for the other side to read, or both could wait for ever.
    fn answer(&self, connection: &Connection) {
        if let Some(mut sending) = self.sending.try_lock() {
            sending.clear();
            self.channel.own_bytes(&mut sending);
            if !sending.is_empty() {
                // A connection that breaks is noticed by the next read.
                let _ = connection.write_all(&sending);
            }
        }
    }

    fn write_all(&self, connection: &Connection, bytes: &[u8]) -> Result<(), NetError> {
        let mut sending = self.sending.lock();
        for part in bytes.chunks(RECORD) {
            sending.clear();
            self.channel.seal(part, &mut sending)?;
            connection.write_all(&sending)?;
        }
        Ok(())
    }

    fn end(&self, connection: &Connection) -> Result<(), NetError> {
        let mut sending = self.sending.lock();
        sending.clear();
        self.channel.end(&mut sending);
        connection.write_all(&sending)
    }
}

/// Only TLS itself says that the connection ends: anybody on the way can cut it.
fn read_some(connection: &Connection, buffer: &mut [u8]) -> Result<usize, NetError> {
    match connection.read(buffer)? {
        0 => Err(NetError::protocol(TlsError::Truncated)),
        count => Ok(count),
    }
}

impl Reading {
    fn is_empty(&self) -> bool {
        self.taken == self.plain.len()
    }

    /// What is there; 0 behind the end, `None` where something must be read first.
    fn give(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let left = &self.plain[self.taken..];
        if left.is_empty() && !self.has_ended {
            return None;
        }
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.taken += count;
        Some(count)
    }

    /// All was given away.
    fn start_again(&mut self) {
        self.plain.clear();
        self.taken = 0;
    }
}
