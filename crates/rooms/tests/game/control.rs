//! What an operator sees of a server, and does to its users.

use std::time::Duration;

use net::Limits;
use protocol::message::{Encode, WhisperNtf};
use protocol::{Codec, Packet, PacketError};
use rooms::{Config, Control};

use crate::notes::{MIRROR, NOTE, PARK};
use crate::server::{
    Running, bytes, ends, enter, entered, has_left, logged_in, login, note, packet, with_two,
};
use crate::support::eventually;

/// What an operator says.
struct Words(&'static str);

impl Encode for Words {
    fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
        whisper(self.0).encode_as(codec)
    }
}

fn whisper(message: &str) -> WhisperNtf<'_> {
    let user_id = "operator";
    WhisperNtf { user_id, message }
}

fn heard(message: &str) -> Vec<u8> {
    bytes(whisper(message).encode())
}

fn mirror(text: &str) -> Vec<u8> {
    packet(MIRROR, text)
}

/// Each user with its room.
fn seen(control: &Control) -> Vec<(String, Option<i32>)> {
    let users = control.users();
    users
        .map(|(user_id, session)| (user_id.to_string(), session.room()))
        .collect()
}

#[test]
fn users_are_seen_with_their_room_and_address_until_they_go() {
    with_two(|server, mut alice, bob| {
        let mut carol = server.user("carol");
        let _nobody_yet = server.connect();
        let in_seven = |user_id: &str| (user_id.to_owned(), Some(7));
        let carol_is_here = ("carol".to_owned(), None);
        let all = [in_seven("alice"), in_seven("bob"), carol_is_here.clone()];
        assert_eq!(seen(&server.control), all);
        for ((user_id, session), client) in server.control.users().zip([&alice, &bob, &carol]) {
            assert_eq!(session.peer_address(), Some(client.address()), "{user_id}");
            assert_eq!(session.user_id(), Some(&user_id));
            assert_eq!(session.unsent(), 0);
        }
        assert!(server.control.slow().is_empty());
        carol.send(&enter(3));
        carol.skip_to(&note("carol is in 3"));
        assert_eq!(seen(&server.control)[2], ("carol".to_owned(), Some(3)));
        drop(bob);
        alice.expect(&[has_left(2), note("bob of 2")].concat());
        eventually("bob is gone", || {
            seen(&server.control) == [in_seven("alice"), ("carol".to_owned(), Some(3))]
        });
    });
}

#[test]
fn a_dismissed_user_hears_why_and_its_room_sees_it_leave() {
    with_two(|server, mut alice, mut bob| {
        assert!(!server.control.dismiss("carol", &whisper("nobody hears this")));
        alice.exchange(&mirror("before"), &mirror("before"));
        assert!(server.control.dismiss("alice", &whisper("that is enough")));
        bob.expect(&[has_left(1), note("alice of 2")].concat());
        ends(&mut alice, &heard("that is enough"));
        assert!(!server.control.dismiss("alice", &whisper("gone already")));
        // The name is free as soon as the room has heard it.
        let mut again = server.connect();
        again.exchange(&login("alice"), &logged_in());
        again.exchange(
            &enter(7),
            &[entered(7, 3, &[(2, "bob")]), note("alice is in 7")].concat(),
        );
    });
}

#[test]
fn a_dismissed_user_who_is_parked_goes_behind_the_answer() {
    with_two(|server, mut alice, mut bob| {
        alice.send(&[packet(PARK, ""), packet(NOTE, "not answered")].concat());
        let ticket = server.ticket();
        assert!(server.control.dismiss("alice", &whisper("that is enough")));
        bob.exchange(&packet(NOTE, "on"), &note("bob: on"));
        server.outside().resume(ticket, "answer".to_owned());
        bob.expect(&[note("to alice: answer"), has_left(1), note("alice of 2")].concat());
        let rest = [heard("that is enough"), note("bob: on"), note("to alice: answer")];
        ends(&mut alice, &rest.concat());
    });
}

#[test]
fn all_users_hear_what_is_for_all_and_nobody_else_does() {
    with_two(|server, mut alice, mut bob| {
        let mut carol = server.user("carol");
        let mut stranger = server.connect();
        assert_eq!(server.control.send_to_all(Words("ten minutes left")), 3);
        for user in [&mut alice, &mut bob, &mut carol] {
            user.expect(&heard("ten minutes left"));
        }
        stranger.exchange(&login("dave"), &logged_in());
        carol.exchange(&mirror("still here"), &mirror("still here"));
    });
}

/// Its connection waits for the write timeout, and nobody else waits for that.
#[test]
fn a_slow_client_is_seen_and_its_room_is_rid_of_it_at_once() {
    let server = Running::start(Config {
        limits: Limits {
            write_timeout: Some(Duration::from_secs(300)),
            send_buffer: Some(4 * 1024),
            ..Limits::default()
        },
        ..Config::default()
    });
    let mut alice = server.user("alice");
    alice.exchange(&enter(7), &[entered(7, 1, &[]), note("alice is in 7")].concat());
    let mut deaf = server.connect_with_little_room();
    deaf.exchange(&[login("deaf"), enter(7)].concat(), &logged_in());
    alice.skip_to(&note("deaf is in 7"));
    deaf.send_until_stuck(&mirror(&"x".repeat(900)).repeat(20));
    eventually("it is slow", || !server.control.slow().is_empty());
    let slow = server.control.slow();
    assert_eq!(slow.len(), 1);
    assert_eq!(slow[0].user_id().map(|user_id| &**user_id), Some("deaf"));
    assert!(slow[0].unsent() > 0);
    assert!(server.control.dismiss("deaf", &whisper("you do not read")));
    alice.expect(&[has_left(2), note("deaf of 2")].concat());
    assert_eq!(seen(&server.control), [("alice".to_owned(), Some(7))]);
}
