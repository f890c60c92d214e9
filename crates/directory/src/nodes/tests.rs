//! A thousand lives of several servers of one game, in orders that seeds decide: they take slots over, stop and go on, die,
//! leave and come back, while the directory goes away and loses answers. Nobody has a thread here: the seed says who does
//! what, and how much time passes.
//!
//! Whatever the order, no two servers take themselves for the owner of a slot at any time, and in the end all slots have one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use protocol::ErrorCode;

use super::keeper::Keeper;
use super::shared::{Ends, Shared};
use super::{Change, NodeSettings, login, release_all, take_first};
use crate::directory::{Directory, Slot};
use crate::game_name::GameName;
use crate::memory::Memory;
use crate::request::Answer;
use crate::server::{Offer, Owner, slot_of};
use crate::testing::{Flaky, ManualClock, Mood};
use crate::ticket::{Seat, Ticket};

const SEEDS: u64 = 1_000;
const STEPS: usize = 60;
const SERVERS: usize = 3;
const ROOMS: u32 = 10;
const LEASE: Duration = Duration::from_secs(6);
/// Members that a room may take in within a millisecond. More than any does.
const BUSY: u64 = 100;

const CHAT: GameName = GameName::new("chat");

/// What a server has heard of its rooms, and what it has done there.
#[derive(Default)]
struct Rooms {
    /// By first room: in which generation, and the next unique id.
    serves: BTreeMap<i32, (u64, u64)>,
    /// Who has logged in through the slot of these rooms.
    sessions: BTreeMap<i32, BTreeSet<u64>>,
}

/// Unique ids that were given in a slot, by generation: the first and the one behind the last.
type Given = Arc<Mutex<BTreeMap<(i32, u64), (u64, u64)>>>;

/// A server of which the test is every thread.
struct Server {
    shared: Arc<Shared>,
    keeper: Keeper,
    rooms: Arc<Mutex<Rooms>>,
    /// So that the channels stay open.
    ends: Ends,
    is_stopped: bool,
}

