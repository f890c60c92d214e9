//! A game with a door: it knows its users by their passwords, and a lobby in another thread keeps seats for them. The
//! example of the chapter on games of your own, on a server in this process.
#![cfg(unix)]

#[path = "../../../tests/support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use net::{Listener, Shutdown};
use parking_lot::Mutex;
use protocol::message::{ErrorNtf, LoginReq, LoginRes, RoomEnterReq, RoomEnterRes};
use protocol::{Codec, ErrorCode, Packet, PacketError};
use rooms::{
    Config, Delivery, Game, Handled, Incoming, Login, Member, Outside, Port, RoomContext, RoomLogic, User,
    Wanted,
};

use support::Client;

/// For how long a seat is kept.
const ON_THE_WAY: Duration = Duration::from_secs(15);

struct Door {
    /// As a slow service would know them, in another process.
    passwords: Mutex<HashMap<&'static str, &'static str>>,
    /// To the lobby.
    outside: Sender<Outside<Infallible>>,
}

struct EmptyRoom;

// ANCHOR: check
impl Game for Door {
    fn checks_logins(&self) -> bool {
        true
    }

    /// On the thread of this client: it may wait for a lock, a database, another server.
    fn check_login(&self, login: &Login<'_>) -> Result<(), ErrorCode> {
        match self.passwords.lock().get(login.user_id) {
            Some(password) if *password == login.password => Ok(()),
            _ => Err(ErrorCode::LOGIN_FAILED),
        }
    }
    // ANCHOR_END: check

    type Room = EmptyRoom;

    fn start(&self, outside: Outside<Infallible>) {
        self.outside.send(outside).expect("a lobby");
    }

    fn new_room(&self, _number: i32) -> EmptyRoom {
        EmptyRoom
    }

    fn packet(
        &self,
        _delivery: &mut Delivery,
        _from: &User<'_>,
        _packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        Ok(Handled::UnknownId)
    }

    fn needs_room(&self, _packet: &Incoming<'_>) -> bool {
        false
    }
}

impl RoomLogic for EmptyRoom {
    type Event = Infallible;

    fn packet(
        &mut self,
        _room: &mut RoomContext<'_>,
        _from: &Member,
        _packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        Ok(Handled::UnknownId)
    }
}

// ANCHOR: reserve
/// Where this user is to go, and has a seat.
fn seat(outside: &Outside<Infallible>, user_id: &str) -> Result<i32, ErrorCode> {
    let (sender, answer) = channel();
    let reply = move |outcome| {
        // Whoever has asked may have lost patience.
        let _ = sender.send(outcome);
    };
    outside.reserve(Wanted::Any, user_id, ON_THE_WAY, reply);
    answer
        .recv_timeout(Duration::from_secs(10))
        .unwrap_or(Err(ErrorCode::PEER_UNREACHABLE))
}
// ANCHOR_END: reserve

fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("a short packet").into_bytes()
}

fn login(user_id: &str, password: &str) -> Vec<u8> {
    bytes(LoginReq::new(user_id, password).expect("short texts").encode())
}

fn login_result(result: ErrorCode) -> Vec<u8> {
    bytes(LoginRes { result }.encode())
}

fn enter(room: i32) -> Vec<u8> {
    bytes(RoomEnterReq { room }.encode())
}

fn entered(result: ErrorCode, room: i32, user_unique_id: u64) -> Vec<u8> {
    let response = RoomEnterRes {
        result,
        room,
        user_unique_id,
    };
    bytes(response.encode())
}

#[test]
fn whoever_knows_the_password_comes_in_and_has_a_seat() {
    let listener = Listener::bind(&"127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let address = listener.local_address().expect("its address");
    let (sender, receiver) = channel();
    let passwords = [("alice", "wonderland"), ("bob", "builder")];
    let door = Door {
        passwords: Mutex::new(passwords.into()),
        outside: sender,
    };
    let config = Config {
        rooms: 1,
        room_size: 1,
        counters: Arc::default(),
        ..Config::default()
    };
    let shutdown = Shutdown::new();
    let flag = shutdown.clone();
    let server = thread::spawn(move || rooms::run([Port::from(listener)], config, door, &flag));
    let outside = receiver.recv().expect("it starts");

    let mut alice = Client::connect(address);
    let refused = login_result(ErrorCode::LOGIN_FAILED);
    alice.exchange(&login("alice", "builder"), &refused);
    alice.exchange(&login("carol", ""), &refused);
    alice.exchange(&login("alice", "wonderland"), &login_result(ErrorCode::NONE));
    assert_eq!(seat(&outside, "bob"), Ok(0));
    assert_eq!(seat(&outside, "alice"), Err(ErrorCode::ENTER_ROOM_USER_FULL));
    alice.exchange(&enter(0), &entered(ErrorCode::ENTER_ROOM_USER_FULL, 0, 0));

    let mut bob = Client::connect(address);
    bob.exchange(
        &[login("bob", "builder"), enter(0)].concat(),
        &[login_result(ErrorCode::NONE), entered(ErrorCode::NONE, 0, 1)].concat(),
    );
    // From another machine: the room has no place for two of him, and the older one leaves.
    let mut again = Client::connect(address);
    again.exchange(
        &[login("bob", "builder"), enter(0)].concat(),
        &[login_result(ErrorCode::NONE), entered(ErrorCode::NONE, 0, 2)].concat(),
    );
    assert_eq!(
        bob.receive_rest(),
        ErrorNtf::bytes(Codec::Binary, ErrorCode::REPLACED)
    );
    drop([alice, bob, again]);
    shutdown.request();
    server.join().expect("no panic").expect("an end in order");
}
