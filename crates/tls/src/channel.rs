//! Bytes of the socket to plain bytes and back: one connection of rustls behind a lock, without a socket call in it.
//!
//! The lock is held for what rustls computes and never longer, so a client that does not read keeps nobody waiting. It is
//! the same for both sides, and from the first byte on: what the handshake has to say is among the
//! [own bytes](Channel::own_bytes).

use std::fmt;
use std::io::{self, BufRead, Write};

use net::{Channel, NetError, Opened};
use parking_lot::Mutex;
use rustls::{ClientConnection, Connection, Error, HandshakeKind, ServerConnection};

use crate::TlsError;
use crate::records::Records;

/// One connection that speaks TLS.
pub struct TlsChannel {
    state: Mutex<State>,
}

struct State {
    connection: Connection,
    records: Records,
}

impl TlsChannel {
    /// The side of a client.
    pub(crate) fn of_client(connection: ClientConnection) -> Self {
        Self::new(Connection::Client(connection))
    }

    /// The side of a server.
    pub(crate) fn of_server(connection: ServerConnection) -> Self {
        Self::new(Connection::Server(connection))
    }

    fn new(connection: Connection) -> Self {
        let records = Records::default();
        Self {
            state: Mutex::new(State { connection, records }),
        }
    }

    /// Whether both sides still agree on keys. Until then nothing can be sealed.
    #[must_use]
    pub fn is_handshaking(&self) -> bool {
        self.state.lock().connection.is_handshaking()
    }

    /// Takes in bytes of the handshake. Plain bytes behind it stay until [`open`](Channel::open) is called.
    ///
    /// # Errors
    /// What is wrong with them. Then an alert for the other side is among the [own bytes](Channel::own_bytes).
    pub fn agree(&self, wire: &[u8]) -> Result<(), TlsError> {
        self.state.lock().take_in(wire, None).map(drop)
    }

    /// Version, cipher, and whether an older session was taken up, for the log.
    #[must_use]
    pub fn describe(&self) -> String {
        let state = self.state.lock();
        let connection = &state.connection;
        let version = connection.protocol_version().and_then(|version| version.as_str());
        let suite = connection.negotiated_cipher_suite();
        let suite = suite.and_then(|suite| suite.suite().as_str());
        let [version, suite] = [version, suite].map(|name| name.unwrap_or("?"));
        match connection.handshake_kind() {
            Some(HandshakeKind::Resumed) => format!("{version} {suite}, resumed"),
            _ => format!("{version} {suite}"),
        }
    }
}

impl Channel for TlsChannel {
    fn open(&self, wire: &[u8], plain: &mut Vec<u8>) -> Result<Opened, NetError> {
        self.state
            .lock()
            .take_in(wire, Some(plain))
            .map_err(NetError::protocol)
    }

    fn seal(&self, mut plain: &[u8], wire: &mut Vec<u8>) -> Result<(), NetError> {
        let connection = &mut self.state.lock().connection;
        if connection.is_handshaking() {
            return Err(NetError::protocol(TlsError::Broken(Error::HandshakeNotComplete)));
        }
        append_records(connection, wire);
        while !plain.is_empty() {
            // Into memory of its own, of which it takes a part at a time.
            let taken = connection.writer().write(plain).unwrap_or_default();
            if taken == 0 {
                return Err(NetError::protocol(TlsError::Broken(Error::EncryptError)));
            }
            plain = &plain[taken..];
            append_records(connection, wire);
        }
        Ok(())
    }

    fn own_bytes(&self, wire: &mut Vec<u8>) {
        append_records(&mut self.state.lock().connection, wire);
    }

    fn end(&self, wire: &mut Vec<u8>) {
        let connection = &mut self.state.lock().connection;
        connection.send_close_notify();
        append_records(connection, wire);
    }
}

impl State {
    fn take_in(&mut self, mut wire: &[u8], mut plain: Option<&mut Vec<u8>>) -> Result<Opened, TlsError> {
        let pending = self.records.pass(wire);
        loop {
            let taken = self.connection.read_tls(&mut wire).map_err(too_long)?;
            let state = self.connection.process_new_packets();
            if let Some(plain) = &mut plain {
                // Also in front of what is no TLS.
                take_plain(&mut self.connection, plain);
            }
            let ended = state.map_err(TlsError::Broken)?.peer_has_closed();
            // Behind the end nothing is taken any more.
            if wire.is_empty() || taken == 0 {
                return Ok(Opened {
                    pending,
                    replies: self.connection.wants_write(),
                    ended,
                });
            }
        }
    }
}

impl fmt::Debug for TlsChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsChannel").finish_non_exhaustive()
    }
}

/// Memory has no errors.
fn append_records(connection: &mut Connection, wire: &mut Vec<u8>) {
    while connection.wants_write() {
        let _ = connection.write_tls(wire);
    }
}

/// All that has come. Its end is "nothing more is there", which is an error for rustls.
fn take_plain(connection: &mut Connection, plain: &mut Vec<u8>) {
    let mut reader = connection.reader();
    while let Ok(chunk @ [_, ..]) = reader.fill_buf() {
        let count = chunk.len();
        plain.extend_from_slice(chunk);
        reader.consume(count);
    }
}

/// A record, or a part of a handshake, that is longer than it may be.
fn too_long(error: io::Error) -> TlsError {
    TlsError::Broken(Error::General(error.to_string()))
}
