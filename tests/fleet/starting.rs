//! What a fleet prints, what it refuses, and how it ends.

use crate::folder::Folder;
use crate::support::messages::{chat, said_by_oneself};
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
fn accounts_that_cannot_be_opened_are_one_line() {
    let finished = program(&["--database", "/nonexistent/accounts.db"]).run();
    let line = finished.expect_failure(1);
    assert_eq!(
        line,
        "fleet: --database: /nonexistent: there is no such folder; make it first"
    );
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
