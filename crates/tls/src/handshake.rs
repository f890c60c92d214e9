//! How a server begins with a client, on the client's own thread: it has as long as the limits of the server say.

use std::sync::Arc;

use net::{Channel, ClientConnection, Decline, Declined, NetError, Secure};
use tracing::debug;

use crate::channel::TlsChannel;
use crate::{Hello, Speaks, Speech, TlsError, TlsServer};

/// What a client sends for a handshake is a few hundred bytes.
const READ: usize = 2 * 1024;

/// A fatal alert, `internal_error` (RFC 8446, 6.2): there is none that says "full", and TLS is not the one to say it.
const REFUSAL: [u8; 7] = [21, 3, 3, 0, 2, 2, 80];

/// A fatal alert, `unexpected_message`.
const UNEXPECTED: [u8; 7] = [21, 3, 3, 0, 2, 2, 10];

/// What somebody is told who speaks HTTP without TLS to a port that speaks TLS.
pub const SPEAKS_TLS: &str = "this port speaks TLS: write https:// for it\n";

/// For a browser or a program that has `http://` in the place of `https://`.
fn not_http() -> Vec<u8> {
    let length = SPEAKS_TLS.len();
    let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close";
    format!("{head}\r\nContent-Length: {length}\r\n\r\n{SPEAKS_TLS}").into_bytes()
}

/// One kind of port of a server.
#[derive(Debug)]
struct SecurePort {
    server: Arc<TlsServer>,
    speaks: Speaks,
}

impl TlsServer {
    /// What a [`TcpServer`](net::TcpServer) is given to make its connections secret.
    #[must_use]
    pub fn secure(self: &Arc<Self>, speaks: Speaks) -> Arc<dyn Secure> {
        Arc::new(SecurePort {
            server: Arc::clone(self),
            speaks,
        })
    }
}

impl Secure for SecurePort {
    fn handshake(&self, client: &mut ClientConnection) -> Result<Arc<dyn Channel>, NetError> {
        let channel = self.server.channel(self.speaks).map_err(NetError::handshake)?;
        let mut buffer = vec![0; READ];
        let (mut own, mut is_first) = (Vec::new(), true);
        while channel.is_handshaking() {
            let count = client.read(&mut buffer)?;
            let came = &buffer[..count];
            if came.is_empty() {
                return Err(NetError::handshake(TlsError::LeftEarly));
            }
            if std::mem::take(&mut is_first) {
                check_speech(came, client)?;
            }
            let agreed = channel.agree(came);
            own.clear();
            channel.own_bytes(&mut own);
            // An alert too.
            client.write_all(&own)?;
            agreed.map_err(in_handshake)?;
        }
        debug!(client = client.id(), "{}", channel.describe());
        Ok(Arc::new(channel))
    }

    fn refusal(&self) -> Vec<u8> {
        REFUSAL.to_vec()
    }

    fn decline(&self, mut words: Decline) -> Option<Decline> {
        let (server, speaks) = (Arc::clone(&self.server), self.speaks);
        let mut channel = None;
        // Nothing is made before something has come: most of those who besiege a full server say nothing.
        Some(Box::new(move |came| match &channel {
            Some(channel) => say_through(channel, came, &mut words),
            None => match (wrong_speech(came), server.channel(speaks)) {
                (Some((answer, _)), _) => Declined::Said(answer),
                (None, Ok(new)) => say_through(channel.insert(new), came, &mut words),
                (None, Err(_)) => Declined::Said(REFUSAL.to_vec()),
            },
        }))
    }
}

// ANCHOR: decline
/// Says these words, or begins with the handshake that they need.
fn say_through(channel: &TlsChannel, came: &[u8], words: &mut Decline) -> Declined {
    let (mut plain, mut wire) = (Vec::new(), Vec::new());
    let opened = channel.open(came, &mut plain);
    channel.own_bytes(&mut wire);
    if opened.is_err() {
        return Declined::Said(wire);
    }
    if channel.is_handshaking() {
        return Declined::Listen(wire);
    }
    match words(&plain) {
        Declined::Listen(said) => channel.seal(&said, &mut wire).map(|()| Declined::Listen(wire)),
        Declined::Said(said) => channel.seal(&said, &mut wire).map(|()| {
            channel.end(&mut wire);
            Declined::Said(wire)
        }),
    }
    .unwrap_or_else(|_| Declined::Said(REFUSAL.to_vec()))
}
// ANCHOR_END: decline

/// Whoever has come to the wrong port is told so, where it can be understood.
fn check_speech(came: &[u8], client: &mut ClientConnection) -> Result<(), NetError> {
    match wrong_speech(came) {
        None => Ok(()),
        Some((answer, error)) => {
            client.write_all(&answer)?;
            Err(NetError::handshake(error))
        }
    }
}

/// What somebody is told who does not speak TLS, and why.
fn wrong_speech(came: &[u8]) -> Option<(Vec<u8>, TlsError)> {
    match Hello(came).speech()? {
        Speech::Tls => None,
        Speech::Http => Some((not_http(), TlsError::PlainHttp)),
        // By which a client of ours knows what to say.
        Speech::Other => Some((UNEXPECTED.to_vec(), TlsError::PlainBytes(came[0]))),
    }
}

/// It has not become broken: it has never been whole.
fn in_handshake(error: TlsError) -> NetError {
    NetError::handshake(match error {
        TlsError::Broken(source) => TlsError::Rejected(source),
        other => other,
    })
}
