//! `fleet status`: which servers there are, as a table and as JSON, and what it says where nobody can tell.

use serde_json::Value;

use crate::support::{Finished, Program, address_of, eventually, unused_address};
use crate::{FLEET, Fleet};

/// The flags of a fleet may be in its variables: they are nothing to this.
fn status(arguments: &[&str]) -> Finished {
    let program = Program::new(FLEET).env("FLEET_BIND", "127.0.0.1:0");
    program.args(&["status"]).args(arguments).run()
}

/// The cells of a row whose first two are these.
fn row(table: &str, game: &str, slot: &str) -> Vec<String> {
    let rows = table
        .lines()
        .map(|line| line.split_whitespace().map(str::to_owned));
    let mut rows = rows.map(Iterator::collect);
    let row = rows.find(|row: &Vec<String>| row[..2] == [game, slot]);
    row.unwrap_or_else(|| panic!("{game} {slot} is not in {table}"))
}

#[test]
fn a_table_has_a_line_for_each_server() {
    let fleet = Fleet::start(&["--lease", "300ms"]);
    let _alice = fleet.newcomer("alice", 1_000);
    // A server tells its numbers with each renewal of its lease.
    let mut table = String::new();
    eventually("alice is counted", || {
        table = status(&[&fleet.url()]).expect_success().text();
        row(&table, "chat", "1")[4] == "1"
    });
    assert_eq!(table.lines().count(), 4, "{table}");
    let headings: Vec<_> = table
        .lines()
        .next()
        .expect("headings")
        .split_whitespace()
        .collect();
    let expected = [
        "server",
        "address",
        "rooms",
        "users",
        "connections",
        "load",
        "generation",
    ];
    assert_eq!(headings, expected);
    for (game, slot, address, rooms, users) in [
        ("baccarat", "0", fleet.baccarat, "0-999", "0"),
        ("chat", "0", fleet.chat[0], "0-999", "0"),
        ("chat", "1", fleet.chat[1], "1000-1999", "1"),
    ] {
        let row = row(&table, game, slot);
        assert_eq!(row[2..6], [&address.to_string(), rooms, users, users], "{table}");
    }
}

#[test]
fn json_is_what_the_api_server_says() {
    let fleet = Fleet::start(&["--chat-servers", "2"]);
    let said = status(&[&fleet.url(), "--json"]).expect_success().text();
    let said: Value = serde_json::from_str(&said).expect("one object");
    let servers = said["servers"].as_array().expect("a list");
    let slots: Vec<_> = servers
        .iter()
        .map(|server| (&server["game"], &server["slot"]))
        .collect();
    assert_eq!(
        slots,
        [
            (&"baccarat".into(), &0.into()),
            (&"chat".into(), &0.into()),
            (&"chat".into(), &1.into())
        ]
    );
}

#[test]
fn where_no_api_server_is_that_is_one_line() {
    let fleet = Fleet::start(&["--admin", "127.0.0.1:0"]);
    let (_socket, nobody) = unused_address();
    let admin = address_of(&fleet.api.process, "admin");
    for (address, problem) in [
        (nobody, "does not answer; is an API server running there?: "),
        (
            fleet.chat[0],
            "does not answer; is an API server running there?: ",
        ),
        (admin, "answers 404 Not Found, and is no API server"),
    ] {
        let finished = status(&[&address.to_string()]);
        let line = finished.expect_failure(1);
        let beginning = format!("fleet: http://{address} ");
        assert!(line.starts_with(&beginning) && line.contains(problem), "{line}");
    }
}

#[test]
fn wrong_flags_are_exit_code_2() {
    for (arguments, problem) in [
        (&["ftp://127.0.0.1:8080"][..], "expected http://HOST:PORT"),
        (&["--timeout", "0"], "--timeout must be longer than 0"),
        (&["--bind", "127.0.0.1:0"], "--bind"),
    ] {
        status(arguments).refuses_flags("fleet", problem);
    }
}
