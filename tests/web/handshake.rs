//! The request that asks for a WebSocket: who may connect, and how others are refused.

use crate::WebServer;
use crate::socket::{REQUEST, Socket};
use crate::support::Program;
use crate::support::messages::{log_in, logged_in};

/// The head of the answer to a request with these fields besides.
#[track_caller]
fn answer(server: &WebServer, request: &str, fields: &str) -> String {
    let mut socket = Socket::connect(server.web);
    socket.send_bytes(format!("{request}{fields}\r\n").as_bytes());
    socket.head()
}

fn status(head: &str) -> &str {
    head.split(' ').nth(1).expect("a status")
}

#[test]
fn the_key_is_answered_and_the_subprotocol_named() {
    let server = WebServer::start(&[]);
    let head = answer(&server, REQUEST, "");
    // The example of RFC 6455, 1.3.
    assert!(
        head.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
        "{head}"
    );
    assert!(
        head.contains("\r\nSec-WebSocket-Protocol: codelab.v1\r\n"),
        "{head}"
    );
    assert!(!head.contains("Extensions"), "{head}");
}

#[test]
fn packets_may_come_with_the_request() {
    let server = WebServer::start(&[]);
    let mut socket = Socket::connect(server.web);
    let login = crate::socket::frame(crate::socket::BINARY, &log_in("alice"));
    socket.send_bytes(&[format!("{REQUEST}\r\n").as_bytes(), &login].concat());
    socket.head();
    socket.expect(&logged_in(1));
}

#[test]
fn a_foreign_page_is_refused_and_its_own_is_not() {
    let server = WebServer::start(&["--web-origin", "https://play.example"]);
    let own = server.web.to_string();
    let request = REQUEST.replace("Host: h", &format!("Host: {own}"));
    for (origin, expected) in [
        (format!("http://{own}"), "101"),
        ("https://play.example".to_owned(), "101"),
        ("http://play.example".to_owned(), "403"),
        ("http://evil.example".to_owned(), "403"),
        (format!("http://{own}.evil.example"), "403"),
        ("null".to_owned(), "403"),
    ] {
        let head = answer(&server, &request, &format!("Origin: {origin}\r\n"));
        assert_eq!(status(&head), expected, "{origin}");
    }
    // A name that somebody lets point here after his page was loaded.
    let rebound = REQUEST.replace("Host: h", "Host: evil.example");
    let head = answer(&server, &rebound, "Origin: http://evil.example\r\n");
    assert_eq!(status(&head), "403");
}

#[test]
fn what_is_no_request_for_a_websocket_is_told_so() {
    let server = WebServer::start(&[]);
    let other = |from: &str, to: &str| status(&answer(&server, &REQUEST.replace(from, to), "")).to_owned();
    assert_eq!(other("Version: 13", "Version: 8"), "426");
    assert_eq!(other("Connection: Upgrade\r\n", ""), "426");
    assert_eq!(other("GET", "HEAD"), "426");
    assert_eq!(other("GET", "POST"), "405");
    assert_eq!(other("ZQ==", "ZQ"), "400");
    assert_eq!(other("codelab.v1", "codelab.v2"), "400");
    assert_eq!(other("/ws", "/wss"), "404");
    let head = answer(&server, &REQUEST.replace("Version: 13", "Version: 8"), "");
    assert!(head.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{head}");
    assert!(head.contains("\r\nUpgrade: websocket\r\n"), "{head}");
}

#[test]
fn flags_for_pages_need_a_page() {
    for (flags, words) in [
        (
            &["--web-origin", "http://a.example"][..],
            "--web-origin is for the page of --web",
        ),
        (
            &["--web-api", "http://127.0.0.1:8080"],
            "--web-api is for the page of --web",
        ),
        (&["--web", "--web-origin", "a.example"], "expected an origin"),
        (&["--web", "--web-api", "http://a/v1"], "without a path"),
    ] {
        let program = Program::new(env!("CARGO_BIN_EXE_chat-server"));
        let finished = program.args(&["--bind", "127.0.0.1:0"]).args(flags).run();
        let line = finished.expect_failure(2);
        assert!(line.contains(words), "{line}");
    }
}
