//! A thousand orders in which one user logs in, leaves and is replaced on two servers: whatever the order, nobody is in two
//! places, and nobody is a ghost in the end.
//!
//! A call of the directory is one step, and so is what a server does by itself. The servers are as those of `rooms`: a
//! session that is to end does, and where its login is still on its way, it never gets in.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use directory::testing::Flaky;
use directory::{Answer, Directory, Memory, Node, Request};

use crate::server::{at, eventually, offer, settings, ticket};
use crate::steps::{pause, take_turns};

const SEEDS: u64 = 1_000;
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

struct World {
    directory: Memory,
    nodes: [Node; 2],
    sessions: Arc<Mutex<Sessions>>,
}

impl World {
    fn new() -> Self {
        let sessions = Arc::<Mutex<Sessions>>::default();
        let directory = Memory::new();
        let in_turns = Flaky::new(directory.clone()).before_each(pause);
        let start = || {
            let node = Node::join(Arc::new(in_turns.clone()), &offer(), settings()).expect("a slot");
            let sessions = Arc::clone(&sessions);
            node.serve(move |request, reply| {
                let Request::Replace { session, .. } = request else {
                    panic!("expected a replacement, got {request:?}");
                };
                sessions.lock().unwrap().close(session);
                reply.send(Answer::Done);
            });
            node
        };
        Self {
            nodes: [start(), start()],
            directory,
            sessions,
        }
    }

    /// One login, until its session has ended or stays.
    fn log_in(&self, node: &Node, session: u64, stays: bool) {
        let ticket = ticket(&self.directory, USER, node.owner());
        let seat = node.check_login(USER, ticket.as_str(), session);
        assert_eq!(seat.err(), None);
        pause();
        self.sessions.lock().unwrap().enter(session);
        pause();
        let ends = !stays || self.sessions.lock().unwrap().closed.contains(&session);
        if ends {
            self.sessions.lock().unwrap().close(session);
            pause();
            self.log_out(node, session);
        }
    }

    /// Waits until it is done, so that it is one step.
    fn log_out(&self, node: &Node, session: u64) {
        node.log_out(USER, session);
        let here = at(node.owner(), session);
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
    let world = World::new();
    for seed in 1..=SEEDS {
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
            world.nodes.iter().for_each(|node| world.log_out(node, session));
        }
    }
}
