//! A slot whose lease has ended, and that nobody else has had since: its server takes it again, and loses nobody but those who
//! are elsewhere by now.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use directory::testing::{Flaky, ManualClock, Mood};
use directory::{Directory, Load, LogIn, Memory, NodeSettings, Request, Slot};
use protocol::ErrorCode;

use crate::server::{LEASE, PATIENCE, Server, at, eventually, offer, settings};

/// It is renewed often.
const SHORT: Duration = Duration::from_millis(30);

/// A directory, two ways to it that can fail, and their clock.
struct World {
    clock: ManualClock,
    memory: Memory,
    ways: [Flaky<Memory>; 2],
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::default();
        let memory = Memory::with_clock(clock.clock());
        let ways = [(); 2].map(|()| Flaky::new(memory.clone()));
        Self { clock, memory, ways }
    }

    /// A server on this way, which tells in its load how often it has renewed its lease.
    fn server(&self, way: usize, takeover: bool) -> Server {
        let renewals = AtomicU32::new(0);
        let load = move || Load {
            users: renewals.fetch_add(1, Ordering::Relaxed),
            connections: 0,
        };
        let settings = NodeSettings {
            lease: SHORT,
            clock: self.clock.clock(),
            load: Arc::new(load),
            takeover,
            ..settings()
        };
        Server::start(&self.ways[way], settings)
    }

    fn renewals(&self, server: &Server) -> Option<u32> {
        let owner = server.owner();
        let known = self.memory.owner_of(&owner.game, owner.slot).expect("an answer");
        known
            .filter(|known| known.owner == *owner)
            .map(|known| known.load.users)
    }

    /// It renews its lease some times more.
    fn renews(&self, server: &Server) {
        let before = self.renewals(server).unwrap_or_default();
        eventually("it renews its lease", || {
            self.renewals(server).is_some_and(|now| now > before + 3)
        });
    }
}

#[test]
fn a_slot_that_nobody_else_has_had_is_taken_again() {
    let world = World::new();
    let server = world.server(0, false);
    let Slot::Taken(other) = world.memory.take_slot(&offer(), None, LEASE).expect("an answer") else {
        panic!("a slot is free");
    };
    for (user_id, session) in [("alice", 1), ("bob", 2)] {
        assert_eq!(server.log_in(&world.memory, user_id, session), ErrorCode::NONE);
    }
    world.ways[0].set(Mood::Away);
    world.clock.pass(2 * SHORT);
    assert_eq!(world.memory.find("alice").expect("an answer"), None);
    let elsewhere = at(&other, 7);
    let outcome = world.memory.log_in("bob", &elsewhere, None);
    assert_eq!(outcome.expect("an answer"), LogIn::Done);
    world.ways[0].set(Mood::Well);
    world.renews(&server);
    let find = |user_id| world.memory.find(user_id).expect("an answer");
    assert_eq!(find("alice"), Some(server.here(1)));
    let replaced = Request::Replace {
        user_id: "bob".to_owned(),
        session: 2,
    };
    assert_eq!(server.asked.recv_timeout(PATIENCE), Ok(replaced));
    server.nodes.log_out("bob", 2);
    world.renews(&server);
    assert_eq!(find("bob"), Some(elsewhere));
    assert_eq!(server.nodes.owners(), [server.owner().clone()]);
    assert_eq!(server.nodes.counts().lost, 0);
}

/// What has kept one server from the directory may have kept others. They have a lease to come back.
#[test]
fn nobody_takes_over_the_slot_of_a_server_that_may_come_back() {
    let world = World::new();
    let (server, heir) = (world.server(0, false), world.server(1, true));
    world.renews(&heir);
    for way in &world.ways {
        way.set(Mood::Away);
    }
    world.clock.pass(2 * SHORT);
    world.ways[1].set(Mood::Well);
    world.renews(&heir);
    assert_eq!(heir.nodes.counts().taken_over, 0);
    world.ways[0].set(Mood::Well);
    world.renews(&server);
    world.renews(&heir);
    assert_eq!(heir.nodes.counts().taken_over, 0);
    // But no longer than that.
    world.ways[0].set(Mood::Away);
    for _ in 0..4 {
        world.clock.pass(SHORT / 2);
        world.renews(&heir);
    }
    eventually("the slot is taken over", || heir.nodes.counts().taken_over == 1);
    world.ways[0].set(Mood::Well);
    eventually("the first has lost it", || server.nodes.counts().lost == 1);
}
