//! What is wrong with a file or a handshake, in a sentence that says what to do.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use net::NetError;

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}", .file.display())]
    Read {
        /// Which.
        file: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// Something else that has a name, such as a directory or a pipe.
    #[error("{} is no regular file: expected one in PEM, which is read again at SIGHUP", .0.display())]
    NoFile(PathBuf),
    /// A file begins as PEM, and is none.
    #[error("{} is no file in PEM: {problem}", .file.display())]
    Pem {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no certificate in a file.
    #[error("{} has no certificate: expected PEM, -----BEGIN CERTIFICATE-----", .0.display())]
    NoCertificate(PathBuf),
    /// There is no key in a file.
    #[error("{} has no private key: expected PEM, -----BEGIN PRIVATE KEY-----", .0.display())]
    NoKey(PathBuf),
    /// There is a key in a file that asks for a password, and nobody is there to be asked.
    #[error("the key in {} is encrypted: `openssl pkey` writes it without a password", .0.display())]
    EncryptedKey(PathBuf),
    /// A certificate that TLS can do nothing with.
    #[error("the certificate in {} cannot be used", .file.display())]
    Certificate {
        /// Where it is.
        file: PathBuf,
        /// What rustls has against it.
        source: rustls::Error,
    },
    /// A key that TLS can do nothing with.
    #[error("the key in {} cannot be used", .file.display())]
    Key {
        /// Where it is.
        file: PathBuf,
        /// What rustls has against it.
        source: rustls::Error,
    },
    /// Certificate and key belong to different pairs.
    #[error("the key in {} does not fit the certificate in {}", .key.display(), .certificate.display())]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// A certificate that no client takes any more.
    #[error("the certificate in {} has expired {} ago: a new one is needed", .file.display(), rounded(*.ago))]
    Expired {
        /// Where it is.
        file: PathBuf,
        /// How long.
        ago: Duration,
    },
    /// A certificate that no client takes yet.
    #[error("the certificate in {} is valid in {} only: is the clock of this machine right?", .file.display(), rounded(*.after))]
    NotYetValid {
        /// Where it is.
        file: PathBuf,
        /// How long it has to be waited for.
        after: Duration,
    },
    /// The system has no certificate of an authority that this program could believe.
    #[error("this system trusts no authority: --tls-ca FILE names one{}", behind(.0))]
    NoAuthorities(String),
    /// A host that cannot stand in a certificate.
    #[error("`{0}` is no name and no address that a certificate could have")]
    Name(String),
    /// The other side does not speak TLS.
    #[error("the server does not speak TLS at this port: leave --tls out, or use its port for TLS")]
    NotSpoken,
    /// The certificate of the server is not believed.
    #[error("the certificate of {host} is not to be trusted: {problem}")]
    Untrusted {
        /// Whose it should be.
        host: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The handshake failed for another reason.
    #[error("the TLS handshake failed")]
    Handshake(#[source] rustls::Error),
    /// The other side closed before both had agreed on keys.
    #[error(
        "the server closed the connection in the TLS handshake: if it does not speak TLS at this port, leave --tls out"
    )]
    ClosedEarly,
    /// The connection failed in the handshake.
    #[error("no TLS handshake")]
    Connection(#[source] NetError),
    /// The connection ended, and the other side had not said that it would.
    #[error("the connection was cut: the other side has not said that this is the end (close_notify)")]
    Truncated,
    /// A client came to a port that speaks TLS, and does not do so itself.
    #[error("the server speaks TLS at this port: add --tls")]
    Spoken,
    /// A client closed before both had agreed on keys.
    #[error("the client closed in the TLS handshake")]
    LeftEarly,
    /// A client speaks HTTP without TLS.
    #[error("a request of HTTP without TLS came to a port that speaks TLS")]
    PlainHttp,
    /// A client speaks something else.
    #[error(
        "no TLS at a port that speaks TLS: the first byte is {0}, and not 22: was the client started without --tls?"
    )]
    PlainBytes(u8),
    /// A client's part of the handshake is not good.
    #[error("TLS")]
    Rejected(#[source] rustls::Error),
    /// A setting that rustls does not take.
    #[error("TLS cannot be prepared")]
    Setting(#[source] rustls::Error),
    /// The other side has sent what is no TLS, or was changed on the way.
    #[error("what came is no valid TLS")]
    Broken(#[source] rustls::Error),
}

/// The error and all its causes in one line, as it stands in a log.
pub(crate) fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}

/// To days, hours, minutes or seconds: nobody wants to read more.
fn rounded(time: Duration) -> humantime::FormattedDuration {
    let seconds = time.as_secs();
    let unit = [86_400, 3_600, 60].into_iter().find(|unit| seconds >= 2 * unit);
    let unit = unit.unwrap_or(1);
    humantime::format_duration(Duration::from_secs(seconds / unit * unit))
}

fn behind(problem: &str) -> String {
    match problem {
        "" => String::new(),
        problem => format!(" ({problem})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_one_unit_or_two() {
        let text = |seconds| rounded(Duration::from_secs(seconds)).to_string();
        assert_eq!(text(59), "59s");
        assert_eq!(text(150), "2m");
        assert_eq!(text(7_300), "2h");
        assert_eq!(text(3 * 86_400 + 5), "3days");
    }
}
