//! The road with the clients that people use.

use std::io::Write;

use crate::Fleet;
use crate::support::Program;

/// A client of a user that makes an account and enters a room.
pub(crate) fn client(program: &str, fleet: &Fleet, user: &str, flags: &[&str]) -> Program {
    let password = format!("{}_PASSWORD", program.replace('-', "_").to_uppercase());
    Program::of_this_build(program)
        .args(&["--api", &fleet.url(), "--register", "--name", user])
        .args(flags)
        .env(&password, "correct horse")
}

#[test]
fn two_people_on_two_servers_find_each_other() {
    let fleet = Fleet::start(&[]);
    let (alice, mut alice_types) =
        client("chat-client", &fleet, "alice", &["--room", "0"]).start_with_keyboard();
    alice.stdout.wait_for_line("* you are in room 0, alone");
    let (bob, mut bob_types) =
        client("chat-client", &fleet, "bob", &["--room", "1000"]).start_with_keyboard();
    bob.stdout.wait_for_line("* you are in room 1000, alone");

    writeln!(bob_types, "/whisper alice psst").expect("bob reads");
    alice.stdout.wait_for_line("bob whispers: psst");
    writeln!(bob_types, "/invite alice").expect("bob reads");
    alice
        .stdout
        .wait_for_line("* bob invites you to room 1000: /enter 1000, or /decline bob");
    write!(alice_types, "/leave\n/enter 1000\nhello\n").expect("alice reads");
    bob.stdout.wait_for_line("* alice has entered");
    bob.stdout.wait_for_line("alice: hello");
    alice.stdout.wait_for_line("* you are in room 1000, with bob");
    drop((alice_types, bob_types));
    alice.finish().expect_success();
    bob.finish().expect_success();
}

#[test]
fn chips_are_played_for_with_an_account() {
    let fleet = Fleet::start(&["--result-time", "50ms"]);
    let script = b"/start\n/wait betting\n/bet banker 50\n/wait result\n/balance\n";
    let finished = client("baccarat-client", &fleet, "alice", &["--room", "1"])
        .run_with(script)
        .expect_success();
    let text = finished.text();
    assert!(
        text.contains("* you have 50 on banker, and 9950.00 left"),
        "{text}"
    );
}

/// The HTTP client of the program would tell each byte that it sends and gets: the password, the token and the ticket.
#[test]
fn a_log_of_everything_has_no_secret_of_an_account() {
    let fleet = Fleet::start(&[]);
    let finished = client("chat-client", &fleet, "alice", &["--room", "0", "--log", "trace"])
        .run_with(b"")
        .expect_success();
    for traces in ["ureq", "TRACE", "Bearer"] {
        assert!(!finished.stderr.contains(traces), "{}", finished.stderr);
    }
}
