//! What other threads of the program send to users, and the seats that they reserve for users who are on their way.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use net::Limits;
use protocol::ErrorCode;
use protocol::message::WhisperNtf;
use rooms::{Config, Wanted};

use crate::notes::NOTE;
use crate::server::{Running, bytes, enter, entered, has_come, leave, left, note, packet, refused};
use crate::support::Client;

const LONG: Duration = Duration::from_secs(60);

fn full() -> Vec<u8> {
    refused(ErrorCode::ENTER_ROOM_USER_FULL)
}

fn reserve(server: &Running, wanted: Wanted, user_id: &str, time: Duration) -> Result<i32, ErrorCode> {
    let (sender, answer) = channel();
    let reply = move |outcome| sender.send(outcome).expect("a test");
    server.outside().reserve(wanted, user_id, time, reply);
    answer.recv_timeout(LONG).expect("an answer")
}

fn reserve_together(server: &Running, user_ids: &[&str], time: Duration) -> Result<i32, ErrorCode> {
    let (sender, answer) = channel();
    let reply = move |outcome| sender.send(outcome).expect("a test");
    server.outside().reserve_together(user_ids, time, reply);
    answer.recv_timeout(LONG).expect("an answer")
}

fn who_came(server: &Running, room: i32, user_ids: &[&str]) -> Result<Vec<bool>, ErrorCode> {
    let (sender, answer) = channel();
    let reply = move |came| sender.send(came).expect("a test");
    server.outside().who_came(room, user_ids, reply);
    answer.recv_timeout(LONG).expect("an answer")
}

fn small_rooms(rooms: usize, workers: usize) -> Running {
    Running::start(Config {
        rooms,
        room_size: 2,
        workers,
        limits: Limits::default(),
        ..Config::default()
    })
}

/// A user who is the first in this room.
fn first_of(server: &Running, user_id: &str, room: i32) -> Client {
    let mut user = server.user(user_id);
    let welcome = [entered(room, 1, &[]), note(&format!("{user_id} is in {room}"))];
    user.exchange(&enter(room), &welcome.concat());
    user
}

#[test]
fn a_message_comes_to_a_user_in_a_room_or_not_and_behind_what_was_sent_before() {
    let server = Running::start(Config {
        workers: 4,
        ..Config::default()
    });
    let whisper = WhisperNtf {
        user_id: "zoe",
        message: "hello",
    };
    let heard = bytes(whisper.encode());
    let mut alice = server.user("alice");
    for _ in 0..3 {
        assert!(server.outside().send_to_user("alice", &whisper));
    }
    alice.expect(&heard.repeat(3));
    alice.exchange(&enter(3), &[entered(3, 1, &[]), note("alice is in 3")].concat());
    assert!(server.outside().send_to_user("alice", &whisper));
    alice.expect(&heard);
    assert!(!server.outside().send_to_user("bob", &whisper));
    let outside = server.outside().clone();
    drop(alice);
    server.end();
    assert!(!outside.send_to_user("alice", &whisper));
}

#[test]
fn a_reserved_seat_is_taken_for_all_others_until_its_user_comes() {
    for workers in [1, 4] {
        let server = small_rooms(8, workers);
        let mut alice = first_of(&server, "alice", 7);
        assert_eq!(reserve(&server, Wanted::Room(7), "bob", LONG), Ok(7));
        // However often.
        assert_eq!(reserve(&server, Wanted::Room(7), "bob", LONG), Ok(7));
        let no_seat = Err(ErrorCode::ENTER_ROOM_USER_FULL);
        assert_eq!(reserve(&server, Wanted::Room(7), "carol", LONG), no_seat);
        let mut carol = server.user("carol");
        carol.exchange(&enter(7), &full());
        let mut bob = server.user("bob");
        let welcome = [entered(7, 2, &[(1, "alice")]), note("bob is in 7")];
        bob.exchange(&enter(7), &welcome.concat());
        alice.expect(&[has_come(2, "bob"), note("bob is in 7")].concat());
        // Its seat was one seat.
        bob.exchange(&leave(), &left());
        carol.send(&enter(7));
        carol.skip_to(&note("carol is in 7"));
        // A seat for a member is the one that it has.
        assert_eq!(reserve(&server, Wanted::Room(7), "alice", LONG), Ok(7));
        carol.exchange(&leave(), &left());
        let welcome = [entered(7, 4, &[(1, "alice")]), note("bob is in 7")];
        bob.exchange(&enter(7), &welcome.concat());
    }
}

