//! A server for one client: the test says what comes, and what is answered.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use crate::support::PATIENCE;
use crate::support::messages::{
    PING, SYNC, chat, chatted, enter, entered, log_in_with, logged_in, said, user_list,
};
use crate::support::wire::error_packet;

/// It listens, and serves the first client that comes.
pub(crate) struct Server {
    listener: TcpListener,
    pub(crate) address: String,
}

/// The client, as its server sees it.
pub(crate) struct Served {
    stream: TcpStream,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        Self { listener, address }
    }

    #[track_caller]
    pub(crate) fn accept(&self) -> Served {
        let (stream, _) = self.listener.accept().expect("the client connects");
        stream.set_nodelay(true).expect("a live socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        stream.set_write_timeout(Some(PATIENCE)).expect("a live socket");
        Served { stream }
    }

    /// Takes alice's login, and lets her into room 1, where bob is.
    #[track_caller]
    pub(crate) fn welcome(&self) -> Served {
        self.welcome_with("")
    }

    /// The same for a login with this ticket.
    #[track_caller]
    pub(crate) fn welcome_with(&self, ticket: &str) -> Served {
        let mut client = self.accept();
        client.let_in(ticket);
        client.expect_after_pings(&enter(1));
        client.send(&[user_list(&[(7, "bob")]), entered(1, 8)].concat());
        client
    }
}

impl Served {
    /// Takes alice's login with this ticket. Whoever has none cannot come back, and asks for no positions; this server does
    /// not know them.
    #[track_caller]
    pub(crate) fn let_in(&mut self, ticket: &str) {
        self.expect_after_pings(&log_in_with("alice", ticket));
        self.send(&logged_in(NONE));
        if !ticket.is_empty() {
            self.expect_after_pings(&SYNC);
            self.send(&error_packet(UNKNOWN_ID));
        }
    }

    /// The next that comes is this.
    #[track_caller]
    pub(crate) fn expect(&mut self, expected: &[u8]) {
        let mut received = vec![0; expected.len()];
        let outcome = self.stream.read_exact(&mut received);
        assert!(outcome.is_ok(), "{outcome:?} instead of {expected:?}");
        assert_eq!(received, expected);
    }

    /// The next packet is this, when the PINGs are over that have been due on a busy machine.
    #[track_caller]
    fn expect_after_pings(&mut self, expected: &[u8]) {
        let mut packet = self.next_packet();
        while packet == PING {
            packet = self.next_packet();
        }
        assert_eq!(packet, expected);
    }

    /// Whatever comes next, as one packet.
    #[track_caller]
    pub(crate) fn next_packet(&mut self) -> Vec<u8> {
        let mut packet = vec![0; 5];
        self.stream.read_exact(&mut packet).expect("a header");
        packet.resize(usize::from(u16::from_le_bytes([packet[0], packet[1]])), 0);
        self.stream.read_exact(&mut packet[5..]).expect("a body");
        packet
    }

    /// The client says nothing more, and has closed in good order.
    #[track_caller]
    pub(crate) fn expect_end(&mut self) {
        let mut rest = [0; 64];
        let count = self.stream.read(&mut rest).expect("an orderly end");
        assert_eq!(rest[..count], [0; 0]);
    }

    /// Closes in good order: what has been sent arrives, whatever the client says.
    pub(crate) fn close(mut self) {
        self.stream.shutdown(Shutdown::Write).expect("a live socket");
        let _ = io::copy(&mut self.stream, &mut io::sink());
    }

    #[track_caller]
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the client takes bytes");
    }

    /// Alice says this: she gets it as all do, and then the answer.
    #[track_caller]
    pub(crate) fn hear_alice(&mut self, message: &str) {
        self.expect(&chat(message));
        self.send(&[said(8, message), chatted(NONE)].concat());
    }
}

pub(crate) const NONE: i16 = 1;

/// A packet id that the server does not know.
pub(crate) const UNKNOWN_ID: i16 = 53;
