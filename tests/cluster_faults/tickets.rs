//! One ticket, and everybody who wants to log in with it, at real servers.

use std::thread;

use crate::place::Place;
use crate::processes::Cluster;
use crate::support::messages::{log_in_with, logged_in};
use crate::support::{Client, eventually};
use crate::{LOGIN_FAILED, enters};

#[track_caller]
fn refused(place: &Place, user: &str) {
    let mut client = Client::connect(place.address);
    client.exchange(&log_in_with(user, &place.ticket), &logged_in(LOGIN_FAILED));
}

#[test]
fn a_ticket_is_of_one_user_one_server_and_one_login() {
    let cluster = Cluster::start();
    let servers: [_; 2] = cluster.chat();
    let place = cluster.new_place("alice", "chat", Some(0));
    refused(&place, "bob");
    let address = servers[1].address;
    let elsewhere = Place {
        address,
        ..place.clone()
    };
    refused(&elsewhere, "alice");
    // None of that has used it up; but this does.
    let mut alice = place.log_in(1);
    enters(&mut alice, 0);
    refused(&place, "alice");
    refused(&elsewhere, "alice");
}

#[test]
fn a_ticket_that_is_too_late_is_worth_nothing() {
    let cluster = Cluster::start();
    let _servers: [_; 1] = cluster.chat();
    let place = cluster.new_place("alice", "chat", Some(0));
    // Redis is told that its time is over.
    let said = cluster.redis.say("KEYS codelab:ticket:*");
    let keys: Vec<_> = said.lines().filter(|line| line.contains("ticket:")).collect();
    assert_eq!(keys.len(), 1, "{said}");
    cluster.redis.say(&format!("PEXPIRE {} 1", keys[0].trim()));
    eventually("it is gone", || {
        !cluster.redis.say("KEYS codelab:ticket:*").contains("ticket:")
    });
    refused(&place, "alice");
    let token = cluster.api.token("alice");
    cluster.api.place("alice", &token, "chat", Some(0)).enter();
}

#[test]
fn of_a_hundred_logins_with_one_ticket_one_comes_in() {
    const LOGINS: usize = 100;
    let cluster = Cluster::start();
    let _servers: [_; 1] = cluster.chat();
    let place = cluster.new_place("alice", "chat", Some(0));
    let mut clients: Vec<_> = (0..LOGINS).map(|_| Client::connect(place.address)).collect();
    let request = log_in_with("alice", &place.ticket);
    let results: Vec<i16> = thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .map(|client| scope.spawn(|| crate::result_of(client, &request)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a result"))
            .collect()
    });
    let count = |code| results.iter().filter(|result| **result == code).count();
    assert_eq!((count(1), count(LOGIN_FAILED)), (1, LOGINS - 1), "{results:?}");
}
