//! What is wrong with a request, and what its client is told.

use crate::bounds::{MAX_BODY, MAX_FIELDS, MAX_HEAD};
use crate::response::Response;

/// Why a request cannot be read. After each of these nobody knows where the next request begins, so the client gets
/// an answer and the connection is closed.
///
/// The texts repeat nothing of the request: they go to a log, and a request may have a password anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// The first byte is none of a method: TLS, or another protocol.
    #[error(
        "this is no HTTP: a request begins with a method, as GET (and this port speaks HTTP without TLS)"
    )]
    NotHttp,
    /// A line ends with LF alone. Programs differ in whether it ends there, so it could smuggle a request.
    #[error("a line ends with LF, expected CR LF")]
    BareLf,
    /// The request line or a field is not formed as RFC 9112 wants it.
    #[error(
        "the head is malformed: expected `METHOD TARGET HTTP/1.1`, then lines `Name: value` (no space before the colon, no folded lines)"
    )]
    Head,
    /// Another version than 1.0 and 1.1.
    #[error("this server speaks HTTP/1.1 and HTTP/1.0")]
    Version,
    /// A method that no service is asked with.
    #[error("an unknown method: this server knows GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS")]
    Method,
    /// The target is neither a path, nor a URL of HTTP, nor `*` for OPTIONS.
    #[error(
        "the target of the request must be a path that begins with `/`, or a URL that begins with `http://`"
    )]
    Target,
    /// `Host` is missing, is there twice, or has bytes that no host has.
    #[error("a request of HTTP/1.1 must have exactly one `Host`, which names a host")]
    Host,
    /// The head is too long.
    #[error("the head is longer than {MAX_HEAD} bytes")]
    HeadTooLong,
    /// The head has too many fields.
    #[error("the head has more than {MAX_FIELDS} fields")]
    TooManyFields,
    /// `Content-Length` is no number, or is there twice.
    #[error("`Content-Length` must be one number")]
    ContentLength,
    /// Two lengths. One program would believe the one and the next the other: that is how requests are smuggled.
    #[error("a request has `Content-Length` or `Transfer-Encoding`, not both")]
    TwoLengths,
    /// A coding that is not `chunked`, or `chunked` twice, or in HTTP/1.0.
    #[error("`Transfer-Encoding` must be `chunked`, once, in HTTP/1.1")]
    TransferEncoding,
    /// The body is too long.
    #[error("the body is longer than {MAX_BODY} bytes")]
    BodyTooLong,
    /// The size of a chunk is none, or the chunk does not end where its size says.
    #[error("a chunk must be its size in hexadecimal, CR LF, so many bytes, CR LF")]
    Chunk,
    /// An expectation that is not `100-continue`.
    #[error("the only expectation that this server meets is `100-continue`")]
    Expect,
}

impl Mistake {
    /// The status that tells it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::BodyTooLong => 413,
            Self::Expect => 417,
            Self::HeadTooLong | Self::TooManyFields => 431,
            Self::Method => 501,
            Self::Version => 505,
            _ => 400,
        }
    }

    pub(crate) fn response(self) -> Response {
        let code = match self.status() {
            413 => "body_too_long",
            417 => "unknown_expectation",
            431 => "head_too_long",
            501 => "unknown_method",
            505 => "unknown_version",
            _ => "bad_request",
        };
        Response::error(self.status(), code, &self.to_string())
    }
}
