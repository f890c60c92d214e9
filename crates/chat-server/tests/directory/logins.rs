//! Tickets, and one session of each user.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use chat_server::CHAT;
use directory::testing::Mood;
use directory::{Directory, Presence, Ticket};
use protocol::Codec;

use crate::server::{WORKERS, World, with_two};
use crate::support::eventually;
use crate::support::messages::{
    PING, PONG, enter, entered, has_left, log_in_with, logged_in, user_list, whisper, whispered, whispers,
};
use crate::support::wire::error_packet;

const FAILED: i16 = 113;
const UNAVAILABLE: i16 = 114;
const REPLACED: i16 = 68;

/// Row 24 of the faults: used twice, too late, by somebody else, at another server.
#[test]
fn a_ticket_lets_its_user_in_once() {
    with_two(|world, [first, second]| {
        for password in [
            "",
            "open sesame",
            Ticket::random().expect("random bytes").as_str(),
        ] {
            first.refuses("alice", password, FAILED);
        }
        let ticket = world.ticket("alice", &first.owner());
        first.refuses("bob", ticket.as_str(), FAILED);
        second.refuses("alice", ticket.as_str(), FAILED);
        let mut alice = first.user_with(Codec::Binary, "alice", &ticket);
        first.refuses("alice", ticket.as_str(), FAILED);
        alice.exchange(&PING, &PONG);
        let late = world.ticket("carol", &first.owner());
        world.clock.pass(Duration::from_secs(30));
        first.refuses("carol", late.as_str(), FAILED);
    });
}

#[test]
fn a_refused_login_may_be_tried_again_on_the_same_connection() {
    let world = World::new(1);
    let [server] = world.servers();
    let ticket = world.ticket("alice", &server.owner());
    let mut alice = server.client(Codec::Binary);
    alice.exchange(&log_in_with("alice", "open sesame"), &logged_in(FAILED));
    alice.exchange(&log_in_with("alice", ticket.as_str()), &logged_in(1));
    alice.exchange(&log_in_with("alice", ticket.as_str()), &logged_in(111));
}

#[test]
fn of_a_hundred_logins_with_one_ticket_one_is_let_in() {
    for workers in WORKERS {
        let world = World::new(workers);
        let [server] = world.servers();
        let ticket = world.ticket("alice", &server.owner());
        let start = Barrier::new(100);
        let mut let_in: Vec<_> = thread::scope(|scope| {
            let log_in = || {
                scope.spawn(|| {
                    let mut client = server.client(Codec::Binary);
                    start.wait();
                    let request = log_in_with("alice", ticket.as_str());
                    let mut answer = [0; 7];
                    client.send(&request);
                    client.receive_exactly(&mut answer);
                    let is_let_in = answer[..] == logged_in(1)[..];
                    assert!(is_let_in || answer[..] == logged_in(FAILED)[..], "{answer:?}");
                    is_let_in.then_some(client)
                })
            };
            let threads: Vec<_> = std::iter::repeat_with(log_in).take(100).collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("no panic");
            threads.into_iter().filter_map(join).collect()
        });
        assert_eq!(let_in.len(), 1);
        let_in[0].exchange(&PING, &PONG);
    }
}

#[test]
fn a_login_replaces_the_session_on_another_server() {
    with_two(|world, [first, second]| {
        let mut carol = first.user(world, "carol");
        carol.exchange(&enter(7), &entered(7, 1));
        let mut old = first.user(world, "bob");
        old.exchange(&enter(7), &[user_list(&[(1, "carol")]), entered(7, 2)].concat());
        let mut new = second.user(world, "bob");
        old.expect(&error_packet(REPLACED));
        old.half_close();
        old.expect_end();
        carol.skip_to(&has_left(2));
        // The old session has ended in order, and has taken nothing of the new one with it.
        carol.exchange(&whisper("bob", "still there?"), &whispered(1));
        new.expect(&whispers("carol", "still there?"));
        assert_eq!(world.find("bob").map(|there| there.owner), Some(second.owner()));
        new.exchange(&enter(second.room(7)), &entered(second.room(7), 1));
        drop(new);
        world.is_gone("bob");
    });
}

#[test]
fn a_login_replaces_the_session_on_the_same_server() {
    for workers in WORKERS {
        let world = World::new(workers);
        let [server] = world.servers();
        let mut old = server.user(&world, "bob");
        for _ in 0..3 {
            let new = server.user(&world, "bob");
            old.expect(&error_packet(REPLACED));
            old.half_close();
            old.expect_end();
            old = new;
        }
        let mut alice = server.user(&world, "alice");
        alice.exchange(&whisper("bob", "psst"), &whispered(1));
        old.expect(&whispers("alice", "psst"));
        drop(old);
        world.is_gone("bob");
    }
}

#[test]
fn nobody_is_let_in_while_the_directory_is_away() {
    let world = World::new(1);
    let [server] = world.servers();
    let ticket = world.ticket("alice", &server.owner());
    let bob = server.user(&world, "bob");
    world.directory.set(Mood::Away);
    server.refuses("alice", ticket.as_str(), UNAVAILABLE);
    drop(bob);
    world.directory.set(Mood::Well);
    // It was not used up.
    let alice = server.user_with(Codec::Binary, "alice", &ticket);
    drop(alice);
    world.is_gone("alice");
}

/// Nobody is in two places because one of them is silent.
#[test]
fn a_server_that_is_silent_keeps_its_users() {
    let world = World::impatient(1);
    let [server] = world.servers();
    let (owner, _listening, _requests) = world.silent_server(CHAT);
    let session = 1;
    let there = Presence { owner, session };
    world.directory.log_in("bob", &there, None).expect("an answer");
    let ticket = world.ticket("bob", &server.owner());
    server.refuses("bob", ticket.as_str(), UNAVAILABLE);
    assert_eq!(world.find("bob").as_ref(), Some(&there));
    // Until its lease ends.
    world.directory.release(&there.owner).expect("an answer");
    drop(server.user(&world, "bob"));
    world.is_gone("bob");
}

#[test]
fn the_end_of_a_server_is_the_end_of_its_users() {
    let world = World::new(1);
    let [first, second] = world.servers();
    let mut alice = first.user(&world, "alice");
    assert!(world.find("alice").is_some());
    first.request_end();
    alice.expect(&error_packet(64));
    drop(alice);
    first.end();
    assert_eq!(world.find("alice"), None);
    eventually("its slot is free", || {
        world.directory.servers().expect("an answer").len() == 1
    });
    drop(second.user(&world, "alice"));
}
