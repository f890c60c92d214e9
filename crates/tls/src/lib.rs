//! TLS for the servers and clients of this workspace: nobody between the two reads what they say, nor changes it, and the
//! client knows whom it speaks to.
//!
//! The work is that of [rustls](https://docs.rs/rustls). This crate says where certificates come from, when a handshake is
//! made and how long it may take, and it says in sentences what is wrong. A server is given TLS in one place, and a handler
//! does not notice:
//!
//! ```no_run
//! use net::{ClientConnection, Shutdown, TcpServer};
//! use tls::{CertificateFiles, Speaks, TlsServer};
//!
//! let files = CertificateFiles {
//!     certificate: "server.pem".into(),
//!     key: "server.key".into(),
//! };
//! let tls = TlsServer::open(files)?;
//! TcpServer::bind(&"127.0.0.1:7000".parse()?)?
//!     .secured(tls.secure(Speaks::Packets))
//!     .run(|client: &mut ClientConnection| client.write_all(b"nobody else reads this\n"), &Shutdown::new())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `error` | what is wrong with a file or a handshake, in a sentence |
//! | `files` | certificates and keys in PEM, checked before they are used |
//! | `records` | where one record ends and the next begins |
//! | `channel` | bytes of the socket to plain bytes and back: one connection of rustls behind a lock |
//! | `hello` | the first bytes of a connection: TLS, HTTP without it, or something else |
//! | `server` | the certificate that clients get, and a new one without a restart |
//! | `reload` | the signal for that |
//! | `handshake` | how a server begins with a client, on the client's own thread |
//! | `client` | whom a client believes, and how it begins |
//! | `stream` | the connection of a client program, with TLS or without |
//! | `ureq` | the same for calls over HTTP, where the feature `ureq` is on |
//! | `make` | a certificate to try TLS with, where the feature `make` is on |
//! | `server_flags`, `client_flags` | the flags of both |
#![forbid(unsafe_code)]

mod channel;
mod client;
mod client_flags;
mod error;
mod files;
mod handshake;
mod hello;
#[cfg(feature = "make")]
mod make;
mod records;
mod reload;
mod server;
mod server_flags;
mod stream;
#[cfg(feature = "ureq")]
mod ureq;

pub use channel::TlsChannel;
pub use client::TlsClient;
pub use client_flags::{TlsClientFlags, stream};
pub use error::TlsError;
pub use files::{CertificateFiles, authorities};
pub use handshake::SPEAKS_TLS;
pub use hello::{Hello, Speech, is_alert};
#[cfg(feature = "make")]
pub use make::{Made, MakeError, make_certificate};
pub use server::{Speaks, TlsServer};
pub use server_flags::TlsServerFlags;
pub use stream::Stream;
