//! What a fleet prints, what it refuses, and how it ends.

use crate::folder::Folder;
use crate::support::messages::{chat, history, said_by_oneself, told, told_all};
use crate::support::wire::{SERVER_SHUTTING_DOWN, error_packet};
use crate::support::{Client, Signal, address_of};
use crate::{Fleet, program};

#[test]
fn its_lines_name_the_servers_in_their_order() {
    let fleet = program(&["--chat-servers", "3", "--baccarat-servers", "2"]).serve();
    address_of(&fleet.process, "baccarat-1");
    let finished = fleet.terminate().expect_success();
    let names: Vec<_> = finished
        .text()
        .lines()
        .map(|line| {
            line.split_once(" listening on 127.0.0.1:")
                .expect("a line")
                .0
                .to_owned()
        })
        .collect();
    assert_eq!(
        names,
        ["api", "chat-0", "chat-1", "chat-2", "baccarat-0", "baccarat-1"]
    );
}

#[test]
fn it_ends_in_order_and_says_what_each_has_done() {
    let fleet = Fleet::start(&["--log", "info"]);
    let mut alice = fleet.newcomer("alice", 0);
    let mut bob = fleet.newcomer("bob", 1000);
    alice.exchange(&chat("hello"), &said_by_oneself(1, "hello"));
    fleet.api.signal(Signal::USR1);
    for status in [
        "chat-0: 1 connections, 1 users",
        "chat-1: 1 connections, 1 users",
        "baccarat-0: 0 connections",
    ] {
        fleet.api.log().wait_for_text(status);
    }
    fleet.api.signal(Signal::INT);
    for client in [&mut alice, &mut bob] {
        client.expect(&error_packet(SERVER_SHUTTING_DOWN));
        client.expect_end();
    }
    let finished = fleet.api.process.finish().expect_success();
    for served in [
        "chat-0: 1 clients served",
        "chat-1: 1 clients served",
        "baccarat-0: 0 clients served",
        "api: 6 clients served",
    ] {
        assert!(finished.stderr.contains(served), "{served}: {}", finished.stderr);
    }
}

#[test]
fn accounts_are_there_again_after_a_restart() {
    let folder = Folder::new("fleet-accounts");
    let database = folder.join("accounts.db");
    let flags = ["--database", database.to_str().expect("UTF-8")];
    let fleet = Fleet::start(&flags);
    fleet.newcomer("alice", 0);
    fleet.api.terminate().expect_success();
    let fleet = Fleet::start(&flags);
    let token = fleet.api.token("alice");
    fleet.place("alice", &token, "chat", None).enter();
}

/// In one file, whichever server has the room.
#[test]
fn what_was_said_in_a_room_is_there_again_after_a_kill() {
    let folder = Folder::new("fleet-rooms");
    let files = ["accounts.db", "rooms.db"].map(|name| folder.join(name));
    let [accounts, rooms] = files.each_ref().map(|file| file.to_str().expect("UTF-8"));
    let text = |time: i32, room: i32| format!("{time} in {room}");
    for time in 1..=2 {
        let fleet = Fleet::start(&["--database", accounts, "--durable", rooms]);
        for (user, room) in [("alice", 0), ("bob", 1_000)] {
            let token = match time {
                1 => fleet.api.new_user(user),
                _ => fleet.api.token(user),
            };
            let mut client = fleet.place(user, &token, "chat", Some(room)).enter();
            let said = text(time, room);
            client.exchange(&chat(&said), &said_by_oneself(1, &said));
            client.send(&history([0; 3]));
            for before in 1..=time {
                let expected = told(0, 0, user, &text(before, room));
                let mut came = vec![0; expected.len()];
                client.receive_exactly(&mut came);
                // Where it stands depends on the time.
                came[5..21].fill(0);
                assert_eq!(came, expected);
            }
            client.expect(&told_all(1));
        }
        fleet.api.signal(Signal::KILL);
        let _ = fleet.api.process.finish();
    }
}

#[test]
fn a_port_that_is_taken_is_one_line() {
    let fleet = Fleet::start(&[]);
    let taken = fleet.chat[0].to_string();
    let finished = program(&["--chat-bind", &taken]).run();
    let line = finished.expect_failure(1);
    assert!(line.contains(&taken), "{line}");
    let finished = program(&["--chat-bind", "127.0.0.1:65535"]).run();
    let line = finished.expect_failure(1);
    assert!(line.contains("leaves no port for the server chat-1"), "{line}");
}

#[test]
fn clients_must_be_able_to_come() {
    let finished = program(&["--bind", "0.0.0.0:0"]).run();
    let line = finished.expect_failure(2);
    assert!(line.contains("--advertise HOST must say"), "{line}");
    let fleet = Fleet::start(&["--chat-bind", "0.0.0.0:0", "--advertise", "127.0.0.9"]);
    let token = fleet.api.new_user("alice");
    let place = fleet.place("alice", &token, "chat", Some(0));
    assert_eq!(
        place.address.to_string(),
        format!("127.0.0.9:{}", fleet.chat[0].port())
    );
    place.enter();
}

#[test]
fn files_that_cannot_be_opened_are_one_line() {
    for flag in ["--database", "--durable"] {
        let finished = program(&[flag, "/nonexistent/some.db"]).run();
        let line = finished.expect_failure(1);
        assert_eq!(
            line,
            format!("fleet: {flag}: /nonexistent: there is no such folder; make it first")
        );
    }
}

#[test]
fn each_server_has_its_own_numbers() {
    let fleet = Fleet::start(&["--admin", "127.0.0.1:0"]);
    let _alice = fleet.newcomer("alice", 0);
    let mut watcher = Client::connect(address_of(&fleet.api.process, "admin"));
    watcher.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let numbers = String::from_utf8(watcher.receive_rest()).expect("UTF-8");
    for line in [
        "codelab_connections{server=\"chat-0\"} 1",
        "codelab_connections{server=\"chat-1\"} 0",
        "codelab_users{server=\"chat-0\"} 1",
        "codelab_users{server=\"baccarat-0\"} 0",
    ] {
        assert!(numbers.lines().any(|one| one == line), "{line}: {numbers}");
    }
}
