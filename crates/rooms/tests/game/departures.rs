//! Members whom the logic of their room wants to be gone: out of the room, or off the server.

use std::sync::Arc;

use protocol::message::RoomLeaveUserNtf;
use protocol::{ErrorCode, Frames};
use rooms::{Config, Direction};

use crate::notes::{CLOSE, NOTE, REASON, REMOVE};
use crate::server::{enter, entered, error, has_come, has_left, note, packet, with_two, with_two_and};
use crate::support::eventually;

/// What the room hears when Bob is gone.
fn bob_is_gone() -> Vec<u8> {
    [has_left(2), note("bob of 2")].concat()
}

#[test]
fn whoever_is_removed_is_told_and_may_come_back() {
    with_two(|_, mut alice, mut bob| {
        alice.exchange(&packet(REMOVE, "bob"), &bob_is_gone());
        bob.expect(&has_left(2));
        bob.exchange(&packet(NOTE, "hi"), &error(ErrorCode::ROOM_NOT_IN_USER));
        let welcome = [entered(7, 3, &[(1, "alice")]), note("bob is in 7")];
        bob.exchange(&enter(7), &welcome.concat());
        alice.expect(&[has_come(3, "bob"), note("bob is in 7")].concat());
    });
}

#[test]
fn whoever_removes_itself_is_out_before_its_next_packet() {
    with_two(|_, mut alice, mut bob| {
        let request = [packet(REMOVE, "bob"), packet(NOTE, "hi")].concat();
        let reply = [has_left(2), error(ErrorCode::ROOM_NOT_IN_USER)].concat();
        bob.exchange(&request, &reply);
        alice.expect(&bob_is_gone());
    });
}

#[test]
fn nobody_is_removed_twice_or_without_being_here() {
    with_two(|_, mut alice, mut bob| {
        let twice = packet(REMOVE, "bob").repeat(2);
        let request = [twice, packet(REMOVE, "carol"), packet(NOTE, "hi")].concat();
        alice.exchange(&request, &[bob_is_gone(), note("alice: hi")].concat());
        bob.expect(&has_left(2));
    });
}

#[test]
fn whoever_is_closed_hears_why_though_it_is_silent_and_its_name_is_free() {
    with_two(|server, mut alice, mut bob| {
        alice.exchange(&packet(CLOSE, "bob"), &bob_is_gone());
        bob.expect(&[has_left(2), error(REASON)].concat());
        bob.expect_end();
        drop(server.user("bob"));
    });
}

#[test]
fn whoever_is_closed_and_stays_is_cut_off() {
    with_two(|server, mut alice, mut bob| {
        alice.exchange(&packet(CLOSE, "bob"), &bob_is_gone());
        bob.expect(&[has_left(2), error(REASON)].concat());
        // Bob's side stays open, and the server has its place back all the same.
        eventually("the connection is given up", || {
            server.counters.read().connections == 1
        });
        alice.exchange(&packet(NOTE, "hi"), &note("alice: hi"));
        drop(bob);
    });
}

#[test]
fn whoever_is_closed_by_its_own_packet_gets_no_answer_to_the_next() {
    with_two(|server, mut alice, mut bob| {
        let request = [packet(CLOSE, "bob"), packet(NOTE, "hi")].concat();
        bob.exchange(&request, &[has_left(2), error(REASON)].concat());
        bob.expect_end();
        alice.expect(&bob_is_gone());
        assert_eq!(server.counters.read().users, 1);
    });
}

/// It panics where Bob, who is the second client, is told.
#[test]
fn a_trace_that_panics_loses_nobody() {
    let config = Config {
        trace: Some(Arc::new(|direction, session, packet| {
            let mut frames = Frames::new(packet).map(|frame| frame.header.packet_id);
            let told = direction == Direction::Out && frames.any(|id| id == RoomLeaveUserNtf::ID);
            assert!(!(told && session.id() == 2), "a trap");
        })),
        ..Config::default()
    };
    with_two_and(&config, |server, mut alice, mut bob| {
        alice.exchange(&packet(CLOSE, "bob"), &bob_is_gone());
        bob.expect(&[has_left(2), error(REASON)].concat());
        bob.expect_end();
        let mut again = server.user("bob");
        let welcome = [entered(7, 3, &[(1, "alice")]), note("bob is in 7")];
        again.exchange(&enter(7), &welcome.concat());
        assert_eq!(server.counters.read().users, 2);
    });
}
