//! Makes a certificate to try TLS with: a small authority that signs one certificate, and whose key nobody keeps.
//!
//! Whoever believes this authority believes that one certificate, and no other can ever be signed.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};

/// How long it is valid: whoever tries TLS for longer has made up their mind.
const VALID: Duration = Duration::from_secs(365 * 86_400);

/// Clocks of machines differ.
const BEFORE: Duration = Duration::from_secs(3_600);

/// The files that were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The authority, for clients: `ca.pem`.
    pub authority: PathBuf,
    /// The certificate of the server: `server.pem`.
    pub certificate: PathBuf,
    /// Its key, which only its owner can read: `server.key`.
    pub key: PathBuf,
}

/// Why no certificate was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// There is one already, which may be in use.
    #[error("{} is there already, and is not overwritten", .0.display())]
    IsThere(PathBuf),
    /// A file cannot be written.
    #[error("cannot write {}", .file.display())]
    Write {
        /// Which.
        file: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A host that no certificate can name, or a key that cannot be made.
    #[error("no certificate can be made")]
    Make(#[from] rcgen::Error),
}

/// A pair of PEM texts.
struct Texts {
    authority: String,
    certificate: String,
    key: String,
}

/// Writes a certificate for these hosts, names or addresses, into a folder that is there.
///
/// # Errors
/// Where one of the files is there already: nothing is overwritten. What keeps them from being made or written.
pub fn make_certificate(hosts: &[String], folder: &Path) -> Result<Made, MakeError> {
    let made = Made {
        authority: folder.join("ca.pem"),
        certificate: folder.join("server.pem"),
        key: folder.join("server.key"),
    };
    let files = [&made.authority, &made.certificate, &made.key];
    if let Some(file) = files.into_iter().find(|file| file.exists()) {
        return Err(MakeError::IsThere(file.clone()));
    }
    let texts = texts(hosts)?;
    // The key first: where it cannot be kept from others, nothing is there.
    write(&made.key, &texts.key, true)?;
    write(&made.certificate, &texts.certificate, false)?;
    write(&made.authority, &texts.authority, false)?;
    Ok(made)
}

fn texts(hosts: &[String]) -> Result<Texts, rcgen::Error> {
    let (key, authority_key) = (KeyPair::generate()?, KeyPair::generate()?);
    let mut authority = params(&[], "Socket codelab, an authority to try TLS")?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let mut server = params(hosts, hosts.first().map_or("localhost", String::as_str))?;
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let authority_text = authority.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(authority, authority_key);
    Ok(Texts {
        authority: authority_text,
        certificate: server.signed_by(&key, &issuer)?.pem(),
        key: key.serialize_pem(),
    })
}

fn params(hosts: &[String], name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = SystemTime::now();
    params.not_before = (now - BEFORE).into();
    params.not_after = (now + VALID).into();
    Ok(params)
}

fn write(file: &Path, text: &str, is_secret: bool) -> Result<(), MakeError> {
    let written = create(file, is_secret).and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => MakeError::IsThere(file.to_owned()),
        _ => MakeError::Write {
            file: file.to_owned(),
            source,
        },
    })
}

/// A secret must not be readable for a moment either, so its mode is set when it is made.
fn create(file: &Path, is_secret: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    options.open(file)
}
