//! Those who ask a time server, in a session or over UDP.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use crate::clock::{self, TEXT, timed};
use crate::support::{Client, MOMENT, PATIENCE};

/// The session gets a reply.
#[track_caller]
pub(crate) fn is_served(client: &mut Client) {
    let asked = timed(|| {
        client.send(b"time?\n");
        receive(client, TEXT)
    });
    clock::assert_text(&asked);
}

/// So many bytes.
#[track_caller]
pub(crate) fn receive(client: &mut Client, count: usize) -> Vec<u8> {
    let mut reply = vec![0; count];
    client.receive_exactly(&mut reply);
    reply
}

/// Somebody with a UDP socket, who hears only whom it has asked.
pub(crate) struct Asker {
    socket: UdpSocket,
}

/// A reply, and when it was asked for.
type Asked = (Vec<u8>, std::ops::RangeInclusive<u64>);

impl Asker {
    pub(crate) fn new(server: SocketAddr) -> Self {
        let here = if server.is_ipv4() {
            "127.0.0.1:0"
        } else {
            "[::1]:0"
        };
        let socket = UdpSocket::bind(here).expect("a free port");
        socket.connect(server).expect("loopback");
        socket.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        Self { socket }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.socket.local_addr().expect("a live socket")
    }

    #[track_caller]
    pub(crate) fn send(&self, datagram: &[u8]) {
        self.socket.send(datagram).expect("loopback takes it");
    }

    /// For those whose server may have gone: false when nothing comes for a moment.
    pub(crate) fn is_answered(&self, datagram: &[u8]) -> bool {
        self.socket.set_read_timeout(Some(MOMENT)).expect("a live socket");
        self.socket.send(datagram).is_ok() && self.try_receive().is_ok()
    }

    #[track_caller]
    pub(crate) fn ask(&self, datagram: &[u8]) -> Asked {
        timed(|| {
            self.send(datagram);
            self.try_receive().expect("a reply")
        })
    }

    pub(crate) fn try_receive(&self) -> io::Result<Vec<u8>> {
        let mut reply = vec![0; 2_048];
        let count = self.socket.recv(&mut reply)?;
        reply.truncate(count);
        Ok(reply)
    }

    /// Nothing has come that was not received yet.
    #[track_caller]
    pub(crate) fn expect_nothing_now(&self) {
        self.socket.set_nonblocking(true).expect("a live socket");
        if let Ok(reply) = self.try_receive() {
            panic!("expected nothing, got {}", reply.escape_ascii());
        }
        self.socket.set_nonblocking(false).expect("a live socket");
    }

    /// Nothing comes for a moment.
    #[track_caller]
    pub(crate) fn expect_silence(&self) {
        self.socket.set_read_timeout(Some(MOMENT)).expect("a live socket");
        if let Ok(reply) = self.try_receive() {
            panic!("expected silence, got {}", reply.escape_ascii());
        }
        self.socket
            .set_read_timeout(Some(PATIENCE))
            .expect("a live socket");
    }
}
