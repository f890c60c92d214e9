//! A thousand orders in which users join, poll, cancel, come to their table or not, while their server is full, silent, or
//! started again: at each moment every ticket is in one place, all of a party have seats at one table or nobody has, and
//! nobody is out who has come.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::unbounded;
use directory::testing::{Flaky, ManualClock, Mood};
use directory::{Answer, Asked, Directory, Listening, Memory, Offer, Request, SEAT_TIME, Slot};
use fastrand::Rng;
use parking_lot::Mutex;
use protocol::ErrorCode;

use super::*;
use crate::matches::asking::Asking;
use crate::matches::choice::{Candidate, choose};
use crate::matches::wish::window;

const SEEDS: u64 = 1_000;
/// Of each seed.
const STEPS: usize = 80;
const USERS: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];
const RATINGS: [u64; 4] = [1_000, 1_040, 1_090, 1_300];
const TABLES: i32 = 3;
const LEASE: Duration = Duration::from_secs(1_000_000);

/// How the game server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Humour {
    Well,
    /// It has no table for anybody.
    Full,
    /// It does nothing.
    Silent,
    /// It does everything, and nobody hears of it.
    Unheard,
}

/// A table, as a worker keeps it.
#[derive(Debug, Default)]
struct Room {
    members: BTreeSet<String>,
    /// Seats that nobody has taken, and until when they are kept.
    seats: BTreeMap<String, Instant>,
}

struct Server {
    rooms: Vec<Room>,
    humour: Humour,
    now: Instant,
}

impl Server {
    fn new(now: Instant) -> Self {
        Self {
            rooms: (0..TABLES).map(|_| Room::default()).collect(),
            humour: Humour::Well,
            now,
        }
    }

    fn answer(&mut self, asked: Asked) {
        if self.humour == Humour::Silent {
            return;
        }
        let answer = match asked.request {
            Request::ReserveAll { user_ids } => self.reserve(user_ids),
            Request::WhoCame { room, user_ids } => {
                let room = &mut self.rooms[room as usize];
                let came = |user: &String| room.members.contains(user) || !room.seats.contains_key(user);
                let answer = Answer::Came(user_ids.iter().map(came).collect());
                room.seats.retain(|user, _| !user_ids.contains(user));
                answer
            }
            other => panic!("nobody asks for {other:?}"),
        };
        if self.humour != Humour::Unheard {
            asked.reply.send(answer);
        }
    }

    fn reserve(&mut self, user_ids: Vec<String>) -> Answer {
        let now = self.now;
        let is_free = |room: &Room| room.members.is_empty() && room.seats.values().all(|until| *until <= now);
        let free = self.rooms.iter().position(is_free);
        match free.filter(|_| self.humour != Humour::Full) {
            Some(place) => {
                self.rooms[place].seats = user_ids.into_iter().map(|user| (user, now + SEAT_TIME)).collect();
                Answer::Reserved { room: place as i32 }
            }
            None => Answer::No(ErrorCode::ENTER_ROOM_USER_FULL),
        }
    }

    fn enter(&mut self, user: &str, room: i32) {
        self.leave(user);
        let room = &mut self.rooms[room as usize];
        room.seats.remove(user);
        room.members.insert(user.to_owned());
    }

    fn leave(&mut self, user: &str) {
        for room in &mut self.rooms {
            room.members.remove(user);
        }
    }
}

struct Game {
    seed: u64,
    rng: Rng,
    world: World,
    clock: ManualClock,
    memory: Memory,
    flaky: Flaky<Memory>,
    asking: Asking,
    server: Arc<Mutex<Server>>,
    owner: Owner,
    _listening: Listening,
    errands: Vec<Errand>,
    /// So that a ticket of a user is not that of before.
    tickets: u64,
}

/// A server takes the slot, and answers on a thread of its own.
fn start(memory: &Memory, server: &Arc<Mutex<Server>>) -> (Owner, Listening) {
    let offer = Offer {
        game: GameName::new("baccarat"),
        address: "127.0.0.1:11031".to_owned(),
        by_codec: Vec::new(),
        web: None,
        rooms: TABLES as u32,
        room_size: 3,
    };
    let Ok(Slot::Taken(owner)) = memory.take_slot(&offer, Some(0), LEASE) else {
        panic!("the slot is free");
    };
    let (sender, asked) = unbounded();
    let listening = memory.listen(&owner, sender).expect("memory");
    let server = Arc::clone(server);
    thread::spawn(move || asked.iter().for_each(|asked| server.lock().answer(asked)));
    (owner, listening)
}

