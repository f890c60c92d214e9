//! How a server begins with a client, on the client's own thread: it has as long as the limits of the server say.

use std::sync::Arc;

use net::{Channel, ClientConnection, NetError, Secure};
use tracing::debug;

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
}

/// Whoever has come to the wrong port is told so, where it can be understood.
fn check_speech(came: &[u8], client: &mut ClientConnection) -> Result<(), NetError> {
    match Hello(came).speech() {
        Some(Speech::Tls) | None => Ok(()),
        Some(Speech::Http) => {
            client.write_all(&not_http())?;
            Err(NetError::handshake(TlsError::PlainHttp))
        }
        Some(Speech::Other) => {
            // By which a client of ours knows what to say.
            client.write_all(&UNEXPECTED)?;
            Err(NetError::handshake(TlsError::PlainBytes(came[0])))
        }
    }
}

/// It has not become broken: it has never been whole.
fn in_handshake(error: TlsError) -> NetError {
    NetError::handshake(match error {
        TlsError::Broken(source) => TlsError::Rejected(source),
        other => other,
    })
}
