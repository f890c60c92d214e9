//! The flags of a server that speaks TLS, and the signal for a new certificate.

use std::path::PathBuf;
use std::sync::Arc;

use crate::{CertificateFiles, TlsError, TlsServer};

/// Where the certificate of a server is.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "TLS")]
pub struct TlsServerFlags {
    /// Speak TLS at all ports for clients, with the certificate in this file (PEM, with those behind it that lead to an
    /// authority). At SIGHUP the files are read again. The port of --admin stays as it is.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The private key of the certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
}

impl TlsServerFlags {
    /// Reads the files, where they are given.
    ///
    /// # Errors
    /// What is wrong with them, in one sentence.
    pub fn open(&self) -> Result<Option<Arc<TlsServer>>, TlsError> {
        let (Some(certificate), Some(key)) = (self.tls_certificate.clone(), self.tls_key.clone()) else {
            return Ok(None);
        };
        TlsServer::open(CertificateFiles { certificate, key }).map(Some)
    }
}
