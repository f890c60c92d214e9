//! From an account to a seat, byte by byte.

use std::thread;

use crate::Fleet;
use crate::support::Client;
use crate::support::messages::{
    chat, enter, entered, log_in, log_in_with, logged_in, not_entered, said_by_oneself,
};

const LOGIN_FAILED: i16 = 113;
const ROOM_FULL: i16 = 134;

#[test]
fn a_user_gets_a_place_and_takes_it() {
    let fleet = Fleet::start(&[]);
    let token = fleet.api.new_user("alice");
    let place = fleet.place("alice", &token, "chat", None);
    assert!(fleet.chat.contains(&place.address), "{}", place.address);
    let mut alice = place.enter();
    alice.exchange(&chat("hello"), &said_by_oneself(1, "hello"));
}

#[test]
fn a_room_says_which_server_it_is() {
    let fleet = Fleet::start(&["--rooms", "10"]);
    let token = fleet.api.new_user("alice");
    let at = |room| fleet.place("alice", &token, "chat", Some(room)).address;
    assert_eq!(
        [at(0), at(9), at(10), at(19)].map(|address| fleet.chat.iter().position(|one| *one == address)),
        [Some(0), Some(0), Some(1), Some(1)]
    );
    assert_eq!(
        fleet.place("alice", &token, "baccarat", Some(3)).address,
        fleet.baccarat
    );
    for (game, room) in [("chat", 20), ("chat", -1), ("baccarat", 10)] {
        fleet
            .ask_for_place(&token, game, Some(room))
            .expect(404, "no_such_room");
    }
}

#[test]
fn without_a_ticket_nobody_comes_in() {
    let fleet = Fleet::start(&[]);
    let place = fleet.new_place("alice", 0);
    let other_server = fleet.chat[1];
    let mut nobody = Client::connect(place.address);
    for (user, password) in [
        ("alice", ""),
        ("alice", "correct horse"),
        ("alice", "AAAAAAAAAAAAAAAA"),
        ("bob", &place.ticket),
    ] {
        nobody.exchange(&log_in_with(user, password), &logged_in(LOGIN_FAILED));
    }
    let mut elsewhere = Client::connect(other_server);
    elsewhere.exchange(&log_in_with("alice", &place.ticket), &logged_in(LOGIN_FAILED));
    // None of that has used it up.
    place.enter();
    nobody.exchange(&log_in_with("alice", &place.ticket), &logged_in(LOGIN_FAILED));
    nobody.exchange(&log_in("carol"), &logged_in(LOGIN_FAILED));
}

#[test]
fn of_many_logins_with_one_ticket_one_comes_in() {
    let fleet = Fleet::start(&[]);
    let place = fleet.new_place("alice", 0);
    let mut clients: Vec<_> = (0..100).map(|_| Client::connect(place.address)).collect();
    let request = log_in_with("alice", &place.ticket);
    let results: Vec<i16> = thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                scope.spawn(|| {
                    client.send(&request);
                    let mut reply = [0; 7];
                    client.receive_exactly(&mut reply);
                    i16::from_le_bytes([reply[5], reply[6]])
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a result"))
            .collect()
    });
    assert_eq!(results.iter().filter(|result| **result == 1).count(), 1);
    assert_eq!(
        results.iter().filter(|result| **result == LOGIN_FAILED).count(),
        99
    );
}

#[test]
fn a_seat_is_kept_for_whom_it_was_given_to() {
    let fleet = Fleet::start(&["--room-size", "1"]);
    let alice = fleet.new_place("alice", 5);
    let bob = fleet.api.new_user("bob");
    fleet
        .ask_for_place(&bob, "chat", Some(5))
        .expect(409, "room_full");
    // Nor by another road.
    let mut other = fleet.place("bob", &bob, "chat", Some(6)).log_in(1);
    other.exchange(&enter(5), &not_entered(ROOM_FULL));
    alice.enter();
    other.exchange(&enter(6), &entered(6, 1));
}

#[test]
fn a_token_that_is_worth_nothing_gets_no_place() {
    let fleet = Fleet::start(&[]);
    let token = fleet.api.new_user("alice");
    fleet
        .ask_for_place("nonsense", "chat", None)
        .expect(401, "unauthorized");
    fleet
        .ask_for_place(&token, "chess", None)
        .expect(503, "no_server");
}
