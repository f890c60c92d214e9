//! The first bytes of a connection tell whether it is TLS: a client that is at the wrong port is told so, in its own
//! language where that is known.

/// What somebody speaks who has just connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// The record of a TLS handshake.
    Tls,
    /// A request of HTTP without TLS.
    Http,
    /// Neither.
    Other,
}

/// The first bytes of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Hello<'a>(pub &'a [u8]);

impl Hello<'_> {
    /// The type of a record with a part of a handshake (RFC 8446, 5.1).
    const HANDSHAKE: u8 = 22;

    /// What they are; `None` where there is nothing yet.
    ///
    /// ```
    /// use tls::{Hello, Speech};
    ///
    /// assert_eq!(Hello(&[22, 3, 1, 2, 0, 1]).speech(), Some(Speech::Tls));
    /// assert_eq!(Hello(b"GET / HTTP/1.1").speech(), Some(Speech::Http));
    /// assert_eq!(Hello(&[25, 0, 0xBD, 2, 0]).speech(), Some(Speech::Other));
    /// ```
    #[must_use]
    pub fn speech(self) -> Option<Speech> {
        match self.0 {
            [] => None,
            // Versions of TLS are 3.x, since it has come from SSL 3.
            [Self::HANDSHAKE] | [Self::HANDSHAKE, 3, ..] => Some(Speech::Tls),
            bytes if is_http(bytes) => Some(Speech::Http),
            _ => Some(Speech::Other),
        }
    }
}

/// Whether this is how a port that speaks TLS answers a client that does not: a fatal alert (RFC 8446, 6), whole or not.
///
/// ```
/// assert!(tls::is_alert(&[21, 3, 3, 0, 2, 2, 10]));
/// assert!(!tls::is_alert(&[22, 3, 3, 0, 2, 2, 10]));
/// ```
#[must_use]
pub fn is_alert(bytes: &[u8]) -> bool {
    matches!(bytes, [21] | [21, 3, ..]) && bytes.len() <= 7
}

/// A method is letters, with a blank behind them.
fn is_http(bytes: &[u8]) -> bool {
    const METHODS: [&[u8]; 7] = [
        b"GET ",
        b"HEAD ",
        b"POST ",
        b"PUT ",
        b"DELETE ",
        b"OPTIONS ",
        b"PATCH ",
    ];
    METHODS.into_iter().any(|method| bytes.starts_with(method))
}
