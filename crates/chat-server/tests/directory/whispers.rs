//! Whispers to users of other servers.

use chat_server::CHAT;
use directory::Directory;
use directory::Presence;
use directory::testing::Mood;

use crate::server::{WORKERS, World, with_two};
use crate::support::messages::{
    PING, PONG, chat, enter, entered, said_by_oneself, whisper, whispered, whispers,
};

const NO_SUCH_USER: i16 = 152;
const SELF: i16 = 153;
const UNREACHABLE: i16 = 155;

#[test]
fn a_whisper_reaches_a_user_on_any_server() {
    with_two(|world, [first, second]| {
        let mut alice = first.user(world, "alice");
        let mut bob = second.user(world, "bob");
        let mut carol = second.user(world, "carol");
        alice.exchange(&whisper("bob", "over there?"), &whispered(1));
        bob.expect(&whispers("alice", "over there?"));
        bob.exchange(&whisper("alice", "안녕"), &whispered(1));
        alice.expect(&whispers("bob", "안녕"));
        carol.exchange(&whisper("bob", "next door"), &whispered(1));
        bob.expect(&whispers("carol", "next door"));
        alice.exchange(&enter(3), &entered(3, 1));
        carol.exchange(&whisper("alice", "in a room"), &whispered(1));
        alice.expect(&whispers("carol", "in a room"));
    });
}

/// Whichever way the letters of the name are written.
#[test]
fn a_name_is_found_in_either_form() {
    let world = World::new(1);
    let [first, second] = world.servers();
    let mut alice = first.user(&world, "alice");
    let mut rene = second.user(&world, "ren\u{e9}");
    alice.exchange(&whisper("rene\u{301}", "hi"), &whispered(1));
    rene.expect(&whispers("alice", "hi"));
}

#[test]
fn nobody_and_oneself_are_told() {
    for workers in WORKERS {
        let world = World::new(workers);
        let [first, second] = world.servers();
        let mut alice = first.user(&world, "alice");
        for nobody in ["bob", "", "a name that is far too long for a user"] {
            alice.exchange(&whisper(nobody, "psst"), &whispered(NO_SUCH_USER));
        }
        alice.exchange(&whisper("alice", "psst"), &whispered(SELF));
        alice.exchange(&whisper("bob", ""), &whispered(151));
        let bob = second.user(&world, "bob");
        alice.exchange(&whisper("bob", "psst"), &whispered(1));
        drop(bob);
        world.is_gone("bob");
        alice.exchange(&whisper("bob", "psst"), &whispered(NO_SUCH_USER));
        second.end();
        alice.exchange(&whisper("bob", "psst"), &whispered(NO_SUCH_USER));
    }
}

#[test]
fn nobody_knows_while_the_directory_is_away() {
    let world = World::new(1);
    let [first, second] = world.servers();
    let mut alice = first.user(&world, "alice");
    let mut bob = second.user(&world, "bob");
    let mut carol = first.user(&world, "carol");
    world.directory.set(Mood::Away);
    alice.exchange(&whisper("bob", "psst"), &whispered(UNREACHABLE));
    // Whoever is here needs no directory.
    alice.exchange(&whisper("carol", "psst"), &whispered(1));
    carol.expect(&whispers("alice", "psst"));
    carol.exchange(&enter(3), &entered(3, 1));
    carol.exchange(&chat("alone"), &said_by_oneself(1, "alone"));
    world.directory.set(Mood::Well);
    alice.exchange(&whisper("bob", "again"), &whispered(1));
    bob.expect(&whispers("alice", "again"));
}

/// Only whoever has asked waits, and all that comes behind waits with it.
#[test]
fn a_server_that_is_silent_holds_up_one_user() {
    for workers in WORKERS {
        let world = World::new(workers);
        let [first] = world.servers();
        let (owner, listening, requests) = world.silent_server(CHAT);
        let session = 1;
        let there = Presence { owner, session };
        world.directory.log_in("bob", &there, None).expect("an answer");
        let mut alice = first.user(&world, "alice");
        let mut carol = first.user(&world, "carol");
        alice.send(&[whisper("bob", "psst"), PING.to_vec(), whisper("carol", "late")].concat());
        let asked = requests.recv().expect("a request");
        carol.exchange(&PING, &PONG);
        drop((asked, listening));
        alice.expect(&[whispered(UNREACHABLE), PONG.to_vec(), whispered(1)].concat());
        carol.expect(&whispers("alice", "late"));
    }
}

#[test]
fn a_server_that_is_silent_is_not_waited_for_any_longer() {
    let world = World::impatient(1);
    let [first] = world.servers();
    let (owner, _listening, _requests) = world.silent_server(CHAT);
    let session = 1;
    let there = Presence { owner, session };
    world.directory.log_in("bob", &there, None).expect("an answer");
    let mut alice = first.user(&world, "alice");
    alice.exchange(&whisper("bob", "psst"), &whispered(UNREACHABLE));
}
