//! The chat over WebSocket, at a server's port for browsers.

use crate::compare::{compare, started};
use crate::support::{Server, address_of};
use crate::{json, measure, number, run, server};

/// Where the rooms are for a browser.
fn web(server: &Server) -> String {
    format!("ws://{}/ws", address_of(&server.process, "web"))
}

fn chat_server() -> Server {
    server("chat-server", &["--rate-limit", "0", "--web", "127.0.0.1:0"])
}

#[test]
fn each_message_comes_to_each_member() {
    let server = chat_server();
    for flags in [
        "--rooms 3 --members 4 --senders 2 --count 50",
        "--rooms 3 --members 4 --senders 4 --in-flight 300 --count 5000 --threads 2",
        "--rooms 3 --members 4 --senders 2 --rate 1000 --count 50",
    ] {
        let report = measure("chat", web(&server), flags);
        let count = if flags.contains("5000") { 5_000 } else { 50 };
        assert_eq!(report["messages"], count * 4, "to 4 members each: {flags}");
    }
}

#[test]
fn one_server_is_compared_with_itself_behind_a_web_socket() {
    let servers = [
        started("TCP", "chat-server", "--rate-limit 0"),
        started("WebSocket", "chat-server", "--rate-limit 0 --web 127.0.0.1:0"),
    ];
    let load = "chat --rooms 2 --members 3 --count 100";
    let comparison = json(&compare(&servers, "--rounds 1 --json", load).expect_success());
    let names = [0, 1].map(|index| &comparison["servers"][index]["name"]);
    assert_eq!(names, ["TCP", "WebSocket"]);
    let p99 = &comparison["servers"][1]["latency_milliseconds"]["p99"];
    assert!(number(p99) > 0.0, "{comparison}");
}

#[test]
fn a_port_that_speaks_no_web_socket_is_told() {
    let server = chat_server();
    let tcp = format!("ws://{}/ws", server.address);
    run(&["chat", &tcp, "--count", "1"]).expect_failure(1);
    let page = format!("ws://{}/", address_of(&server.process, "web"));
    let line = run(&["chat", &page, "--count", "1"]).expect_failure(2).to_owned();
    assert!(line.contains("ws://HOST:PORT/ws"), "{line}");
}
