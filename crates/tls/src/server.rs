//! The certificate that the clients of a server get, and a new one without a restart.

use std::sync::Arc;

use parking_lot::Mutex;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::{NoServerSessionStorage, ProducesTickets, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection};
use tracing::{info, warn};

use crate::channel::TlsChannel;
use crate::{CertificateFiles, TlsError};

/// Plain bytes that rustls keeps at most until they are sealed, and records that it keeps until they are taken: what is
/// sealed is taken at once, so this bounds what is never reached.
const BUFFER_LIMIT: usize = 64 * 1024;

/// What is spoken below TLS at a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// Packets or bytes.
    Packets,
    /// HTTP/1.1, which a client may ask for in the handshake (ALPN, RFC 7301); whoever asks for HTTP/2 alone is refused.
    Http,
}

/// The certificate of a server, for any number of ports.
#[derive(Debug)]
pub struct TlsServer {
    files: CertificateFiles,
    current: Mutex<Configs>,
}

/// What handshakes use that begin now.
#[derive(Debug, Clone)]
struct Configs {
    packets: Arc<ServerConfig>,
    http: Arc<ServerConfig>,
}

impl TlsServer {
    /// Reads the files.
    ///
    /// # Errors
    /// What is wrong with them, in one sentence.
    pub fn open(files: CertificateFiles) -> Result<Arc<Self>, TlsError> {
        let current = Mutex::new(Configs::load(&files)?);
        Ok(Arc::new(Self { files, current }))
    }

    /// Reads the files again. Handshakes that begin from now on use what is there, and sessions from before cannot be taken
    /// up again; connections that are there go on. Where something is wrong with the files, everything stays as it is.
    /// Either way the log says so.
    pub fn reload(&self) {
        let file = self.files.certificate.display();
        match Configs::load(&self.files) {
            Ok(configs) => {
                *self.current.lock() = configs;
                info!("new clients get the certificate that is in {file} now");
            }
            Err(error) => {
                let reason = crate::error::chain(&error);
                warn!("the certificate stays as it was: {reason}");
            }
        }
    }

    /// The side of a server in a new connection.
    ///
    /// # Errors
    /// [`TlsError::Setting`].
    pub fn channel(&self, speaks: Speaks) -> Result<TlsChannel, TlsError> {
        let Configs { packets, http } = self.current.lock().clone();
        let config = match speaks {
            Speaks::Packets => packets,
            Speaks::Http => http,
        };
        let mut connection = ServerConnection::new(config).map_err(TlsError::Setting)?;
        connection.set_buffer_limit(Some(BUFFER_LIMIT));
        Ok(TlsChannel::of_server(connection))
    }
}

impl Configs {
    fn load(files: &CertificateFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let key = Arc::new(files.load(&provider)?);
        // Both kinds of ports take each other's tickets: they are the same server. Nobody else does, so none survives a
        // new certificate.
        let tickets = ring::Ticketer::new().map_err(TlsError::Setting)?;
        let packets = config(&provider, &key, &tickets)?;
        let mut http = packets.clone();
        http.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            packets: Arc::new(packets),
            http: Arc::new(http),
        })
    }
}

fn config(
    provider: &Arc<CryptoProvider>,
    key: &Arc<CertifiedKey>,
    tickets: &Arc<dyn ProducesTickets>,
) -> Result<ServerConfig, TlsError> {
    let certificate: Arc<dyn ResolvesServerCert> = Arc::new(SingleCertAndKey::from(Arc::clone(key)));
    let mut config = ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TlsError::Setting)?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    config.ticketer = Arc::clone(tickets);
    // A ticket has all of a session in it, sealed, so the server keeps nothing for those who are gone. Data in front of
    // the handshake (0-RTT) could be sent again by anybody who has seen it, so none is taken: that is the default.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    // One way back is enough for a client with one connection.
    config.send_tls13_tickets = 1;
    Ok(config)
}
