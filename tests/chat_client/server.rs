//! A server for one client: the test says what comes, and what is answered.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use crate::support::PATIENCE;
use crate::support::wire::packet;

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
        let mut client = self.accept();
        client.expect_after_pings(&login("alice"));
        client.send(&result(702, NONE));
        client.expect_after_pings(&enter(1));
        client.send(&[user_list(&[(7, "bob")]), entered(1, 8)].concat());
        client
    }
}

impl Served {
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
        assert_eq!(rest[..count], []);
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
        self.send(&[said(8, message), result(732, NONE)].concat());
    }
}

pub(crate) const NONE: i16 = 1;

/// PING_REQ with an empty body.
pub(crate) const PING: [u8; 5] = [5, 0, 201, 0, 0];

/// LOGIN_REQ: `user_id:[u8;16]  password:[u8;16]`.
pub(crate) fn login(name: &str) -> Vec<u8> {
    let mut body = name.as_bytes().to_vec();
    body.resize(32, 0);
    packet(701, 0, &body)
}

/// ROOM_ENTER_REQ: `room:i32`.
pub(crate) fn enter(room: i32) -> Vec<u8> {
    packet(721, 0, &room.to_le_bytes())
}

/// A RES whose body is `result:i16`.
pub(crate) fn result(id: u16, result: i16) -> Vec<u8> {
    packet(id, 0, &result.to_le_bytes())
}

/// ROOM_ENTER_RES: `result:i16  room:i32  user_unique_id:u64`.
pub(crate) fn entered(room: i32, unique_id: u64) -> Vec<u8> {
    let body = [
        &NONE.to_le_bytes()[..],
        &room.to_le_bytes(),
        &unique_id.to_le_bytes(),
    ];
    packet(722, 0, &body.concat())
}

/// The same for one who is not let in.
pub(crate) fn not_entered(result: i16) -> Vec<u8> {
    packet(722, 0, &[&result.to_le_bytes()[..], &[0; 12]].concat())
}

/// ROOM_USER_LIST_NTF: `count:i8`, then each `unique_id:u64  id_len:i8  id`.
pub(crate) fn user_list(users: &[(u64, &str)]) -> Vec<u8> {
    let mut body = vec![u8::try_from(users.len()).expect("few users")];
    for (unique_id, name) in users {
        body.extend(user(*unique_id, name));
    }
    packet(723, 0, &body)
}

/// ROOM_NEW_USER_NTF: `unique_id:u64  id_len:i8  id`.
pub(crate) fn new_user(unique_id: u64, name: &str) -> Vec<u8> {
    packet(724, 0, &user(unique_id, name))
}

fn user(unique_id: u64, name: &str) -> Vec<u8> {
    [&unique_id.to_le_bytes()[..], &short_text(name)].concat()
}

/// ROOM_LEAVE_USER_NTF: `unique_id:u64`.
pub(crate) fn left(unique_id: u64) -> Vec<u8> {
    packet(728, 0, &unique_id.to_le_bytes())
}

/// ROOM_CHAT_REQ: `len:i16  message`.
pub(crate) fn chat(message: &str) -> Vec<u8> {
    packet(731, 0, &text(message))
}

/// ROOM_CHAT_NTF: `unique_id:u64  len:i16  message`.
pub(crate) fn said(unique_id: u64, message: &str) -> Vec<u8> {
    packet(733, 0, &[&unique_id.to_le_bytes()[..], &text(message)].concat())
}

/// ROOM_RELAY_NTF: `unique_id:u64`, then any bytes.
pub(crate) fn relayed(unique_id: u64, bytes: &[u8]) -> Vec<u8> {
    packet(742, 0, &[&unique_id.to_le_bytes()[..], bytes].concat())
}

/// WHISPER_REQ (771) and WHISPER_NTF (773): `id_len:i8  user_id  len:i16  message`.
pub(crate) fn whisper(id: u16, name: &str, message: &str) -> Vec<u8> {
    packet(id, 0, &[short_text(name), text(message)].concat())
}

/// A packet whose body is `id_len:i8  user_id`: ROOM_INVITE_REQ (781), ROOM_INVITE_DECLINE_REQ (784) and
/// ROOM_INVITE_DECLINE_NTF (785).
pub(crate) fn about(id: u16, name: &str) -> Vec<u8> {
    packet(id, 0, &short_text(name))
}

/// ROOM_INVITE_NTF: `id_len:i8  inviter_user_id  room:i32`.
pub(crate) fn invitation(name: &str, room: i32) -> Vec<u8> {
    packet(783, 0, &[&short_text(name)[..], &room.to_le_bytes()].concat())
}

fn short_text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short text");
    [&[length], text.as_bytes()].concat()
}

fn text(text: &str) -> Vec<u8> {
    let length = i16::try_from(text.len()).expect("a text");
    [&length.to_le_bytes()[..], text.as_bytes()].concat()
}