struct World {
    random: fastrand::Rng,
    clock: ManualClock,
    memory: Memory,
    directory: Flaky<Memory>,
    servers: [Option<Server>; SERVERS],
    given: Given,
    sessions: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let clock = ManualClock::default();
        let memory = Memory::with_clock(clock.clock());
        Self {
            random: fastrand::Rng::with_seed(seed),
            clock,
            directory: Flaky::new(memory.clone()),
            memory,
            servers: [const { None }; SERVERS],
            given: Given::default(),
            sessions: 0,
        }
    }

    fn step(&mut self) {
        let number = self.random.usize(..SERVERS);
        let is_there = self.servers[number].is_some();
        match self.random.u32(..20) {
            0..=2 => self.pass(LEASE / 3),
            3 => self.pass(LEASE * 2),
            4..=6 if !is_there => self.start(number),
            // Killed: nothing is given back.
            4 => self.servers[number] = None,
            5 => self.leave(number),
            6 => {
                if let Some(server) = &mut self.servers[number] {
                    server.is_stopped ^= true;
                }
            }
            7 => {
                let moods = [Mood::Away, Mood::AnswersLost, Mood::LoginsLost];
                self.directory.set(moods[self.random.usize(..moods.len())]);
            }
            8..=9 => self.directory.set(Mood::Well),
            10..=11 => self.log_in(number),
            12..=15 => self.with(number, |server| server.keeper.renew()),
            _ => self.with(number, |server| server.keeper.look()),
        }
        self.check();
    }

    /// Unless it is stopped: then it does nothing.
    fn with(&mut self, number: usize, act: impl FnOnce(&mut Server)) {
        if let Some(server) = self.servers[number].as_mut().filter(|server| !server.is_stopped) {
            act(server);
        }
    }

    fn pass(&mut self, most: Duration) {
        let time = most.mul_f64(self.random.f64());
        self.clock.pass(time);
        let milliseconds = u64::try_from(time.as_millis()).expect("a short time");
        for server in self.servers.iter().flatten().filter(|server| !server.is_stopped) {
            for (first_room, (generation, next)) in &mut server.rooms.lock().serves {
                *next += self.random.u64(..=milliseconds * BUSY);
                let mut given = self.given.lock();
                given
                    .get_mut(&(*first_room, *generation))
                    .expect("it was taken")
                    .1 = *next;
            }
        }
    }

    fn start(&mut self, number: usize) {
        let offer = Offer {
            game: CHAT,
            address: format!("127.0.0.1:{}", 11_021 + number),
            by_codec: Vec::new(),
            web: None,
            rooms: ROOMS,
            room_size: 4,
        };
        let settings = NodeSettings {
            lease: LEASE,
            takeover: number > 0,
            wanted: self.random.bool().then(|| self.random.u32(..4)),
            clock: self.clock.clock(),
            ..NodeSettings::default()
        };
        let (shared, ends) = Shared::new(Arc::new(self.directory.clone()), offer, settings);
        // Whoever gets no slot does not start, and may try again.
        let Ok(owner) = take_first(&shared) else {
            return;
        };
        let taken = shared.has_taken(&owner);
        let rooms = Arc::<Mutex<Rooms>>::default();
        let (told, given) = (Arc::clone(&rooms), Arc::clone(&self.given));
        hear(&told, &given, Change::Taken(taken));
        shared.watching.watch(move |change| hear(&told, &given, change));
        shared.begin_to_serve(Box::new(|_, reply| reply.send(Answer::Done)));
        let shared = Arc::new(shared);
        self.servers[number] = Some(Server {
            keeper: Keeper::new(&shared),
            shared,
            rooms,
            ends,
            is_stopped: false,
        });
    }

    fn leave(&mut self, number: usize) {
        if let Some(server) = self.servers[number].take_if(|server| !server.is_stopped) {
            release_all(&server.shared);
        }
    }

    /// With a ticket for one of its slots.
    fn log_in(&mut self, number: usize) {
        let Some(server) = self.servers[number].as_mut().filter(|server| !server.is_stopped) else {
            return;
        };
        let owners = server.shared.held.lock().owners();
        if owners.is_empty() {
            return;
        }
        let owner = owners[self.random.usize(..owners.len())].clone();
        self.sessions += 1;
        let (session, user_id) = (self.sessions, format!("user {}", self.sessions));
        let ticket = Ticket::random().expect("random bytes");
        let first_room = *server.shared.offer.rooms_of(owner.slot).start();
        let seat = Seat {
            user_id: user_id.clone(),
            owner,
            room: first_room,
        };
        self.memory.put_ticket(&ticket, &seat, LEASE).expect("an answer");
        match login::check(&server.shared, &user_id, ticket.as_str(), session) {
            Ok(seat) => {
                assert_eq!(seat.room, first_room);
                let found = self.memory.find(&user_id).expect("an answer");
                assert_eq!(
                    found.map(|there| (there.owner, there.session)),
                    Some((seat.owner, session))
                );
                let mut rooms = server.rooms.lock();
                rooms.sessions.entry(first_room).or_default().insert(session);
            }
            Err(reason) => assert_eq!(reason, ErrorCode::LOGIN_UNAVAILABLE),
        }
        for ended in server.ends.to_log_out.try_iter() {
            server.keeper.log_out(Some(ended));
        }
    }

    /// What must be so at any time.
    fn check(&self) {
        let mut owners = BTreeSet::new();
        for server in self.servers.iter().flatten() {
            let now = self.clock.clock().now();
            for first_room in server.rooms.lock().serves.keys() {
                let slot = slot_of(*first_room, ROOMS).expect("such a slot");
                if server.shared.held.lock().is_within_lease(slot, now) {
                    assert!(owners.insert(slot), "slot {slot} has two owners");
                    let known = self.owner_of(slot).expect("an owner that is within its lease");
                    assert!(server.shared.held.lock().has(&known), "{known} is somebody else");
                }
            }
        }
    }

    fn owner_of(&self, slot: u32) -> Option<Owner> {
        let server = self.memory.owner_of(&CHAT, slot).expect("an answer");
        server.map(|server| server.owner)
    }

    /// All goes well from now on, for longer than a lease: every server has a slot, and every slot an owner.
    fn recover(&mut self) {
        self.directory.set(Mood::Well);
        if self.servers.iter().flatten().count() == 0 {
            self.start(1);
        }
        for server in self.servers.iter_mut().flatten() {
            server.is_stopped = false;
        }
        for _ in 0..40 {
            self.clock.pass(LEASE / 30);
            for server in self.servers.iter_mut().flatten() {
                server.keeper.renew();
                server.keeper.look();
            }
            self.check();
        }
        let live = self.memory.servers().expect("an answer");
        let live: BTreeSet<_> = live.into_iter().map(|server| server.owner).collect();
        let mut held = BTreeSet::new();
        for server in self.servers.iter().flatten() {
            let owners = server.shared.held.lock().owners();
            assert!(!owners.is_empty(), "a server has no slot");
            let serves: Vec<_> = server.rooms.lock().serves.keys().copied().collect();
            let mut of_slots: Vec<_> = owners
                .iter()
                .map(|owner| *server.shared.offer.rooms_of(owner.slot).start())
                .collect();
            of_slots.sort_unstable();
            assert_eq!(serves, of_slots, "its rooms are those of its slots");
            held.extend(owners);
        }
        assert_eq!(held, live, "all know of each other what the directory knows");
        let takes_over = self.servers[1..].iter().any(Option::is_some);
        if let Some(highest) = live.last().filter(|_| takes_over) {
            assert_eq!(
                live.len(),
                highest.slot as usize + 1,
                "a slot has no owner: {live:?}"
            );
        }
    }

    /// No id was given twice in a room, by whichever owner.
    fn check_ids(&self) {
        let given = self.given.lock();
        for (one, next) in given.iter().zip(given.iter().skip(1)) {
            let ((first_room, _), (_, end)) = one;
            let ((same_room, _), (start, _)) = next;
            assert!(first_room != same_room || end <= start, "{one:?} and {next:?}");
        }
    }
}

