//! The flags of a client that speaks TLS.

use std::path::PathBuf;
use std::time::Duration;

use net::{Connection, NetAddress};

use crate::{Stream, TlsClient, TlsError};

/// Whether a client speaks TLS, and whom it believes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "TLS")]
pub struct TlsClientFlags {
    /// Speak TLS with the server, whose certificate must name the host that you give.
    #[arg(long)]
    tls: bool,
    /// Believe the authorities in this file (PEM) instead of those that the system believes.
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
}

impl TlsClientFlags {
    /// Whether TLS is asked for.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.tls
    }

    /// Finds an authority for nothing.
    ///
    /// # Errors
    /// That it is one.
    pub fn check(&self) -> Result<(), String> {
        self.check_beside(false, "")
    }

    /// The same where something else asks for TLS too, which `or` names.
    ///
    /// # Errors
    /// That there is an authority for nothing.
    pub fn check_beside(&self, is_needed: bool, or: &str) -> Result<(), String> {
        match self.tls_ca.is_some() && !self.tls && !is_needed {
            true => Err(format!("--tls-ca is for a connection with TLS: add --tls{or}")),
            false => Ok(()),
        }
    }

    /// Reads whom to believe, where TLS is asked for.
    ///
    /// # Errors
    /// Those of [`TlsClient::new`].
    pub fn open(&self) -> Result<Option<TlsClient>, TlsError> {
        self.tls.then(|| self.believe()).transpose()
    }

    /// Reads whom to believe.
    ///
    /// # Errors
    /// Those of [`TlsClient::new`].
    pub fn believe(&self) -> Result<TlsClient, TlsError> {
        TlsClient::new(self.tls_ca.as_deref())
    }
}

/// A new connection to `server` as it is used: after the handshake where there is one.
///
/// # Errors
/// Those of [`TlsClient::secure`].
pub fn stream(
    tls: Option<&TlsClient>,
    connection: Connection,
    server: &NetAddress,
    timeout: Duration,
) -> Result<Stream, TlsError> {
    match tls {
        Some(tls) => tls.secure(connection, server.host(), timeout),
        None => Ok(Stream::plain(connection)),
    }
}