#[test]
fn a_seat_whose_user_does_not_come_is_free_again() {
    let server = small_rooms(8, 1);
    let _alice = first_of(&server, "alice", 7);
    let mut carol = server.user("carol");
    let start = Instant::now();
    let time = Duration::from_millis(300);
    assert_eq!(reserve(&server, Wanted::Room(7), "bob", time), Ok(7));
    while carol.is_answered(&enter(7), &full()) {
        // It would come free some time anyway: old seats need no memory.
        assert!(start.elapsed() < LONG / 2, "a seat of {time:?} is still kept");
    }
    // What is_answered has read in place of the refusal began with the list of users.
    assert!(start.elapsed() >= time);
    carol.skip_to(&note("carol is in 7"));
}

#[test]
fn any_room_is_the_fullest_with_a_place_and_then_an_empty_one() {
    for workers in [1, 3] {
        let server = small_rooms(3, workers);
        let any = |user_id| reserve(&server, Wanted::Any, user_id, LONG);
        let _alice = first_of(&server, "alice", 2);
        assert_eq!(any("bob"), Ok(2));
        assert_eq!(any("carol"), Ok(0));
        assert_eq!(any("dave"), Ok(0));
        assert_eq!(any("erin"), Ok(1));
        assert_eq!(any("frank"), Ok(1));
        assert_eq!(any("grace"), Err(ErrorCode::ENTER_ROOM_USER_FULL));
        // Bob has one, and keeps it.
        assert_eq!(any("bob"), Ok(2));
    }
}

#[test]
fn users_who_want_to_be_together_get_an_empty_room_or_nothing() {
    for workers in [1, 3] {
        let server = small_rooms(4, workers);
        let full = Err(ErrorCode::ENTER_ROOM_USER_FULL);
        let together = |users: &[&str]| reserve_together(&server, users, LONG);
        // In room 0 somebody is, in room 1 somebody will be.
        let mut alice = first_of(&server, "alice", 0);
        assert_eq!(reserve(&server, Wanted::Room(1), "bob", LONG), Ok(1));
        assert_eq!(together(&["carol", "dave"]), Ok(2));
        // However often, and for those who are there already.
        assert_eq!(together(&["carol", "dave"]), Ok(2));
        let mut carol = first_of(&server, "carol", 2);
        assert_eq!(together(&["dave", "carol"]), Ok(2));
        assert_eq!(
            together(&["erin", "frank", "grace"]),
            full,
            "a room has two seats"
        );
        assert_eq!(together(&["erin", "frank"]), Ok(3));
        assert_eq!(together(&["grace", "heidi"]), full, "no room is empty");
        // Nothing is left of those who got none, and whoever comes alone sits down beside somebody.
        assert_eq!(reserve(&server, Wanted::Room(0), "ivan", LONG), Ok(0));
        assert_eq!(reserve(&server, Wanted::Room(2), "ivan", LONG), full);
        carol.exchange(&leave(), &left());
        carol.exchange(&enter(3), &refused(ErrorCode::ENTER_ROOM_USER_FULL));
        alice.exchange(&leave(), &left());
        assert_eq!(together(&["grace", "ivan"]), Ok(0));
    }
}

#[test]
fn of_many_parties_who_look_at_the_same_time_each_is_alone() {
    for workers in [1, 4] {
        let server = small_rooms(16, workers);
        drop(server.user("alice"));
        let (sender, answers) = channel();
        for party in 0..20 {
            let sender = sender.clone();
            let reply = move |outcome| sender.send(outcome).expect("a test");
            let users = [format!("user {party}"), format!("other {party}")];
            server.outside().reserve_together(&users, LONG, reply);
        }
        let mut rooms: Vec<_> = (0..20)
            .filter_map(|_| answers.recv_timeout(LONG).expect("an answer").ok())
            .collect();
        rooms.sort_unstable();
        assert_eq!(rooms, (0..16).collect::<Vec<_>>());
    }
}

