//! Sessions of the same users that log in, replace one another, move, wait, are closed and end at random, while rooms come
//! and go: no user is in two places, nobody waits for ever, and nothing is left at the end. Three workers without threads, and
//! clients whose threads do a step when the test says so.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use protocol::Frames;
use protocol::message::{LoginReq, LoginRes, RoomEnterReq, RoomLeaveReq};

use super::random::{ASK_IN_ROOM, COUNT, Counting, numbered};
use super::*;
use crate::reservation::Wanted;

const WORKERS: usize = 3;
const USERS: usize = 3;
/// Of each range.
const ROOMS: i32 = 4;
const RANGES: i32 = 2;

/// Why somebody is closed from outside.
const REASON: ErrorCode = ErrorCode(999);
/// Why those are who are in rooms that go.
const LOST: ErrorCode = ErrorCode::NODE_LOST;

#[derive(Debug, Clone, Copy)]
enum Say {
    Count,
    AskInRoom,
    Leave,
    Enter(i32),
}

#[derive(Debug, Clone)]
enum Step {
    /// A user logs in once more, and says this behind it.
    Connect(usize, Vec<Say>),
    /// One of the sessions says all this in one item.
    Say(usize, Vec<Say>),
    /// The thread of one of the sessions checks its login, if there is a question.
    Check(usize, bool),
    /// One of the sessions is closed by its number, or a user by its name.
    CloseSession(usize),
    CloseUser(usize),
    End(usize),
    Work(usize),
    Resume(usize),
    /// A range comes, or goes.
    Adopt(i32),
    Abandon(i32),
    /// Somebody wants a seat in this room.
    Reserve(i32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let says = || {
        let say = prop_oneof![
            2 => Just(Say::Count),
            1 => Just(Say::AskInRoom),
            1 => Just(Say::Leave),
            4 => (0..RANGES * ROOMS).prop_map(Say::Enter),
        ];
        prop::collection::vec(say, 0..4)
    };
    let which = any::<usize>;
    let step = prop_oneof![
        3 => (0..USERS, says()).prop_map(|(user, says)| Step::Connect(user, says)),
        3 => (which(), says()).prop_map(|(which, says)| Step::Say(which, says)),
        4 => (which(), prop::bool::weighted(0.9)).prop_map(|(which, ok)| Step::Check(which, ok)),
        1 => which().prop_map(Step::CloseSession),
        1 => (0..USERS).prop_map(Step::CloseUser),
        1 => which().prop_map(Step::End),
        8 => (0..WORKERS).prop_map(Step::Work),
        2 => which().prop_map(Step::Resume),
        2 => (0..RANGES).prop_map(Step::Adopt),
        1 => (0..RANGES).prop_map(Step::Abandon),
        1 => (0..RANGES * ROOMS).prop_map(Step::Reserve),
    ];
    prop::collection::vec(step, 1..80)
}

struct Client {
    session: Arc<Session>,
    recorder: Recorder,
    has_ended: bool,
    /// It has said something behind which its thread waits.
    waits: bool,
}

impl Client {
    fn is_ready(&self) -> bool {
        !self.has_ended && (!self.waits || self.session.progress().is_answered())
    }

    /// All that it was sent.
    fn heard(&self) -> Vec<Vec<u8>> {
        let taken = self.recorder.taken();
        Frames::new(&taken).map(|frame| frame.bytes.to_vec()).collect()
    }
}

struct Server {
    game: Counting,
    workers: Vec<Worker<Counting>>,
    clients: Vec<Client>,
    /// The first rooms of the ranges that there are.
    ranges: BTreeSet<i32>,
    /// The unique id of the first member of each room of the range that comes next.
    next_unique_id: u64,
    /// Seats that were wanted, and answers to that.
    wishes: usize,
    answers: Arc<AtomicUsize>,
}

impl Server {
    fn new() -> Self {
        let config = Config {
            workers: WORKERS,
            rooms: ROOMS as usize,
            limits: Limits::default(),
            ..Config::default()
        };
        let game = Counting::with_checks();
        let (engine, inboxes) = Engine::new(config, game.clone(), Shutdown::new());
        let backlog = Backlog::without_helper().expect("a descriptor");
        let worker = |(index, inbox)| {
            let delivery = engine.delivery(index, &backlog);
            Worker::new(index, Arc::clone(&engine), inbox, delivery)
        };
        Self {
            game,
            workers: inboxes.into_iter().enumerate().map(worker).collect(),
            clients: Vec::new(),
            ranges: BTreeSet::from([0]),
            next_unique_id: 1_000,
            wishes: 0,
            answers: Arc::default(),
        }
    }

