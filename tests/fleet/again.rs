//! A fleet that ends and is started again, or stops for a while: its clients come back.

use std::io::Write;
use std::thread;
use std::time::Duration;

use crate::Fleet;
use crate::clients::client;
use crate::folder::Folder;
use crate::program;
use crate::support::messages::{chat, said_by_oneself, whisper, whispered, whispers};
use crate::support::{Program, Signal, address_to_ask_for, eventually};

#[test]
fn clients_come_back_to_a_fleet_that_was_started_again() {
    let folder = Folder::new("fleet-again");
    let database = folder.join("accounts.db");
    let flags = ["--database", database.to_str().expect("UTF-8")];
    // Clients find the API server where it was; the game servers may be anywhere.
    let (_held, address) = address_to_ask_for();
    let bind = address.to_string();
    let start = || Fleet::of(program(&flags).env("FLEET_BIND", &bind));
    let fleet = start();
    let (alice, mut keyboard) =
        client("chat-client", &fleet, "alice", &["--room", "5"]).start_with_keyboard();
    alice.stdout.wait_for_line("* you are in room 5, alone");
    fleet.api.terminate();
    alice
        .stdout
        .wait_for_line("* connection lost: the server closed the connection: it is shutting down");
    let _fleet = start();
    alice.stdout.wait_for_lines(2, "* you are in room 5, alone");
    writeln!(keyboard, "hello").expect("alice reads");
    alice.stdout.wait_for_line("alice: hello");
    drop(keyboard);
    alice.finish().expect_success();
}

#[test]
fn the_second_client_of_a_user_ends_the_first() {
    let fleet = Fleet::start(&[]);
    let (first, _keyboard) = client("chat-client", &fleet, "alice", &["--room", "5"]).start_with_keyboard();
    first.stdout.wait_for_line("* you are in room 5, alone");
    let url = fleet.url();
    let (second, keyboard) = Program::of_this_build("chat-client")
        .args(&["--api", &url, "--name", "alice", "--room", "6"])
        .env("CHAT_CLIENT_PASSWORD", "correct horse")
        .start_with_keyboard();
    second.stdout.wait_for_line("* you are in room 6, alone");
    assert_eq!(
        first.finish().expect_failure(1),
        "chat-client: the server closed the connection: you have logged in again elsewhere (REPLACED)"
    );
    drop(keyboard);
    second.finish().expect_success();
}

/// Nobody else has had the slots meanwhile, so nobody has lost anything: not the connection, not the room, not the name.
#[test]
fn servers_that_were_stopped_for_too_long_go_on() {
    let lease = Duration::from_secs(1);
    let fleet = Fleet::start(&["--lease", "1s"]);
    let mut alice = fleet.newcomer("alice", 0);
    let mut bob = fleet.newcomer("bob", 1_000);
    fleet.api.signal(Signal::STOP);
    thread::sleep(2 * lease);
    alice.send(&chat("is anybody there?"));
    fleet.api.signal(Signal::CONT);
    alice.expect(&said_by_oneself(1, "is anybody there?"));
    eventually("whispers arrive again", || {
        alice.is_answered(&whisper("bob", "hi"), &whispered(1))
    });
    bob.expect(&whispers("alice", "hi"));
    bob.exchange(&chat("yes"), &said_by_oneself(1, "yes"));
    let token = fleet.api.new_user("carol");
    fleet.place("carol", &token, "chat", Some(5)).enter();
}
