//! Starts the engine in the test's process, with clients.

use std::net::SocketAddr;
use std::sync::{Arc, Barrier, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};

use net::{Listener, NetError, Shutdown, Summary};
use protocol::message::{
    ErrorNtf, LoginReq, LoginRes, RoomEnterReq, RoomEnterRes, RoomLeaveReq, RoomLeaveRes, RoomLeaveUserNtf,
    RoomNewUserNtf, RoomUser, RoomUserListNtf,
};
use protocol::{Codec, DEFAULT_MAX_PACKET, ErrorCode, PacketError, PacketId};
use rooms::{Config, Control, Counters, Outside, Port, Ticket};

use crate::notes::{Check, HOLD, NOTE, Notes, text};
use crate::small::Small;
use crate::support::{Client, eventually};

/// How long something may take on a busy machine. Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server on a free port, on a thread of its own.
pub(crate) struct Running {
    address: SocketAddr,
    /// Where packets come in frames.
    pub(crate) framed: SocketAddr,
    pub(crate) counters: Arc<Counters>,
    pub(crate) control: Control,
    gate: Arc<Barrier>,
    outside: Arc<OnceLock<Outside<String>>>,
    tickets: Receiver<Ticket>,
    ended: Receiver<(String, u64)>,
    shutdown: Shutdown,
    thread: Option<JoinHandle<Result<Summary, NetError>>>,
}

impl Running {
    pub(crate) fn start(config: Config) -> Self {
        Self::start_with_ticks(config, None)
    }

    /// Its rooms tell the time so often.
    pub(crate) fn start_with_ticks(config: Config, tick: Option<Duration>) -> Self {
        Self::start_with(config, tick, None)
    }

    /// It checks logins.
    pub(crate) fn start_with_check(config: Config, check: Check) -> Self {
        Self::start_with(config, None, Some(check))
    }

    fn start_with(config: Config, tick: Option<Duration>, check: Option<Check>) -> Self {
        let [listener, framed_listener] = [(); 2]
            .map(|()| Listener::bind(&"127.0.0.1:0".parse().expect("an address")).expect("a free port"));
        let [address, framed] =
            [&listener, &framed_listener].map(|listener| listener.local_address().expect("its address"));
        let framed_port = Port::from(framed_listener).framed(Arc::new(Small));
        let counters = Arc::clone(&config.counters);
        let control = config.control.clone();
        let shutdown = Shutdown::new();
        let flag = shutdown.clone();
        let gate = Arc::new(Barrier::new(2));
        let outside = Arc::default();
        let (sender, tickets) = unbounded();
        let (ends, ended) = unbounded();
        let game = Notes {
            check,
            ended: ends,
            gate: Arc::clone(&gate),
            tick,
            outside: Arc::clone(&outside),
            tickets: sender,
        };
        let run = move || rooms::run([Port::from(listener), framed_port], config, game, &flag);
        Self {
            address,
            framed,
            counters,
            control,
            gate,
            outside,
            tickets,
            ended,
            shutdown,
            thread: Some(thread::spawn(run)),
        }
    }

    pub(crate) fn user(&self, user_id: &str) -> Client {
        let mut client = self.connect();
        client.exchange(&login(user_id), &logged_in());
        client
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// A client whose packets are to be framed.
    pub(crate) fn connect_framed(&self) -> Client {
        Client::connect(self.framed)
    }

    /// A client whose kernel keeps little of what it does not read.
    pub(crate) fn connect_with_little_room(&self) -> Client {
        Client::connect_with_little_room(self.address)
    }

    /// A user whose name another connection may have, until the server has dealt with its end.
    pub(crate) fn user_again(&self, user_id: &str) -> Client {
        let mut client = self.connect();
        eventually("the user id is free", || {
            client.is_answered(&login(user_id), &logged_in())
        });
        client
    }

    /// The user's worker does nothing until [`let_go`](Self::let_go).
    pub(crate) fn hold(&self, user: &mut Client) {
        user.send(&packet(HOLD, ""));
        self.gate.wait();
    }

    pub(crate) fn let_go(&self) {
        self.gate.wait();
    }

    /// The way into its rooms, once it has started.
    pub(crate) fn outside(&self) -> &Outside<String> {
        self.outside.get().expect("it has answered somebody")
    }

    /// The ticket of a session that is parked.
    pub(crate) fn ticket(&self) -> Ticket {
        self.tickets.recv_timeout(PATIENCE).expect("a ticket")
    }

    /// Answers the session that is parked.
    pub(crate) fn resume(&self, event: &str) {
        self.outside().resume(self.ticket(), event.to_owned());
    }

    /// The next of the sessions that were let in and have ended: user and number.
    pub(crate) fn ended(&self) -> (String, u64) {
        self.ended.recv_timeout(PATIENCE).expect("an end")
    }

    /// Ends that nobody has asked for yet.
    pub(crate) fn further_ends(&self) -> Vec<(String, u64)> {
        self.ended.try_iter().collect()
    }

    /// Asks it to end, and does not wait for that.
    pub(crate) fn request_end(&self) {
        self.shutdown.request();
    }

    /// Ends the server in order.
    pub(crate) fn end(self) -> Summary {
        self.shutdown.request();
        self.has_ended().expect("an end in order")
    }

    /// How it has ended by itself.
    pub(crate) fn has_ended(mut self) -> Result<Summary, NetError> {
        let thread = self.thread.take().expect("it is ended once");
        thread.join().expect("a server that does not panic")
    }
}

/// A failed test must not leave its server waiting for clients.
impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.request();
    }
}

