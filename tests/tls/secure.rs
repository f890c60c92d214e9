//! A client that speaks TLS and knows what it expects.

use std::net::SocketAddr;
use std::path::Path;

use net::{Channel, Connection, NetAddress, NetError, Socket};
use tls::{Stream, TlsChannel, TlsClient};

use crate::Certificate;
use crate::support::{PATIENCE, Server};

/// A connection through TLS.
pub(crate) struct Secure(pub(crate) Stream);

/// How a stream ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The server has said so.
    Said,
    /// It was cut.
    Cut,
}

pub(crate) fn believer(certificate: &Certificate) -> TlsClient {
    TlsClient::new(Some(Path::new(&certificate.authority()))).expect("an authority")
}

#[track_caller]
pub(crate) fn connect(server: &Server) -> Connection {
    open(server.address)
}

#[track_caller]
fn open(address: SocketAddr) -> Connection {
    let connection = Socket::connect(&NetAddress::from(address), PATIENCE).expect("the server accepts");
    connection
        .set_read_timeout(Some(PATIENCE))
        .expect("a live socket");
    connection
}

impl Secure {
    #[track_caller]
    pub(crate) fn connect(server: &Server, certificate: &Certificate) -> Self {
        Self::connect_to(server.address, certificate)
    }

    #[track_caller]
    pub(crate) fn connect_to(address: SocketAddr, certificate: &Certificate) -> Self {
        let stream = believer(certificate).secure(open(address), "localhost", PATIENCE);
        Self(stream.expect("a handshake"))
    }

    #[track_caller]
    pub(crate) fn send(&self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("the server takes bytes");
    }

    #[track_caller]
    pub(crate) fn expect(&self, expected: &[u8]) {
        let mut received = vec![0; expected.len()];
        let mut filled = 0;
        while filled < received.len() {
            match self.0.read(&mut received[filled..]).expect("more bytes") {
                0 => panic!("the end after {filled} of {} bytes", expected.len()),
                count => filled += count,
            }
        }
        assert_eq!(received, expected);
    }

    #[track_caller]
    pub(crate) fn exchange(&self, request: &[u8], reply: &[u8]) {
        self.send(request);
        self.expect(reply);
    }

    /// The head of an answer in HTTP, and no byte of what is behind it.
    #[track_caller]
    pub(crate) fn head(&self) -> String {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            match self.0.read(&mut byte).expect("more bytes") {
                0 => panic!("the end in a head: {}", String::from_utf8_lossy(&head)),
                _ => head.extend_from_slice(&byte),
            }
        }
        String::from_utf8(head).expect("text")
    }

    /// All until the end, and which one it was.
    #[track_caller]
    pub(crate) fn receive_rest(&self) -> (Vec<u8>, End) {
        let (mut rest, mut buffer) = (Vec::new(), [0; 16 * 1024]);
        loop {
            match self.0.read(&mut buffer) {
                Ok(0) => return (rest, End::Said),
                Ok(count) => rest.extend_from_slice(&buffer[..count]),
                Err(NetError::TimedOut { .. }) => panic!("no end after {} bytes", rest.len()),
                Err(_) => return (rest, End::Cut),
            }
        }
    }
}

/// The handshake by hand, for those who send records in pieces.
#[track_caller]
pub(crate) fn agreed(connection: &Connection, certificate: &Certificate) -> TlsChannel {
    let channel = believer(certificate).channel("localhost").expect("a name");
    let (mut own, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        own.clear();
        channel.own_bytes(&mut own);
        connection.write_all(&own).expect("the server takes bytes");
        if !channel.is_handshaking() {
            return channel;
        }
        let count = connection.read(&mut buffer).expect("an answer");
        assert!(count > 0, "the server has closed");
        channel.agree(&buffer[..count]).expect("TLS");
    }
}
