//! Clients that are matched: they find each other, and those who do not come are not waited for.

use std::io::Write;
use std::process::ChildStdin;

use serde_json::json;

use crate::Fleet;
use crate::clients::client;
use crate::support::{Process, Signal};

/// A new user that wants to be matched with one other.
#[track_caller]
fn waiting(program: &str, fleet: &Fleet, user: &str) -> (Process, ChildStdin) {
    let (process, keyboard) = client(program, fleet, user, &["--match", "2"]).start_with_keyboard();
    process.stdout.wait_for_line("* waiting for 1 more player");
    (process, keyboard)
}

#[test]
fn whoever_waits_and_has_not_given_up_finds_somebody() {
    let fleet = Fleet::start(&[]);
    let (mut alice, _alice_types) = waiting("chat-client", &fleet, "alice");
    alice.signal(Signal::INT);
    alice.wait();
    let (bob, mut bob_types) = waiting("chat-client", &fleet, "bob");
    let (carol, carol_types) = waiting("chat-client", &fleet, "carol");
    bob.stdout.wait_for_line("* matched with carol: room ");
    carol.stdout.wait_for_line("* matched with bob: room ");
    carol.stdout.wait_for_line("* you are in room ");
    writeln!(bob_types, "hello").expect("bob reads");
    carol.stdout.wait_for_line("bob: hello");
    drop((bob_types, carol_types));
    bob.finish().expect_success();
    carol.finish().expect_success();
}

#[test]
fn others_that_do_not_come_are_replaced() {
    let fleet = Fleet::start(&["--entry-time", "3s"]);
    let token = fleet.api.new_user("bob");
    let wish = json!({"game": "baccarat", "size": 2}).to_string();
    fleet.api.call("POST /v1/matches", &token, &wish).expect(201, "");
    let (alice, alice_types) = waiting("baccarat-client", &fleet, "alice");
    alice.stdout.wait_for_line("* matched with bob: room ");
    alice
        .stdout
        .wait_for_line("* the others did not come: you wait again");
    let (carol, carol_types) = waiting("baccarat-client", &fleet, "carol");
    alice.stdout.wait_for_line("* matched with carol: room ");
    alice.stdout.wait_for_lines(2, "* you are in room ");
    carol.stdout.wait_for_line("* you are in room ");
    drop((alice_types, carol_types));
    alice.finish().expect_success();
    carol.finish().expect_success();
}
