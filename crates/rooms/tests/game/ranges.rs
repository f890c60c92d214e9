//! Rooms that come and go while the server runs.

use std::sync::mpsc::channel;
use std::time::Duration;

use protocol::ErrorCode;
use rooms::{Config, Wanted};

use crate::notes::{ASK, MIRROR, NOTE, PARK, TRAP_THE_TICK};
use crate::server::{Running, ends, enter, entered, error, has_come, leave, left, note, packet, refused};
use crate::support::{Client, eventually};

const LONG: Duration = Duration::from_secs(60);

const NO_ROOM: ErrorCode = ErrorCode::ROOM_INVALID_NUMBER;
const LOST: ErrorCode = ErrorCode::NODE_LOST;

fn config(workers: usize) -> Config {
    Config {
        rooms: 10,
        workers,
        ..Config::default()
    }
}

/// With one worker, and with several.
fn with_server(test: impl Fn(&Running)) {
    for workers in [1, 4] {
        let server = Running::start(config(workers));
        // It has started.
        drop(server.user("nobody"));
        test(&server);
        server.end();
    }
}

/// Enters a room in which nobody is.
fn enter_as(user: &mut Client, user_id: &str, room: i32, unique_id: u64) {
    let welcome = [
        entered(room, unique_id, &[]),
        note(&format!("{user_id} is in {room}")),
    ];
    user.exchange(&enter(room), &welcome.concat());
}

fn reserve(server: &Running, wanted: Wanted) -> Result<i32, ErrorCode> {
    let (sender, answer) = channel();
    let reply = move |outcome| sender.send(outcome).expect("a test");
    server.outside().reserve(wanted, "somebody", LONG, reply);
    answer.recv_timeout(LONG).expect("an answer")
}

#[test]
fn a_server_without_rooms_gets_some() {
    for workers in [1, 4] {
        let server = Running::start(Config {
            rooms_at_start: false,
            ..config(workers)
        });
        let mut alice = server.user("alice");
        alice.exchange(&enter(0), &refused(NO_ROOM));
        assert_eq!(
            reserve(&server, Wanted::Any),
            Err(ErrorCode::ENTER_ROOM_USER_FULL)
        );
        for (first_room, first_unique_id) in [(1_000, 5_000), (20, 1), (0, 1 << 40)] {
            assert!(server.outside().adopt(first_room, first_unique_id));
            assert!(!server.outside().adopt(first_room, first_unique_id));
            for room in [first_room, first_room + 9] {
                // At once, whichever worker has it.
                enter_as(&mut alice, "alice", room, first_unique_id);
                alice.exchange(&leave(), &left());
                enter_as(&mut alice, "alice", room, first_unique_id + 1);
                alice.exchange(&leave(), &left());
            }
            alice.exchange(&enter(first_room + 10), &refused(NO_ROOM));
        }
        server.end();
    }
}

#[test]
fn whoever_is_in_a_lost_room_is_told_and_closed() {
    with_server(|server| {
        assert!(server.outside().adopt(1_000, 100));
        let [mut alice, mut bob, mut carol, mut dave] =
            ["alice", "bob", "carol", "dave"].map(|user_id| server.user(user_id));
        enter_as(&mut alice, "alice", 7, 1);
        let welcome = [entered(7, 2, &[(1, "alice")]), note("bob is in 7")];
        bob.exchange(&enter(7), &welcome.concat());
        alice.expect(&[has_come(2, "bob"), note("bob is in 7")].concat());
        enter_as(&mut carol, "carol", 1_007, 100);
        assert!(server.outside().abandon(0, LOST));
        assert!(!server.outside().abandon(0, LOST));
        // Whoever wants to enter is refused at once, and nobody hears that the others leave.
        dave.exchange(&enter(7), &refused(NO_ROOM));
        assert!(!server.outside().send(7, "too late".to_owned()));
        for client in [&mut alice, &mut bob] {
            ends(client, &[note("abandoned"), error(LOST)].concat());
        }
        carol.exchange(&packet(NOTE, "hi"), &note("carol: hi"));
        // The names are free, and the rooms that come again are new ones.
        assert!(server.outside().adopt(0, 1 << 20));
        let mut alice = server.user_again("alice");
        enter_as(&mut alice, "alice", 7, 1 << 20);
        alice.exchange(&leave(), &left());
        carol.exchange(&leave(), &left());
        eventually("no room is in use", || server.counters.read().rooms_in_use == 0);
    });
}

