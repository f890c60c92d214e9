//! A fleet that ends and is started again, or stops for a while: its clients come back.

use std::io::Write;
use std::thread;
use std::time::Duration;

use crate::Fleet;
use crate::clients::client;
use crate::folder::Folder;
use crate::program;
use crate::support::messages::{enter, entered};
use crate::support::wire::error_packet;
use crate::support::{Client, Program, Signal, address_to_ask_for, eventually};

const NODE_LOST: i16 = 67;

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

/// A server that does nothing for longer than its lease cannot know who has had its rooms meanwhile: it lets go of whoever is
/// in them, and begins anew.
#[test]
fn servers_that_were_stopped_for_too_long_begin_anew() {
    let lease = Duration::from_secs(1);
    let fleet = Fleet::start(&["--lease", "1s"]);
    let token = fleet.api.new_user("alice");
    let mut alice = fleet.place("alice", &token, "chat", Some(5)).enter();
    fleet.api.signal(Signal::STOP);
    thread::sleep(2 * lease);
    fleet.api.signal(Signal::CONT);
    alice.expect(&error_packet(NODE_LOST));
    alice.half_close();
    alice.expect_end();
    let mut answer = None;
    eventually("there is a server again", || {
        answer = Some(fleet.ask_for_place(&token, "chat", Some(5))).filter(|answer| answer.status == 200);
        answer.is_some()
    });
    let place = fleet.place("alice", &token, "chat", Some(5));
    let mut alice = place.log_in(1);
    alice.send(&enter(5));
    // The ids of the room begin above those of before.
    let unique_id = entered_as(&mut alice, 5);
    assert!(unique_id > 1_000, "{unique_id}");
}

/// What a user is told who is the first in a room: the unique id.
fn entered_as(client: &mut Client, room: i32) -> u64 {
    let mut answer = vec![0; entered(room, 1).len()];
    client.receive_exactly(&mut answer);
    let (rest, unique_id) = answer.split_at(answer.len() - 8);
    let unique_id = u64::from_le_bytes(unique_id.try_into().expect("eight bytes"));
    assert_eq!([rest, &1_u64.to_le_bytes()].concat(), entered(room, 1));
    unique_id
}
