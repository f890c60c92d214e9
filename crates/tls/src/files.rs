//! Certificates and keys in files in PEM, checked before they are used: whoever starts a server learns what is wrong with
//! them then, and not from the first client.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, Error, InconsistentKeys, RootCertStore};
use tracing::warn;

use crate::TlsError;

/// Less than this and the log says how long a certificate is still valid. Authorities that renew by themselves do so
/// a month before.
const SOON: Duration = Duration::from_secs(14 * 86_400);

/// Where the certificate of a server is, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate in PEM, with those behind it that lead to an authority.
    pub certificate: PathBuf,
    /// Its private key in PEM.
    pub key: PathBuf,
}

impl CertificateFiles {
    /// Reads both, and makes sure that a client could take them.
    pub(crate) fn load(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let chain = certificates(&self.certificate)?;
        for certificate in &chain {
            self.check_time(certificate, provider)?;
        }
        let key = key(&self.key)?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| self.explain(error))
    }

    fn explain(&self, error: Error) -> TlsError {
        let (certificate, key) = (self.certificate.clone(), self.key.clone());
        match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::Mismatch { certificate, key },
            source @ (Error::InvalidCertificate(_) | Error::NoCertificatesPresented) => {
                TlsError::Certificate {
                    file: certificate,
                    source,
                }
            }
            source => TlsError::Key { file: key, source },
        }
    }

    fn check_time(
        &self,
        certificate: &CertificateDer<'_>,
        provider: &CryptoProvider,
    ) -> Result<(), TlsError> {
        let file = || self.certificate.clone();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let valid_at = |time| validity(certificate, time, provider);
        match valid_at(now) {
            Err(CertificateError::ExpiredContext { time, not_after }) => Err(TlsError::Expired {
                file: file(),
                ago: Duration::from_secs(time.as_secs() - not_after.as_secs()),
            }),
            Err(CertificateError::NotValidYetContext { time, not_before }) => Err(TlsError::NotYetValid {
                file: file(),
                after: Duration::from_secs(not_before.as_secs() - time.as_secs()),
            }),
            Err(problem @ CertificateError::BadEncoding) => Err(TlsError::Certificate {
                file: file(),
                source: Error::InvalidCertificate(problem),
            }),
            // Who has signed it is for clients to judge.
            _ => {
                if let Err(CertificateError::ExpiredContext { not_after, .. }) = valid_at(now + SOON) {
                    let left = Duration::from_secs(not_after.as_secs().saturating_sub(now.as_secs()));
                    let days = left.as_secs() / 86_400;
                    warn!(
                        "the certificate in {} expires in {days} days",
                        self.certificate.display()
                    );
                }
                Ok(())
            }
        }
    }
}

/// What a client would say to this certificate at that time, if it believed nobody. Time comes first there.
fn validity(
    certificate: &CertificateDer<'_>,
    time: Duration,
    provider: &CryptoProvider,
) -> Result<(), CertificateError> {
    let verified = ParsedCertificate::try_from(certificate).and_then(|certificate| {
        verify_server_cert_signed_by_trust_anchor(
            &certificate,
            &RootCertStore::empty(),
            &[],
            UnixTime::since_unix_epoch(time),
            provider.signature_verification_algorithms.all,
        )
    });
    match verified {
        Err(Error::InvalidCertificate(problem)) => Err(problem),
        _ => Ok(()),
    }
}

/// The authorities that a client believes, from a file in PEM.
///
/// # Errors
/// [`TlsError::Read`], [`TlsError::Pem`], [`TlsError::NoCertificate`], [`TlsError::Certificate`].
pub fn authorities(file: &Path) -> Result<RootCertStore, TlsError> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(file)? {
        store.add(certificate).map_err(|source| TlsError::Certificate {
            file: file.to_owned(),
            source,
        })?;
    }
    Ok(store)
}

/// All certificates of a file, in their order.
pub(crate) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = read(file)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let certificates = certificates.map_err(|error| no_pem(file, &error))?;
    match certificates.is_empty() {
        true => Err(TlsError::NoCertificate(file.to_owned())),
        false => Ok(certificates),
    }
}

fn key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    const ENCRYPTED: &[u8] = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
    let text = read(file)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        pem::Error::NoItemsFound if text.windows(ENCRYPTED.len()).any(|part| part == ENCRYPTED) => {
            TlsError::EncryptedKey(file.to_owned())
        }
        pem::Error::NoItemsFound => TlsError::NoKey(file.to_owned()),
        error => no_pem(file, &error),
    })
}

/// A pipe would be waited for, and at SIGHUP there would be nothing in it any more.
fn read(file: &Path) -> Result<Vec<u8>, TlsError> {
    let cannot = |source| TlsError::Read {
        file: file.to_owned(),
        source,
    };
    match fs::metadata(file).map_err(cannot)?.is_file() {
        true => fs::read(file).map_err(cannot),
        false => Err(TlsError::NoFile(file.to_owned())),
    }
}

/// What stands in a file of keys is not repeated.
fn no_pem(file: &Path, error: &pem::Error) -> TlsError {
    let problem = match error {
        pem::Error::MissingSectionEnd { .. } => "a line -----END ...----- is missing",
        pem::Error::IllegalSectionStart { .. } => "a line -----BEGIN ...----- is not as it should be",
        pem::Error::Base64Decode(_) => "what stands between two such lines is no base64",
        _ => "it cannot be read",
    };
    TlsError::Pem {
        file: file.to_owned(),
        problem: problem.to_owned(),
    }
}
