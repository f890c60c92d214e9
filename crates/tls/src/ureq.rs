//! TLS for calls over HTTP: whom the client of `ureq` believes, and what went wrong, in the same sentences.

use std::sync::Arc;

use rustls::Error;
use rustls::crypto::ring;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::client::explain;
use crate::{TlsClient, TlsError};

impl TlsClient {
    /// The same belief for an agent of `ureq`.
    #[must_use]
    pub fn for_ureq(&self) -> TlsConfig {
        let authorities = self.authorities().iter();
        let authorities = authorities.map(|authority| Certificate::from_der(authority).to_owned());
        TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(authorities.collect())))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build()
    }
}

impl TlsError {
    /// What went wrong with TLS in a call, if it was that.
    #[must_use]
    pub fn of_ureq(error: &ureq::Error, host: &str) -> Option<Self> {
        let error = match error {
            ureq::Error::Rustls(error) => error,
            ureq::Error::Io(error) => error.get_ref()?.downcast_ref::<Error>()?,
            _ => return None,
        };
        Some(explain(error.clone(), host))
    }
}
