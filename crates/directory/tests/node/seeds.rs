//! A thousand orders in which one user logs in, leaves and is replaced on two servers: whatever the order, nobody is in two
//! places, and nobody is a ghost in the end.
//!
//! A call of the directory is one step, and so is what a server does by itself. The servers are as those of `rooms`: a
//! session that is to end does, and where its login is still on its way, it never gets in.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use directory::testing::Flaky;
use directory::{Answer, Directory, Memory, Nodes, Request};

use crate::server::{at, eventually, offer, settings, ticket};
use crate::steps::{pause, take_turns};
#[cfg(target_os = "linux")]
use crate::world;

const SEEDS: u64 = 1_000;
/// A way to Redis and back takes longer than one through memory.
#[cfg(target_os = "linux")]
const SEEDS_ON_REDIS: u64 = 10;
/// Of each seed.
const LOGINS: usize = 5;
const USER: &str = "alice";

/// What both servers know of their sessions, by number: no two have the same.
#[derive(Default)]
struct Sessions {
    /// Who is in, and has not been told to end.
    live: BTreeSet<u64>,
    /// Who was told to end, in or not.
    closed: BTreeSet<u64>,
}

struct World<D> {
    directory: D,
    nodes: [Arc<Nodes>; 2],
    sessions: Arc<Mutex<Sessions>>,
}

impl<D: Directory + Clone> World<D> {
    /// Each server has a directory of its own, which all know the same.
    fn new(directory: D, of_servers: [D; 2]) -> Self {
        let sessions = Arc::<Mutex<Sessions>>::default();
        let start = |directory| {
            let in_turns = Flaky::new(directory).before_each(pause);
            let nodes = Nodes::join(Arc::new(in_turns), offer(), settings()).expect("a slot");
            let sessions = Arc::clone(&sessions);
            nodes.serve(move |request, reply| {
                let Request::Replace { session, .. } = request else {
                    panic!("expected a replacement, got {request:?}");
                };
                sessions.lock().unwrap().close(session);
                reply.send(Answer::Done);
            });
            nodes
        };
        Self {
            nodes: of_servers.map(start),
            directory,
            sessions,
        }
    }

    /// One login, until its session has ended or stays.
    fn log_in(&self, nodes: &Nodes, session: u64, stays: bool) {
        let ticket = ticket(&self.directory, USER, &nodes.owners()[0]);
        let seat = nodes.check_login(USER, ticket.as_str(), session);
        assert_eq!(seat.err(), None);
        pause();
        self.sessions.lock().unwrap().enter(session);
        pause();
        let ends = !stays || self.sessions.lock().unwrap().closed.contains(&session);
        if ends {
            self.sessions.lock().unwrap().close(session);
            pause();
            self.log_out(nodes, session);
        }
    }

    /// Waits until it is done, so that it is one step.
    fn log_out(&self, nodes: &Nodes, session: u64) {
        nodes.log_out(USER, session);
        let here = at(&nodes.owners()[0], session);
        eventually("the session is logged out", || {
            self.directory.find(USER).unwrap().as_ref() != Some(&here)
        });
    }
}

impl Sessions {
    /// Unless it was replaced on its way. Then whoever was in is out.
    fn enter(&mut self, session: u64) {
        if !self.closed.contains(&session) {
            assert!(self.live.is_empty(), "{session} is in beside {:?}", self.live);
            self.live.insert(session);
        }
    }

    fn close(&mut self, session: u64) {
        self.closed.insert(session);
        self.live.remove(&session);
    }
}

#[test]
fn nobody_is_a_ghost_in_the_end() {
    let directory = Memory::new();
    let world = World::new(directory.clone(), [directory.clone(), directory]);
    for seed in 1..=SEEDS {
        run(&world, seed);
    }
}

/// As servers of two processes and whoever gives out the tickets have it.
#[cfg(target_os = "linux")]
#[test]
fn nobody_is_a_ghost_on_redis() {
    let settings = world::settings();
    let connect = || world::connect(settings.clone());
    let world = World::new(connect(), [connect(), connect()]);
    for seed in 1..=SEEDS_ON_REDIS {
        run(&world, seed);
    }
}

fn run<D: Directory + Clone>(world: &World<D>, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let plans: Vec<_> = (0..LOGINS).map(|_| (random.usize(..2), random.bool())).collect();
    let session = |number: usize| seed * 10 + number as u64;
    take_turns(
        LOGINS,
        |waiting| random.usize(..waiting),
        |number| {
            let (server, stays) = plans[number];
            world.log_in(&world.nodes[server], session(number), stays);
        },
    );
    // Those that were replaced when their last step was behind them.
    for (number, (server, _)) in plans.iter().enumerate() {
        if world.sessions.lock().unwrap().closed.contains(&session(number)) {
            world.log_out(&world.nodes[*server], session(number));
        }
    }
    let live = std::mem::take(&mut *world.sessions.lock().unwrap()).live;
    let found = world.directory.find(USER).unwrap();
    let found: BTreeSet<_> = found.iter().map(|there| there.session).collect();
    assert_eq!(found, live, "seed {seed}");
    // The next seed begins with nobody.
    for session in live {
        world.nodes.iter().for_each(|nodes| world.log_out(nodes, session));
    }
}
