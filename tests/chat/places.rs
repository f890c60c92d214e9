//! How many clients, members and rooms there may be, and what happens to one over the limit.

use crate::support::messages::{
    PING, PONG, chat, enter, entered, has_come, has_left, leave, left, log_in, logged_in, not_entered, relay,
    relayed, said_by_oneself,
};
use crate::support::wire::{SERVER_FULL, error_packet};
use crate::support::{Client, Server, eventually};
use crate::{first_in, goes, heard_nothing_more, pair_in, server, servers, user};

const ROOM_FULL: i16 = 134;

#[track_caller]
fn place_is_free(server: &Server) {
    eventually("the place is free", || server.connect().is_answered(&PING, &PONG));
}

#[test]
fn one_client_too_many_is_refused_until_a_place_is_free() {
    for server in servers(&["--max-connections", "2"]) {
        let mut alice = user(&server, "alice");
        let bob = user(&server, "bob");

        let mut third = server.connect();
        assert_eq!(third.receive_rest(), error_packet(SERVER_FULL));
        let line = server.log().wait_for_line("refused ");
        let reason = format!("refused {}: server full: 2 connections are open", third.address());
        assert!(line.ends_with(&reason), "{line}");

        goes(bob);
        place_is_free(&server);
        heard_nothing_more(&mut alice);
    }
}

#[test]
fn the_smallest_stack_is_large_enough() {
    let server = server(&["--stack-size", "128KiB", "--max-packet", "65535"]);
    let mut alice = first_in(&server, 1, "alice");
    let largest = vec![7; 65_535 - 13];
    alice.exchange(&relay(&largest), &relayed(1, &largest));
    // A debug build takes the most stack; so many packets in one read are the most work for one.
    alice.exchange(&chat("hi").repeat(100), &said_by_oneself(1, "hi").repeat(100));
}

#[test]
fn a_full_room_lets_nobody_in_until_somebody_leaves() {
    for server in servers(&["--room-size", "2"]) {
        let [mut alice, mut bob] = pair_in(&server, 3, ["alice", "bob"]);
        let mut carol = user(&server, "carol");
        for _ in 0..2 {
            carol.exchange(&enter(3), &not_entered(ROOM_FULL));
        }
        heard_nothing_more(&mut alice);
        bob.exchange(&leave(), &left(1));
        alice.expect(&has_left(2));
        enters(&mut carol, 3, 3);
        alice.expect(&has_come(3, "carol"));
        bob.exchange(&enter(3), &not_entered(ROOM_FULL));
        // Whoever goes without a word makes room as well.
        goes(alice);
        enters(&mut bob, 3, 4);
    }
}

#[track_caller]
fn enters(client: &mut Client, room: i32, unique_id: u64) {
    client.send(&enter(room));
    client.skip_to(&entered(room, unique_id));
}

#[test]
fn by_default_there_are_1000_rooms_for_100_each() {
    for server in servers(&[]) {
        let members: Vec<_> = (1..=100)
            .map(|unique_id| {
                let mut client = server.connect();
                client.exchange(&log_in(&unique_id.to_string()), &logged_in(1));
                enters(&mut client, 999, unique_id);
                client
            })
            .collect();
        let mut last = user(&server, "last");
        last.exchange(&enter(999), &not_entered(ROOM_FULL));
        last.exchange(&enter(1_000), &not_entered(122));
        last.exchange(&enter(0), &entered(0, 1));
        drop(members);
    }
}

#[test]
fn workers_without_a_room_answer_all_the_same() {
    for workers in ["3", "256"] {
        let server = server(&["--workers", workers, "--rooms", "2"]);
        for name in 0..8 {
            let mut client = user(&server, &name.to_string());
            client.exchange(&enter(2), &not_entered(122));
            client.exchange(
                &enter(name % 2),
                &entered(name % 2, 1 + u64::from(name.unsigned_abs() / 2)),
            );
            client.exchange(&leave(), &left(1));
        }
    }
}
