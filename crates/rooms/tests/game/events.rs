//! Events from outside of the server, and what rooms have to finish when it ends.

use std::time::Duration;

use net::Limits;
use protocol::ErrorCode;
use rooms::Config;

use crate::notes::{NOTE, WAIT_AT_THE_END};
use crate::server::{Running, ends, enter, entered, error, note, packet, with_two, with_two_and};

#[test]
fn an_event_comes_to_its_room() {
    with_two(|server, mut alice, mut bob| {
        for event in ["first", "second"] {
            assert!(server.outside().send(7, event.to_owned()));
        }
        let all = [note("to all: first"), note("to all: second")].concat();
        alice.expect(&all);
        bob.expect(&all);
    });
}

#[test]
fn an_event_comes_to_an_empty_room_and_whoever_enters_hears_of_it_first() {
    with_two(|server, mut alice, _bob| {
        assert!(server.outside().send(9, "news".to_owned()));
        let mut carol = server.user("carol");
        // What is sent first need not come first where two threads send.
        alice.exchange(&packet(NOTE, "sent"), &note("alice: sent"));
        let all = [note("news"), entered(9, 1, &[]), note("carol is in 9")];
        carol.exchange(&enter(9), &all.concat());
    });
}

#[test]
fn an_event_for_no_room_is_refused() {
    let server = Running::start(Config::default());
    drop(server.user("alice"));
    for room in [-1, 1_000, i32::MAX] {
        assert!(!server.outside().send(room, "nobody".to_owned()), "room {room}");
    }
    let outside = server.outside().clone();
    server.end();
    assert!(!outside.send(7, "too late".to_owned()));
}

#[test]
fn a_room_may_finish_something_before_the_server_ends() {
    with_two(|server, mut alice, mut bob| {
        alice.exchange(
            &[packet(WAIT_AT_THE_END, ""), packet(NOTE, "then")].concat(),
            &note("alice: then"),
        );
        bob.expect(&note("alice: then"));
        server.request_end();
        alice.expect(&note("closing"));
        server.outside().send(7, "settled".to_owned());
        let last = [
            note("to all: settled"),
            note("closing"),
            error(ErrorCode::SERVER_SHUTTING_DOWN),
        ];
        ends(&mut alice, &last.concat());
        ends(&mut bob, &[note("closing"), last.concat()].concat());
    });
}

#[test]
fn a_room_that_never_finishes_ends_with_the_drain_time() {
    let config = Config {
        limits: Limits {
            drain: Some(Duration::from_millis(100)),
            ..Limits::default()
        },
        ..Config::default()
    };
    with_two_and(&config, |server, mut alice, _bob| {
        alice.exchange(
            &[packet(WAIT_AT_THE_END, ""), packet(NOTE, "then")].concat(),
            &note("alice: then"),
        );
        server.request_end();
        alice.expect(&note("closing"));
        alice.expect_end_or_reset();
    });
}