    fn engine(&self) -> &Engine<Counting> {
        &self.workers[0].engine
    }

    fn hand_over(&self, client: usize, packets: Vec<u8>, end: Option<End>) {
        let session = &self.clients[client].session;
        let size = packets.len();
        session.progress().handed_over(size);
        let item = Item {
            session: Arc::clone(session),
            packets: Packets::new(packets, size),
            read_at: Instant::now(),
            end,
        };
        assert!(self.engine().hand_over(session.worker(), item));
    }

    fn step(&mut self, step: Step) {
        let clients = self.clients.len();
        let of = |which: usize| (clients > 0).then(|| which % clients.max(1));
        match step {
            Step::Connect(user, says) => self.connect(user, says),
            Step::Say(which, says) => {
                if let Some(client) = of(which).filter(|client| self.clients[*client].is_ready()) {
                    self.say(client, Vec::new(), says);
                }
            }
            Step::Check(which, ok) => {
                let _ = of(which).is_some_and(|client| self.check(client, ok));
            }
            Step::CloseSession(which) => {
                if let Some(client) = of(which) {
                    let session = self.clients[client].session.id();
                    self.game.outside().close_user("nobody", Some(session), REASON);
                }
            }
            Step::CloseUser(user) => {
                self.game.outside().close_user(&name(user), None, REASON);
            }
            Step::End(which) => {
                if let Some(client) = of(which).filter(|client| self.clients[*client].is_ready()) {
                    self.end(client);
                }
            }
            Step::Work(worker) => drop(self.work(worker)),
            Step::Resume(which) => drop(self.game.resume_one(which)),
            Step::Adopt(range) => {
                let first_room = range * ROOMS;
                let comes = self.game.outside().adopt(first_room, self.next_unique_id);
                assert_eq!(comes, self.ranges.insert(first_room));
                self.next_unique_id += 1_000;
            }
            Step::Abandon(range) => {
                let goes = self.game.outside().abandon(range * ROOMS, LOST);
                assert_eq!(goes, self.ranges.remove(&(range * ROOMS)));
            }
            Step::Reserve(room) => self.reserve(room),
        }
    }

    fn reserve(&mut self, room: i32) {
        self.wishes += 1;
        let answers = Arc::clone(&self.answers);
        let reply = move |_| {
            answers.fetch_add(1, Ordering::Relaxed);
        };
        let wanted = match room {
            0 => Wanted::Any,
            room => Wanted::Room(room),
        };
        let time = Duration::from_secs(60);
        self.game.outside().reserve(wanted, "somebody", time, reply);
    }

    /// The rooms that there are at the workers are those that there should be.
    fn check_rooms(&self) {
        let found = self.workers.iter().flat_map(|worker| worker.rooms.iter());
        let found: BTreeSet<_> = found.map(|(_, room)| room.number()).collect();
        let expected = self.ranges.iter().flat_map(|first| *first..first + ROOMS);
        assert!(found.iter().copied().eq(expected), "{found:?}");
        for worker in &self.workers {
            for state in worker.states.values() {
                let seat = state.seat;
                assert!(seat.is_none_or(|seat| worker.rooms.get(seat.room).is_some()));
            }
        }
    }

    fn connect(&mut self, user: usize, says: Vec<Say>) {
        let client = self.clients.len();
        let recorder = Recorder::default();
        let transport = Arc::new(recorder.clone());
        let session = Session::new(
            client as u64 + 1,
            transport,
            Codec::Binary,
            None,
            client % WORKERS,
        );
        self.clients.push(Client {
            session: Arc::new(session),
            recorder,
            has_ended: false,
            waits: false,
        });
        self.engine().opened();
        let login = LoginReq::new(&name(user), "").expect("a short name");
        self.say(client, bytes(login.encode()), says);
        self.clients[client].waits = true;
    }

    /// An item has one entry at most.
    fn say(&mut self, client: usize, mut packets: Vec<u8>, says: Vec<Say>) {
        let mut enters = false;
        for say in says {
            packets.extend(match say {
                Say::Count => numbered(COUNT, 1).into_bytes(),
                Say::AskInRoom => numbered(ASK_IN_ROOM, 2).into_bytes(),
                Say::Leave => bytes(RoomLeaveReq {}.encode()),
                Say::Enter(_) if enters => continue,
                Say::Enter(room) => {
                    enters = true;
                    bytes(RoomEnterReq { room }.encode())
                }
            });
        }
        self.clients[client].waits = enters;
        self.hand_over(client, packets, None);
    }