#[test]
fn who_waits_in_a_lost_room_is_closed_when_the_answer_is_there() {
    with_server(|server| {
        let mut alice = server.user("alice");
        enter_as(&mut alice, "alice", 7, 1);
        alice.exchange(
            &[packet(NOTE, "first"), packet(PARK, ""), packet(NOTE, "never")].concat(),
            &note("alice: first"),
        );
        let ticket = server.ticket();
        assert!(server.outside().abandon(0, LOST));
        assert!(server.outside().adopt(0, 500));
        let mut bob = server.user("bob");
        enter_as(&mut bob, "bob", 7, 500);
        alice.expect(&note("abandoned"));
        // The new room hears nothing of the answer for the old one.
        server.outside().resume(ticket, "an answer".to_owned());
        ends(&mut alice, &error(LOST));
        bob.exchange(&packet(NOTE, "alone"), &note("bob: alone"));
    });
}

/// The game has asked, and the room has nothing to do with it.
#[test]
fn an_answer_of_the_game_comes_before_the_end() {
    with_server(|server| {
        let mut alice = server.user("alice");
        enter_as(&mut alice, "alice", 7, 1);
        alice.send(&packet(ASK, ""));
        let ticket = server.ticket();
        assert!(server.outside().abandon(0, LOST));
        alice.expect(&note("abandoned"));
        server.outside().resume(ticket, "yes".to_owned());
        ends(&mut alice, &[packet(MIRROR, "alice: yes"), error(LOST)].concat());
    });
}

#[test]
fn seats_go_with_their_rooms() {
    with_server(|server| {
        assert_eq!(reserve(server, Wanted::Any), Ok(0));
        assert!(server.outside().adopt(1_000, 1));
        assert_eq!(reserve(server, Wanted::Room(1_003)), Ok(1_003));
        assert!(server.outside().abandon(0, LOST));
        assert_eq!(reserve(server, Wanted::Room(0)), Err(NO_ROOM));
        assert_eq!(reserve(server, Wanted::Any), Ok(1_000));
        assert!(server.outside().abandon(1_000, LOST));
        assert_eq!(reserve(server, Wanted::Any), Err(ErrorCode::ENTER_ROOM_USER_FULL));
    });
}

#[test]
fn a_panic_of_a_lost_room_closes_its_members_all_the_same() {
    with_server(|server| {
        let mut alice = server.user("alice");
        let mut bob = server.user("bob");
        enter_as(&mut alice, "alice", 7, 1);
        enter_as(&mut bob, "bob", 3, 1);
        let trap = [packet(TRAP_THE_TICK, ""), packet(NOTE, "trapped")].concat();
        alice.exchange(&trap, &note("alice: trapped"));
        assert!(server.outside().abandon(0, LOST));
        for client in [&mut alice, &mut bob] {
            ends(client, &[note("abandoned"), error(LOST)].concat());
        }
    });
}

#[test]
fn rooms_may_be_lost_while_the_server_ends() {
    with_server(|server| {
        let mut alice = server.user("alice");
        enter_as(&mut alice, "alice", 7, 1);
        server.request_end();
        server.outside().abandon(0, LOST);
        alice.half_close();
        let rest = alice.receive_rest();
        let last_words = [LOST, ErrorCode::SERVER_SHUTTING_DOWN];
        let is_told = last_words.iter().any(|reason| rest.ends_with(&error(*reason)));
        assert!(is_told, "{rest:?}");
    });
}
