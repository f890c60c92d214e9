//! A chat server that is stopped for longer than its lease, while another server takes its slot: when it goes on it lets go of
//! everything before it has answered anybody.

use std::time::Instant;

use crate::processes::Cluster;
use crate::support::eventually;
use crate::support::messages::{chat, has_come, said, said_by_oneself};
use crate::support::wire::error_packet;
use crate::{HEIR, NODE_LOST, RIGHT_AGAIN, SHORT, enters, says, took};

#[test]
fn a_room_never_has_two_owners() {
    let cluster = Cluster::start();
    let stopped = cluster.server("chat-server", &SHORT);
    let heir = cluster.server("chat-server", &HEIR);
    let mut alice = cluster.new_place("alice", "chat", Some(0)).log_in(1);
    let alice_is = enters(&mut alice, 0);
    says(&mut alice, alice_is, "before");
    let mut dora = cluster.new_place("dora", "chat", Some(1)).log_in(1);
    let dora_is = enters(&mut dora, 1);
    says(&mut dora, dora_is, "before");

    stopped.process.freeze();
    let began = Instant::now();
    // It lies there and waits, in both rooms: when the server goes on, somebody else has them.
    alice.send(&chat("1"));
    dora.send(&chat("1"));
    let is_heirs = |slot| {
        let owners = cluster.owners("chat");
        let mut owners = owners.into_iter();
        owners.any(|(one, _, address)| one == slot && address == heir.address.to_string())
    };
    eventually("the slot has another server", || is_heirs(0));
    took("the slot of a stopped server has another one", began, RIGHT_AGAIN);
    let mut bob = cluster.new_place("bob", "chat", Some(0)).log_in(1);
    let bob_is = enters(&mut bob, 0);
    assert!(bob_is > alice_is, "unique ids go on: {alice_is}, {bob_is}");
    says(&mut bob, bob_is, "2");

    stopped.process.thaw();
    let went_on = Instant::now();
    // Not a word of what was said meanwhile is answered.
    for client in [&mut alice, &mut dora] {
        client.expect(&error_packet(NODE_LOST));
        client.expect_end_or_reset();
    }
    took("clients of the slot that is lost are told", went_on, RIGHT_AGAIN);
    says(&mut bob, bob_is, "3");
    eventually("the stopped server has another slot", || {
        cluster.slots("chat") == [0, 1, 2]
    });
    took("the stopped server has another slot", went_on, RIGHT_AGAIN);
    assert!(is_heirs(0) && is_heirs(1) && !is_heirs(2));

    // Its users are let in again, by whoever has the room.
    let token = cluster.api.token("alice");
    let place = cluster.api.place("alice", &token, "chat", Some(0));
    assert_eq!(place.address, heir.address);
    let mut alice = place.log_in(1);
    alice.send(&crate::support::messages::enter(0));
    let alice_is = bob_is + 1;
    bob.expect(&has_come(alice_is, "alice"));
    bob.send(&chat("4"));
    alice.skip_to(&said(bob_is, "4"));
    bob.expect(&said_by_oneself(bob_is, "4"));
    let mut carol = cluster.new_place("carol", "chat", Some(2_000)).log_in(1);
    let carol_is = enters(&mut carol, 2_000);
    says(&mut carol, carol_is, "5");
    // What each of them has served when, as their logs have it.
    let taken = heir.log().wait_for_line("slot 0 of chat is taken over");
    let lost = stopped.log().wait_for_line("slot 0 of chat lost");
    println!("{taken}\n{lost}");
}