#[test]
fn who_has_come_is_known_also_behind_the_time_of_the_seats() {
    for (workers, time) in [(1, LONG), (4, LONG), (1, Duration::from_millis(1))] {
        let server = small_rooms(8, workers);
        drop(server.user("zoe"));
        let users = ["alice", "bob"];
        assert_eq!(reserve_together(&server, &["carol", "dave"], LONG), Ok(0));
        assert_eq!(reserve_together(&server, &users, time), Ok(1));
        let mut alice = first_of(&server, "alice", 1);
        let mut carol = first_of(&server, "carol", 0);
        // Whoever has come and gone has come.
        carol.exchange(&leave(), &left());
        assert_eq!(who_came(&server, 0, &["carol", "dave"]), Ok(vec![true, false]));
        assert_eq!(who_came(&server, 1, &["bob", "alice"]), Ok(vec![false, true]));
        // Bob's seat is given up: somebody else gets it.
        assert_eq!(reserve(&server, Wanted::Room(1), "erin", LONG), Ok(1));
        alice.exchange(&leave(), &left());
        let no_room = Err(ErrorCode::ROOM_INVALID_NUMBER);
        assert_eq!(who_came(&server, 8, &users), no_room);
    }
}

#[test]
fn of_many_who_look_at_the_same_time_each_gets_a_seat() {
    for workers in [1, 4] {
        let server = small_rooms(16, workers);
        drop(server.user("alice"));
        let (sender, answers) = channel();
        for user in 0..40 {
            let sender = sender.clone();
            let reply = move |outcome| sender.send(outcome).expect("a test");
            let user_id = format!("user {user}");
            server.outside().reserve(Wanted::Any, &user_id, LONG, reply);
        }
        let answers: Vec<_> = (0..40)
            .map(|_| answers.recv_timeout(LONG).expect("an answer"))
            .collect();
        for room in 0..16 {
            assert_eq!(answers.iter().filter(|seat| **seat == Ok(room)).count(), 2);
        }
        let no_seat = |seat: &&Result<_, _>| **seat == Err(ErrorCode::ENTER_ROOM_USER_FULL);
        assert_eq!(answers.iter().filter(no_seat).count(), 8);
    }
}

#[test]
fn rooms_and_unique_ids_begin_where_they_are_told_to() {
    for workers in [1, 4] {
        let server = Running::start(Config {
            first_room: 1_000,
            first_unique_id: 1 << 40,
            rooms: 10,
            workers,
            ..Config::default()
        });
        let mut alice = server.user("alice");
        for room in [-1, 0, 9, 999, 1_010] {
            let no_room = ErrorCode::ROOM_INVALID_NUMBER;
            alice.exchange(&enter(room), &refused(no_room));
            assert!(!server.outside().send(room, "nobody".to_owned()));
            assert_eq!(reserve(&server, Wanted::Room(room), "bob", LONG), Err(no_room));
        }
        let mut first = 1 << 40;
        for room in [1_000, 1_009, 1_000] {
            let hello = note(&format!("alice is in {room}"));
            alice.exchange(&enter(room), &[entered(room, first, &[]), hello].concat());
            assert!(server.outside().send(room, "news".to_owned()));
            alice.expect(&note("to all: news"));
            alice.exchange(&packet(NOTE, "hi"), &note("alice: hi"));
            alice.exchange(&leave(), &left());
            first += u64::from(room == 1_009);
        }
        assert_eq!(reserve(&server, Wanted::Any, "bob", LONG), Ok(1_000));
    }
}

#[test]
fn a_reply_comes_also_when_the_server_has_ended() {
    let server = Running::start(Config::default());
    drop(server.user("alice"));
    let outside = server.outside().clone();
    let (sender, answers) = channel();
    server.end();
    let reply = move |outcome| sender.send(outcome).expect("a test");
    outside.reserve(Wanted::Room(9), "carol", LONG, reply);
    let answer = answers.recv_timeout(LONG).expect("an answer");
    assert_eq!(answer, Err(ErrorCode::SERVER_SHUTTING_DOWN));
}