/// Alice and Bob in room 7.
pub(crate) fn with_two(test: impl Fn(&Running, Client, Client)) {
    with_two_and(&Config::default(), test);
}

/// The same with other settings.
pub(crate) fn with_two_and(config: &Config, test: impl Fn(&Running, Client, Client)) {
    for workers in [1, 4] {
        let server = Running::start(Config {
            workers,
            counters: Arc::default(),
            control: Control::default(),
            ..config.clone()
        });
        let [mut alice, mut bob] = ["alice", "bob"].map(|user_id| server.user(user_id));
        alice.exchange(&enter(7), &[entered(7, 1, &[]), note("alice is in 7")].concat());
        let welcome = [entered(7, 2, &[(1, "alice")]), note("bob is in 7")];
        bob.exchange(&enter(7), &welcome.concat());
        alice.expect(&[has_come(2, "bob"), note("bob is in 7")].concat());
        test(&server, alice, bob);
        server.end();
    }
}

/// The rest that a client gets before the server closes.
pub(crate) fn ends(client: &mut Client, rest: &[u8]) {
    client.expect(rest);
    client.half_close();
    client.expect_end();
}

/// The bytes of a message that fits.
pub(crate) fn bytes(packet: Result<protocol::Packet, PacketError>) -> Vec<u8> {
    packet.expect("a short packet").into_bytes()
}

pub(crate) fn login(user_id: &str) -> Vec<u8> {
    let login = LoginReq::new(user_id, "").expect("a short name");
    bytes(login.encode())
}

pub(crate) fn login_with(user_id: &str, password: &str) -> Vec<u8> {
    let login = LoginReq::new(user_id, password).expect("a short name and password");
    bytes(login.encode())
}

pub(crate) fn logged_in() -> Vec<u8> {
    login_result(ErrorCode::NONE)
}

pub(crate) fn login_result(result: ErrorCode) -> Vec<u8> {
    bytes(LoginRes { result }.encode())
}

pub(crate) fn enter(room: i32) -> Vec<u8> {
    bytes(RoomEnterReq { room }.encode())
}

/// What one gets who enters a room with these members.
pub(crate) fn entered(room: i32, unique_id: u64, members: &[(u64, &str)]) -> Vec<u8> {
    let users = members
        .iter()
        .map(|&(unique_id, user_id)| RoomUser { unique_id, user_id });
    let lists = RoomUserListNtf::split(users, DEFAULT_MAX_PACKET).expect("short names");
    let mut packets: Vec<u8> = lists.iter().flat_map(|list| list.as_bytes().to_vec()).collect();
    let response = RoomEnterRes {
        result: ErrorCode::NONE,
        room,
        user_unique_id: unique_id,
    };
    packets.extend(bytes(response.encode()));
    packets
}

/// What one gets who may not enter.
pub(crate) fn refused(result: ErrorCode) -> Vec<u8> {
    let response = RoomEnterRes {
        result,
        room: 0,
        user_unique_id: 0,
    };
    bytes(response.encode())
}

pub(crate) fn has_come(unique_id: u64, user_id: &str) -> Vec<u8> {
    bytes(RoomNewUserNtf { unique_id, user_id }.encode())
}

pub(crate) fn leave() -> Vec<u8> {
    bytes(RoomLeaveReq {}.encode())
}

pub(crate) fn left() -> Vec<u8> {
    let result = ErrorCode::NONE;
    bytes(RoomLeaveRes { result }.encode())
}

pub(crate) fn has_left(unique_id: u64) -> Vec<u8> {
    bytes(RoomLeaveUserNtf { unique_id }.encode())
}

/// A packet of the game.
pub(crate) fn packet(id: PacketId, body: &str) -> Vec<u8> {
    text(id, body).into_bytes()
}

/// What the room has noted.
pub(crate) fn note(what: &str) -> Vec<u8> {
    packet(NOTE, what)
}

pub(crate) fn error(error: ErrorCode) -> Vec<u8> {
    ErrorNtf::bytes(Codec::Binary, error)
}