    fn end(&mut self, client: usize) {
        self.clients[client].has_ended = true;
        self.hand_over(client, Vec::new(), Some(End::Gone));
    }

    /// What the client's thread does with a question.
    fn check(&self, client: usize, ok: bool) -> bool {
        let session = &self.clients[client].session;
        let Some(question) = session.progress().take_question() else {
            return false;
        };
        self.engine().users.checks.begin(session);
        let parking = question.ticket.redeem();
        let checked = Command::Checked {
            parking,
            user_id: question.user_id,
            verdict: if ok { Ok(()) } else { Err(ErrorCode::LOGIN_FAILED) },
        };
        self.engine().command(parking.worker, checked);
        true
    }

    /// False where there is nothing to do.
    fn work(&mut self, worker: usize) -> bool {
        let worker = &mut self.workers[worker];
        let first = worker.poll();
        first.map(|first| worker.batch(first)).is_some()
    }

    /// All that can be done.
    fn settle(&mut self) {
        loop {
            let worked = (0..WORKERS).any(|worker| self.work(worker));
            let checked = (0..self.clients.len()).any(|client| self.check(client, true));
            if !(worked || checked || self.game.resume_one(0)) {
                return;
            }
        }
    }

    /// In which rooms each user is.
    fn seats(&self, user: usize) -> usize {
        let user_id = name(user);
        let rooms = self.workers.iter().flat_map(|worker| worker.rooms.iter());
        let members = rooms.flat_map(|(_, room)| {
            let members = room.unique_ids().into_iter();
            members.filter_map(|unique_id| room.member(unique_id))
        });
        members.filter(|member| *member.user_id == *user_id).count()
    }
}

fn name(user: usize) -> String {
    format!("user {user}")
}

fn is_last_word(packet: &[u8]) -> bool {
    let last_words = [ErrorCode::REPLACED, REASON, LOST];
    last_words
        .iter()
        .any(|code| packet == ErrorNtf::bytes(Codec::Binary, *code))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_user_is_in_two_places_and_nobody_waits_for_ever(steps in steps()) {
        let mut server = Server::new();
        for step in steps {
            server.step(step);
            for user in 0..USERS {
                prop_assert!(server.seats(user) <= 1, "user {} is twice in a room", user);
            }
        }
        server.settle();
        server.check_rooms();
        prop_assert_eq!(server.answers.load(Ordering::Relaxed), server.wishes);
        let logged_in = bytes(LoginRes { result: ErrorCode::NONE }.encode());
        for client in 0..server.clients.len() {
            prop_assert!(server.clients[client].session.progress().is_answered(), "client {}", client);
            let heard = server.clients[client].heard();
            let is_closed = heard.last().is_some_and(|last| is_last_word(last));
            prop_assert_eq!(is_closed, heard.iter().any(|packet| is_last_word(packet)));
            prop_assert_eq!(is_closed, server.clients[client].session.has_ended());
            if !server.clients[client].has_ended && !is_closed {
                let expected = match heard.contains(&logged_in) {
                    true => numbered(COUNT, 7).into_bytes(),
                    false => ErrorNtf::bytes(Codec::Binary, ErrorCode::PACKET_NOT_LOGIN_USER),
                };
                server.hand_over(client, numbered(COUNT, 7).into_bytes(), None);
                server.settle();
                let heard = server.clients[client].heard();
                prop_assert_eq!(heard.last(), Some(&expected));
            }
        }
        let users = &server.engine().users;
        let known = (0..USERS).filter(|user| users.find(&name(*user)).is_some()).count();
        let counted = server.engine().config.counters.read().users;
        prop_assert_eq!(counted, known as u64);
        for client in 0..server.clients.len() {
            if !server.clients[client].has_ended {
                server.end(client);
            }
        }
        server.settle();
        for worker in &server.workers {
            prop_assert!(worker.states.is_empty());
            prop_assert!(worker.rooms.iter().all(|(_, room)| room.is_empty()));
        }
        let counts = server.engine().config.counters.read();
        prop_assert_eq!((counts.users, counts.rooms_in_use), (0, 0));
        let users = &server.engine().users;
        prop_assert!((0..USERS).all(|user| users.find(&name(user)).is_none()));
    }
}
