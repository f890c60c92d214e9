//! Whom a client believes, and how it begins.

use std::sync::Arc;
use std::time::{Duration, Instant};

use net::{Channel, Connection};
use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore};

use crate::channel::TlsChannel;
use crate::stream::Stream;
use crate::{Hello, Speech, TlsError, files, is_alert};

/// Records of a server's handshake are of a few KiB.
const READ: usize = 4 * 1024;

/// A client's side of TLS: whom it believes. Clones share what they remember of servers.
#[derive(Debug, Clone)]
pub struct TlsClient {
    config: Arc<ClientConfig>,
    authorities: Arc<[CertificateDer<'static>]>,
}

impl TlsClient {
    /// Believes the authorities in this file; without one, those that the system does.
    ///
    /// # Errors
    /// What is wrong with the file; [`TlsError::NoAuthorities`].
    pub fn new(authorities: Option<&std::path::Path>) -> Result<Self, TlsError> {
        let (store, authorities) = match authorities {
            Some(file) => (files::authorities(file)?, files::certificates(file)?),
            None => of_system()?,
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(TlsError::Setting)?
            .with_root_certificates(store)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            authorities: authorities.into(),
        })
    }

    /// Takes up no older session, and so agrees on new keys each time: for measurements of handshakes.
    #[must_use]
    pub fn without_resumption(mut self) -> Self {
        Arc::make_mut(&mut self.config).resumption = Resumption::disabled();
        self
    }

    /// The certificates of those whom it believes, in DER, for other users of TLS in the same program.
    #[must_use]
    pub fn authorities(&self) -> &[CertificateDer<'static>] {
        &self.authorities
    }

    /// The side of a client in a new connection. The [own bytes](Channel::own_bytes) of the channel are the first to be
    /// sent. `host` is whom the certificate must name.
    ///
    /// # Errors
    /// [`TlsError::Name`] where no certificate could name this host.
    pub fn channel(&self, host: &str) -> Result<TlsChannel, TlsError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Name(host.to_owned()))?;
        ClientConnection::new(Arc::clone(&self.config), name)
            .map(TlsChannel::of_client)
            .map_err(TlsError::Setting)
    }

    /// Makes the handshake on a connection at which nothing has been said, and believes nobody but `host`.
    ///
    /// # Errors
    /// Why the server is not to be believed, or does not speak TLS; those of the connection.
    pub fn secure(&self, connection: Connection, host: &str, timeout: Duration) -> Result<Stream, TlsError> {
        let channel = self.channel(host)?;
        let deadline = Instant::now() + timeout;
        let mut wire = vec![0; READ];
        let mut is_first = true;
        loop {
            let mut own = Vec::new();
            channel.own_bytes(&mut own);
            connection
                .write_all_by(&own, deadline)
                .map_err(TlsError::Connection)?;
            if !channel.is_handshaking() {
                return Ok(Stream::secured(connection, channel));
            }
            let count = connection
                .read_by(&mut wire, deadline)
                .map_err(TlsError::Connection)?;
            let came = &wire[..count];
            if came.is_empty() {
                return Err(TlsError::ClosedEarly);
            }
            if std::mem::take(&mut is_first) && is_no_answer(came) {
                return Err(TlsError::NotSpoken);
            }
            if let Err(error) = channel.agree(came) {
                let mut alert = Vec::new();
                channel.own_bytes(&mut alert);
                // Only a courtesy: the server may be gone.
                let _ = connection.write_all_by(&alert, deadline);
                return Err(error.in_handshake_with(host));
            }
        }
    }
}

impl TlsError {
    /// The same as a client says it whose handshake with this host has failed: whom it does not believe, and why.
    #[must_use]
    pub fn in_handshake_with(self, host: &str) -> Self {
        match self {
            Self::Broken(error) => explain(error, host),
            error => error,
        }
    }
}

/// The first answer is a part of a handshake, or an alert.
fn is_no_answer(bytes: &[u8]) -> bool {
    !is_alert(bytes) && Hello(bytes).speech() != Some(Speech::Tls)
}

type Believed = (RootCertStore, Vec<CertificateDer<'static>>);

fn of_system() -> Result<Believed, TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    let (added, _) = store.add_parsable_certificates(found.certs.iter().cloned());
    if added == 0 {
        let problem = found.errors.first().map(ToString::to_string);
        return Err(TlsError::NoAuthorities(problem.unwrap_or_default()));
    }
    Ok((store, found.certs))
}

/// What a user can do about it.
pub(crate) fn explain(error: Error, host: &str) -> TlsError {
    let problem = match &error {
        Error::InvalidCertificate(problem) => why_not(problem),
        Error::InvalidMessage(_) => return TlsError::NotSpoken,
        _ => return TlsError::Handshake(error),
    };
    TlsError::Untrusted {
        host: host.to_owned(),
        problem,
    }
}

fn why_not(problem: &CertificateError) -> String {
    match problem {
        // The second: somebody of the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "nobody who is believed here has signed it; --tls-ca FILE names somebody who has".to_owned()
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("it is for {}", names(presented))
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet: is the clock of this machine right?".to_owned()
        }
        other => other.to_string(),
    }
}

/// As rustls names them: `DnsName("localhost")`, `IpAddress(127.0.0.1)`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inside = name.split_once('(').map_or(name.as_str(), |(_, inside)| inside);
        inside.trim_end_matches(')').trim_matches('"').to_owned()
    };
    let names: Vec<_> = presented.iter().map(bare).collect();
    match names.is_empty() {
        true => "no name at all".to_owned(),
        false => names.join(", "),
    }
}
