//! What those see who watch servers of a directory: numbers, health, the log, the table of all servers.

use serde_json::Value;

use crate::redis::RedisServer;
use crate::support::messages::{whisper, whispered, whispers};
use crate::support::{Client, Program, Server, address_of, eventually};
use crate::{Cluster, LONG};

pub(crate) const WATCHED: [&str; 2] = ["--admin", "127.0.0.1:0"];

/// What is at this path of its admin port.
fn look(server: &Server, path: &str) -> String {
    let mut watcher = Client::connect(address_of(&server.process, "admin"));
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    watcher.send(request.as_bytes());
    String::from_utf8(watcher.receive_rest()).expect("UTF-8")
}

fn number(server: &Server, name: &str) -> Option<u64> {
    let numbers = look(server, "/metrics");
    let mut rows = numbers.lines().filter_map(|line| line.rsplit_once(' '));
    rows.find(|(one, _)| *one == name)
        .and_then(|(_, value)| value.parse().ok())
}

/// Waits until its `/metrics` has this row with this value.
#[track_caller]
pub(crate) fn comes_to(server: &Server, name: &str, value: u64) {
    eventually(name, || number(server, name) == Some(value));
}

#[test]
fn the_numbers_are_those_of_what_servers_do_together() {
    let cluster = Cluster::start();
    let start = || cluster.server("chat-server", &[&LONG[..], &WATCHED].concat());
    let (first, second) = (start(), start());
    let mut alice = cluster.newcomer("alice", 0);
    let mut bob = cluster.newcomer("bob", 1_000);
    alice.exchange(&whisper("bob", "hi"), &whispered(1));
    bob.expect(&whispers("alice", "hi"));
    comes_to(&first, "codelab_server_requests_total{result=\"answered\"}", 1);
    // A seat for Bob, and the whisper.
    comes_to(&second, "codelab_server_requests_received_total", 2);
    comes_to(
        &cluster.api,
        "codelab_server_requests_total{result=\"answered\"}",
        2,
    );
    for server in [&first, &second] {
        let numbers = look(server, "/metrics");
        let slot = usize::from(std::ptr::eq(server, &raw const second));
        let row = format!("codelab_slot_info{{game=\"chat\",slot=\"{slot}\",generation=\"");
        assert!(numbers.contains(&row), "{row}: {numbers}");
        for (name, value) in [
            ("codelab_slots", 1),
            ("codelab_slots_taken_total", 1),
            ("codelab_slots_lost_total", 0),
            ("codelab_renewals_unanswered_total", 0),
            ("codelab_redis_failures_total", 0),
        ] {
            assert_eq!(number(server, name), Some(value), "{name}");
        }
        assert!(number(server, "codelab_directory_calls_total{result=\"answered\"}") > Some(2));
        let health = look(server, "/healthz");
        assert!(
            health.ends_with(r#"{"status":"ok","directory":"ok"}"#),
            "{health}"
        );
    }
    let health = look(&cluster.api, "/healthz");
    assert!(
        health.ends_with(r#"{"status":"ok","directory":"ok"}"#),
        "{health}"
    );
}

#[test]
fn the_table_has_all_servers() {
    let cluster = Cluster::start();
    let [first, second] = cluster.chat();
    let baccarat = cluster.server("baccarat-server", &LONG);
    let status =
        Program::new(env!("CARGO_BIN_EXE_fleet")).args(&["status", &cluster.api.address.to_string()]);
    let table = status.run().expect_success().text();
    let rows: Vec<_> = table
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().take(4).collect::<Vec<_>>())
        .collect();
    let addresses = [&baccarat, &first, &second].map(|server| server.address.to_string());
    let expected = [
        ["baccarat", "0", &addresses[0], "0-999"],
        ["chat", "0", &addresses[1], "0-999"],
        ["chat", "1", &addresses[2], "1000-1999"],
    ];
    assert_eq!(rows, expected, "{table}");
}

/// The log says which server it is of; and no log, help or list of settings shows the password.
#[test]
fn the_log_names_the_server_and_hides_the_password() {
    let redis = RedisServer::start_with(&["--requirepass", "open-sesame"]);
    let url = format!("{}?pass=open-sesame", redis.url());
    let program = |name: &str| Program::of_this_build(name).env("CHAT_SERVER_DIRECTORY", &url);
    let server = program("chat-server").serve_with(&["--slot", "4", "--log", "debug"]);
    let settings = server.log().wait_for_line(" INFO settings: ");
    assert!(
        settings.contains(" (CHAT_SERVER_DIRECTORY) ") && settings.contains("***"),
        "{settings}"
    );
    assert!(settings.ends_with(" server=chat slots=4"), "{settings}");
    let log = server.terminate().expect_success().stderr;
    assert!(!log.contains("open-sesame"), "{log}");
    let flags = ["--log-format", "json", "--slot", "4"];
    let server = program("chat-server").serve_with(&flags);
    let line: Value = serde_json::from_str(&server.log().wait_for_line("settings")).expect("JSON");
    assert_eq!(
        (&line["fields"]["server"], &line["fields"]["slots"]),
        (&"chat".into(), &"4".into())
    );
    let log = server.terminate().expect_success().stderr;
    assert!(!log.contains("open-sesame"), "{log}");
    let help = program("chat-server")
        .args(&["--help"])
        .run()
        .expect_success()
        .text();
    assert!(
        help.contains("CHAT_SERVER_DIRECTORY") && !help.contains("open-sesame"),
        "{help}"
    );
}