impl Game {
    fn new(seed: u64) -> Self {
        let clock = ManualClock::default();
        let memory = Memory::with_clock(clock.clock());
        let world = World::new();
        let server = Arc::new(Mutex::new(Server::new(world.now)));
        let (owner, listening) = start(&memory, &server);
        let flaky = Flaky::new(memory.clone());
        Self {
            seed,
            rng: Rng::with_seed(seed),
            asking: Asking::new(Arc::new(flaky.clone())),
            world,
            clock,
            memory,
            flaky,
            server,
            owner,
            _listening: listening,
            errands: Vec::new(),
            tickets: 0,
        }
    }

    fn step(&mut self) {
        let user = self.rng.choice(USERS).expect("some");
        let ticket = self.world.queue.open.get(user).cloned();
        let now = self.world.now;
        match (self.rng.u8(..20), ticket) {
            (0..5, None) => self.join(user),
            (0..3, Some(ticket)) => drop(self.world.queue.look(&ticket, user, now, Duration::ZERO)),
            (3, Some(ticket)) => self.cancel(&ticket, user),
            (5..9, Some(ticket)) => self.enter(&ticket, user),
            (9, _) => self.server.lock().leave(user),
            (10..13, _) => self.pass(),
            (13, _) => self.change_humour(),
            (14, _) if self.rng.u8(..6) == 0 => self.restart(),
            _ => self.do_errand(),
        }
        self.check();
    }

    fn join(&mut self, user: &str) {
        self.tickets += 1;
        let wish = Wish {
            user: user.to_owned(),
            kind: kind(self.rng.usize(2..=3)),
            rating: self.rng.choice(RATINGS).expect("some"),
        };
        let id = MatchId::of(&format!("{user} {}", self.tickets));
        assert_eq!(self.world.queue.join(id, wish, self.world.now), Ok(()));
    }

    fn cancel(&mut self, ticket: &MatchId, user: &str) {
        let was_matched = self.world.queue.phase(ticket) == Some(Phase::Matched);
        match self.world.queue.cancel(ticket, user, self.world.now) {
            Cancelled::Done => assert!(!was_matched && self.world.queue.phase(ticket).is_none()),
            Cancelled::TooLate(view) => assert!(was_matched && view.seat.is_some()),
            Cancelled::Unknown => panic!("seed {}: {user}'s ticket", self.seed),
        }
    }

    fn enter(&mut self, ticket: &MatchId, user: &str) {
        let view = self
            .world
            .queue
            .look(ticket, user, self.world.now, Duration::ZERO);
        if let Some((assigned, _)) = view.and_then(|view| view.seat) {
            self.server.lock().enter(user, assigned.room);
        }
    }

    fn pass(&mut self) {
        let time = Duration::from_millis(self.rng.u64(..6_000));
        self.world.now += time;
        self.clock.pass(time);
        self.server.lock().now = self.world.now;
        self.world.queue.pass(self.world.now);
    }

    fn change_humour(&mut self) {
        let humours = [
            Humour::Well,
            Humour::Well,
            Humour::Full,
            Humour::Silent,
            Humour::Unheard,
        ];
        self.server.lock().humour = self.rng.choice(humours).expect("some");
        let moods = [Mood::Well, Mood::Well, Mood::Well, Mood::Away, Mood::AnswersLost];
        self.flaky.set(self.rng.choice(moods).expect("some"));
    }

    fn restart(&mut self) {
        self.memory.release(&self.owner).expect("memory");
        self.server = Arc::new(Mutex::new(Server::new(self.world.now)));
        (self.owner, self._listening) = start(&self.memory, &self.server);
    }

    fn do_errand(&mut self) {
        self.errands.extend(self.world.queue.take_errands());
        if self.errands.is_empty() {
            return;
        }
        match self.errands.swap_remove(self.rng.usize(..self.errands.len())) {
            Errand::Reserve { party, kind, users } => {
                let seats = self.asking.reserve(&kind, &users);
                if let Some(seats) = &seats {
                    let server = self.server.lock();
                    let kept = &server.rooms[seats.table.room as usize].seats;
                    assert!(
                        users.iter().all(|user| kept.contains_key(user)),
                        "seed {}",
                        self.seed
                    );
                }
                self.world.queue.reserved(party, seats, self.world.now);
            }
            Errand::CallRoll { party, table, users } => {
                let members = self.world.queue.parties[&party].members.clone();
                let roll = self.asking.call_roll(&table, &users);
                self.world.queue.roll_called(party, &roll, self.world.now);
                self.check_roll(&members, &roll);
            }
        }
    }