/// What the engine of a server does.
fn hear(rooms: &Mutex<Rooms>, given: &Given, change: Change) {
    let mut rooms = rooms.lock();
    match change {
        Change::Taken(slot) => {
            let ids = (slot.generation, slot.first_unique_id);
            assert_eq!(
                rooms.serves.insert(slot.first_room, ids),
                None,
                "it has these rooms"
            );
            let mut given = given.lock();
            let earlier = given.range((slot.first_room, 0)..=(slot.first_room, u64::MAX));
            assert!(
                earlier
                    .into_iter()
                    .all(|((_, earlier), _)| *earlier < slot.generation)
            );
            let none = (slot.first_unique_id, slot.first_unique_id);
            given.insert((slot.first_room, slot.generation), none);
        }
        Change::Lost(slot) => {
            assert!(
                rooms.serves.remove(&slot.first_room).is_some(),
                "it had these rooms"
            );
            let told: BTreeSet<_> = slot.sessions.iter().map(|(_, session)| *session).collect();
            let logged_in = rooms.sessions.remove(&slot.first_room).unwrap_or_default();
            assert_eq!(told, logged_in, "who has logged in through it");
        }
    }
}

#[test]
fn no_slot_ever_has_two_owners_and_all_have_one_in_the_end() {
    for seed in 1..=SEEDS {
        let mut world = World::new(seed);
        let lives = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            world.start(0);
            world.start(1);
            for _ in 0..STEPS {
                world.step();
            }
            world.recover();
            world.check_ids();
        }));
        assert!(lives.is_ok(), "seed {seed}");
    }
}

/// A process that was stopped finds its call cut off when it goes on. That says nothing of the directory: another server has
/// the slot by now.
#[test]
fn whoever_was_stopped_in_a_renewal_asks_again() {
    let mut world = World::new(0);
    let is_stopped = Arc::new(AtomicBool::new(false));
    let (memory, clock) = (world.memory.clone(), world.clock.clone());
    let (moods, stopped) = (world.directory.clone(), Arc::clone(&is_stopped));
    world.directory = world.directory.clone().before_each(move || {
        if !stopped.swap(false, Ordering::SeqCst) {
            return moods.set(Mood::Well);
        }
        let server = memory.servers().expect("it is never away").remove(0);
        clock.pass(LEASE);
        let taken = memory.take_slot(&server.offer, Some(server.owner.slot), LEASE);
        assert!(matches!(taken, Ok(Slot::Taken(_))), "{taken:?}");
        moods.set(Mood::Away);
    });
    world.start(0);
    is_stopped.store(true, Ordering::SeqCst);
    world.with(0, |server| server.keeper.renew());
    let server = world.servers[0].as_ref().expect("it has started");
    let held = server.shared.held.lock().owners();
    assert!(held.is_empty(), "it takes itself for the owner of {held:?}");
}
