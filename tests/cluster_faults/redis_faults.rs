//! A Redis that is stopped for longer than a lease, killed, or back without its data. Rooms need none of it; what needs it is
//! said to be unknown, and comes right by itself.

use std::time::{Duration, Instant};

use crate::processes::Cluster;
use crate::support::messages::{log_in_with, whisper};
use crate::support::wire::error_packet;
use crate::support::{Client, Server, eventually};
use crate::{
    HEIR, LOGIN_FAILED, LOGIN_UNAVAILABLE, NODE_LOST, PEER_UNREACHABLE, RIGHT_AGAIN, enters, reaches,
    result_of, says, took,
};

/// Of the servers here.
const LEASE: Duration = Duration::from_secs(1);

/// Alice on one server and Bob on another, each of which would take over the other's slot.
struct Two {
    cluster: Cluster,
    _servers: [Server; 2],
    alice: (Client, u64),
    bob: (Client, u64),
}

impl Two {
    #[track_caller]
    fn start() -> Self {
        let cluster = Cluster::start();
        let servers = [(); 2].map(|()| cluster.server("chat-server", &HEIR));
        let come = |user, room| {
            let mut client = cluster.new_place(user, "chat", Some(room)).log_in(1);
            let unique_id = enters(&mut client, room);
            (client, unique_id)
        };
        let (alice, bob) = (come("alice", 0), come("bob", 1_000));
        let mut two = Self {
            cluster,
            _servers: servers,
            alice,
            bob,
        };
        two.are_well();
        two
    }

    /// Both are where they were, and reach each other.
    #[track_caller]
    fn are_well(&mut self) {
        reaches(&mut self.alice.0, "bob");
        self.talk("well");
    }

    /// Rooms go on.
    #[track_caller]
    fn talk(&mut self, text: &str) {
        for (client, unique_id) in [&mut self.alice, &mut self.bob] {
            says(client, *unique_id, text);
        }
    }

    /// Nobody knows anything, and says so in time, for longer than a lease from then on.
    #[track_caller]
    fn nobody_knows(&mut self, since: Instant, carol_is_at: &crate::place::Place) {
        let mut number = 0;
        while number < 3 || since.elapsed() < 2 * LEASE {
            self.talk(&number.to_string());
            let request = whisper("bob", "hi");
            assert_eq!(result_of(&mut self.alice.0, &request), PEER_UNREACHABLE);
            // Nor is anybody told to go.
            self.bob.0.expect_silence(Duration::from_millis(20));
            number += 1;
        }
        let mut carol = Client::connect(carol_is_at.address);
        let request = log_in_with("carol", &carol_is_at.ticket);
        assert_eq!(result_of(&mut carol, &request), LOGIN_UNAVAILABLE);
        let token = self.cluster.api.token("carol");
        let refused = self.cluster.api.ask_for_place(&token, "chat", None);
        refused.expect(503, "directory_unavailable");
        println!("{number} rounds of messages and whispers without Redis");
    }

    /// A place for somebody who comes later.
    #[track_caller]
    fn carols(&self) -> crate::place::Place {
        self.cluster.new_place("carol", "chat", Some(1))
    }
}

/// Its leases have ended for Redis, and nobody has taken a slot meanwhile: so nobody has lost one.
#[test]
fn a_redis_that_is_stopped_costs_nobody_a_slot() {
    let mut two = Two::start();
    let (slots, carol_is_at) = (two.cluster.owners("chat"), two.carols());
    two.cluster.redis.stop();
    two.nobody_knows(Instant::now(), &carol_is_at);
    two.cluster.redis.go_on();
    let right = Instant::now();
    two.are_well();
    took("all is well behind a stopped Redis", right, RIGHT_AGAIN);
    let again = || two.cluster.owners("chat") == slots;
    eventually("the slots are whose they were", again);
    // And stay so: servers that would take over are no danger.
    let token = two.cluster.api.token("carol");
    two.cluster.api.place("carol", &token, "chat", Some(1)).log_in(1);
    two.are_well();
    assert_eq!(two.cluster.owners("chat"), slots);
}

#[test]
fn a_redis_that_is_killed_has_its_data_afterwards() {
    let mut two = Two::start();
    let (slots, carol_is_at) = (two.cluster.owners("chat"), two.carols());
    two.cluster.redis.kill();
    two.nobody_knows(Instant::now(), &carol_is_at);
    two.cluster.redis.restart();
    let right = Instant::now();
    two.are_well();
    took("all is well behind a killed Redis", right, RIGHT_AGAIN);
    let again = || two.cluster.owners("chat") == slots;
    eventually("the slots are whose they were", again);
    // A ticket outlives it as well.
    let mut carol = carol_is_at.log_in(1);
    enters(&mut carol, 1);
    reaches(&mut carol, "bob");
}

/// Then nobody is known any more: all have to come again, and servers have slots in new generations.
#[test]
fn a_redis_without_its_data_begins_anew() {
    let mut two = Two::start();
    let (slots, carol_is_at) = (two.cluster.owners("chat"), two.carols());
    two.cluster.redis.restart_empty();
    let empty = Instant::now();
    for (client, _) in [&mut two.alice, &mut two.bob] {
        client.skip_to(&error_packet(NODE_LOST));
        client.expect_end_or_reset();
    }
    took("users are told that Redis has lost its data", empty, RIGHT_AGAIN);
    let mut now = Vec::new();
    eventually("both have a slot again", || {
        now = two.cluster.owners("chat");
        now.len() == 2
    });
    took("servers have slots again", empty, RIGHT_AGAIN);
    let newest = slots.iter().map(|(_, generation, _)| *generation).max();
    assert!(
        now.iter().all(|(_, generation, _)| Some(*generation) > newest),
        "{slots:?}, {now:?}"
    );
    let mut carol = Client::connect(carol_is_at.address);
    let request = log_in_with("carol", &carol_is_at.ticket);
    assert_eq!(result_of(&mut carol, &request), LOGIN_FAILED);
    for (user, room) in [("alice", 0), ("bob", 1_000)] {
        let token = two.cluster.api.token(user);
        let mut client = two.cluster.api.place(user, &token, "chat", Some(room)).log_in(1);
        let unique_id = enters(&mut client, room);
        match user {
            "alice" => two.alice = (client, unique_id),
            _ => two.bob = (client, unique_id),
        }
    }
    two.are_well();
    took("all is well behind an empty Redis", empty, RIGHT_AGAIN);
}