    fn check_roll(&self, members: &[MatchId], roll: &Roll) {
        let Roll::Came(came) = roll else { return };
        let are_all_there = !came.contains(&false);
        for (id, came) in members.iter().zip(came) {
            let expected = match (came, are_all_there) {
                (true, true) => &[Phase::Settled][..],
                // The next match may be on its way.
                (true, false) => &[Phase::Waiting],
                (false, _) => &[Phase::Failed(Reason::NoShow)],
            };
            let phase = self
                .world
                .queue
                .phase(id)
                .expect("a ticket that has just changed");
            assert!(expected.contains(&phase), "seed {}: {id} is {phase:?}", self.seed);
        }
    }

    /// Every ticket is in one place.
    fn check(&self) {
        let (queue, seed) = (&self.world.queue, self.seed);
        let in_lines: Vec<_> = queue.lines.values().flat_map(Line::members).cloned().collect();
        let in_parties: Vec<_> = queue.parties.values().flat_map(|party| &party.members).collect();
        for (id, ticket) in &queue.tickets {
            let places = (
                in_lines.iter().filter(|other| *other == id).count(),
                in_parties.iter().filter(|other| **other == id).count(),
            );
            let expected = match ticket.state {
                State::Waiting => (1, 0),
                State::Asked(_) | State::Matched(_) => (0, 1),
                State::Settled(..) | State::Failed(..) => (0, 0),
            };
            assert_eq!(places, expected, "seed {seed}: {id}");
            let is_open = queue.open.get(&ticket.wish.user) == Some(id);
            assert_eq!(is_open, ticket.is_open(), "seed {seed}: {id}");
        }
        let known = |id: &MatchId| queue.tickets.contains_key(id);
        assert!(in_lines.iter().chain(in_parties).all(known), "seed {seed}");
        for party in queue.parties.values() {
            let Stage::Entering { table, .. } = &party.stage else {
                continue;
            };
            assert_eq!(party.members.len(), party.kind.size, "seed {seed}");
            for id in &party.members {
                let seat = queue.tickets[id].view(self.world.now).seat;
                assert_eq!(seat.expect("a seat").0.room, table.room, "seed {seed}");
            }
        }
    }

    /// All is well, and everybody polls and comes: then whoever still waits has nobody to play with.
    fn come_to_rest(&mut self) {
        self.flaky.set(Mood::Well);
        self.server.lock().humour = Humour::Well;
        for _ in 0..24 {
            let open: Vec<_> = self.world.queue.open.clone().into_iter().collect();
            for (user, ticket) in open {
                self.enter(&ticket, &user);
            }
            // Whoever has played goes.
            let playing: BTreeSet<_> = self.world.queue.open.keys().cloned().collect();
            for user in USERS.iter().filter(|user| !playing.contains(**user)) {
                self.server.lock().leave(user);
            }
            self.world.now += Duration::from_secs(5);
            self.server.lock().now = self.world.now;
            self.world.queue.pass(self.world.now);
            self.errands.extend(self.world.queue.take_errands());
            while !self.errands.is_empty() {
                self.do_errand();
            }
            self.check();
        }
        assert!(self.world.queue.parties.is_empty(), "seed {}", self.seed);
        for (kind, line) in &self.world.queue.lines {
            let candidate = |id: &MatchId| {
                let ticket = &self.world.queue.tickets[id];
                let window = window(self.world.now.duration_since(ticket.since));
                let rating = ticket.wish.rating;
                Candidate { rating, window }
            };
            let waiting: Vec<_> = line.members().map(candidate).collect();
            assert_eq!(choose(&waiting, kind.size), None, "seed {}", self.seed);
        }
    }
}

#[test]
fn whatever_happens_nobody_is_lost_between_two_places() {
    let mut settled = 0;
    for seed in 0..SEEDS {
        let mut game = Game::new(seed);
        (0..STEPS).for_each(|_| game.step());
        game.come_to_rest();
        settled += game.world.queue.tally().settled;
    }
    // Or nothing was tested.
    assert!(settled > SEEDS, "{settled}");
}
