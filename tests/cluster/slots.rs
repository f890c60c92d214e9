//! Servers that are stopped for longer than their lease, or killed: who has their rooms then.

use crate::support::messages::{PING, PONG, leave, left};
use crate::support::wire::error_packet;
use crate::support::{Signal, eventually};
use crate::watching::{WATCHED, comes_to};
use crate::{Cluster, LONG, enters};

const NODE_LOST: i16 = 67;

/// Long enough for a busy machine to renew it, and short enough to wait for its end.
const SHORT: [&str; 2] = ["--lease", "2s"];

/// A server that was stopped cannot know that another one has its rooms: as soon as it goes on, it lets go of its users, and
/// takes other rooms.
#[test]
fn a_server_that_was_replaced_lets_go_of_its_users_and_takes_another_slot() {
    let cluster = Cluster::start();
    let first = cluster.server("chat-server", &[&SHORT[..], &WATCHED].concat());
    let mut alice = cluster.newcomer("alice", 0);
    first.signal(Signal::STOP);
    eventually("its lease has ended", || cluster.slots("chat").is_empty());
    let second = cluster.server("chat-server", &LONG);
    assert_eq!(cluster.slots("chat"), [0]);
    let mut bob = cluster.newcomer("bob", 0);
    first.signal(Signal::CONT);
    alice.expect(&error_packet(NODE_LOST));
    alice.half_close();
    alice.expect_end();
    eventually("it has a slot again", || cluster.slots("chat") == [0, 1]);
    comes_to(&first, "codelab_slots_lost_total", 1);
    comes_to(&first, "codelab_slots_taken_total", 2);
    // The room has one owner, and alice finds it.
    let token = cluster.api.token("alice");
    assert_eq!(
        cluster.api.place("alice", &token, "chat", Some(0)).address,
        second.address
    );
    // To be stopped was no fault of its connection to Redis.
    comes_to(&first, "codelab_redis_reconnects_total", 0);
    let place = cluster.api.place("alice", &token, "chat", Some(1_000));
    assert_eq!(place.address, first.address);
    place.enter();
    bob.exchange(&PING, &PONG);
}

#[test]
fn rooms_of_a_server_that_was_killed_are_taken_over() {
    let cluster = Cluster::start();
    let first = cluster.server("chat-server", &SHORT);
    let second = cluster.server("chat-server", &[&LONG[..], &["--takeover"], &WATCHED].concat());
    let mut bob = cluster.newcomer("bob", 1_000);
    let mut alice = cluster.newcomer("alice", 0);
    first.signal(Signal::KILL);
    alice.expect_end_or_reset();
    let token = cluster.api.token("alice");
    eventually("its rooms are taken over", || {
        cluster.api.ask_for_place(&token, "chat", Some(0)).status == 200
    });
    assert_eq!(cluster.slots("chat"), [0, 1]);
    comes_to(&second, "codelab_slots", 2);
    comes_to(&second, "codelab_slots_taken_over_total", 1);
    let place = cluster.api.place("alice", &token, "chat", Some(0));
    assert_eq!(place.address, second.address);
    let _alice = place.enter();
    // Rooms of both slots are rooms of this server.
    bob.exchange(&leave(), &left(1));
    enters(&mut bob, 5);
    // A server that comes back takes the next slot that is free.
    let _third = cluster.server("chat-server", &LONG);
    assert_eq!(cluster.slots("chat"), [0, 1, 2]);
}
