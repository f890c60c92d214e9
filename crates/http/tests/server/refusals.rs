//! Requests that are wrong, and clients that are too many.

use net::{Limits, RateLimit};

use crate::support::{Reply, Server};

/// The only response to these bytes, after which the server closes without waiting for the client.
#[track_caller]
fn refusal(server: &Server, bytes: &str) -> Reply {
    let mut client = server.connect();
    client.send(bytes);
    let reply = client.response();
    assert_eq!(reply.field("connection"), Some("close"), "{}", reply.head);
    assert_eq!(reply.field("content-type"), Some("application/json"));
    assert_eq!(client.rest(), "");
    reply
}

#[test]
fn every_mistake_has_its_status_and_its_word_and_ends_the_connection() {
    let server = Server::start();
    let many = "X: y\r\n".repeat(64);
    let get = "GET / HTTP/1.1\r\nHost: h\r\n";
    let cases = [
        ("\x16\x03\x01".to_owned(), 400, "bad_request"),
        ("GET / HTTP/1.1\n".to_owned(), 400, "bad_request"),
        (format!("{get} folded\r\n\r\n"), 400, "bad_request"),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400, "bad_request"),
        (format!("{get}Content-Length: 5, 5\r\n\r\n"), 400, "bad_request"),
        (
            format!("{get}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
            400,
            "bad_request",
        ),
        (
            format!("{get}Transfer-Encoding: chunked, identity\r\n\r\n"),
            400,
            "bad_request",
        ),
        (
            format!("{get}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n"),
            400,
            "bad_request",
        ),
        (
            format!("{get}Content-Length: 16385\r\n\r\n"),
            413,
            "body_too_long",
        ),
        (
            format!("{get}Transfer-Encoding: chunked\r\n\r\n4001\r\n"),
            413,
            "body_too_long",
        ),
        (format!("{get}Expect: x\r\n\r\n"), 417, "unknown_expectation"),
        (format!("{get}{many}\r\n"), 431, "head_too_long"),
        (format!("{get}X: {}", "x".repeat(8_192)), 431, "head_too_long"),
        (
            "BREW / HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
            501,
            "unknown_method",
        ),
        (
            "GET / HTTP/2.0\r\nHost: h\r\n\r\n".to_owned(),
            505,
            "unknown_version",
        ),
    ];
    for (request, status, code) in cases {
        let reply = refusal(&server, &request);
        assert_eq!(reply.status(), status, "{request:.60}");
        let expected = format!("{{\"error\":\"{code}\",\"message\":\"");
        assert!(
            reply.text().starts_with(&expected),
            "{request:.60}: {}",
            reply.text()
        );
    }
}

#[test]
fn what_came_before_a_mistake_is_answered_first() {
    let server = Server::start();
    let answer =
        server.answer(b"GET /hello HTTP/1.1\r\nHost: h\r\n\r\nGET /\r\n\r\nGET /behind HTTP/1.1\r\n");
    let (first, second) = answer.split_once("hello").expect("the first answer");
    assert!(
        first.starts_with("HTTP/1.1 200 ") && !first.contains("Connection"),
        "{answer}"
    );
    assert!(second.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(answer.matches("Date: ").count(), 2, "{answer}");
}

#[test]
fn a_server_that_is_full_says_when_to_come_back() {
    let server = Server::with_limits(Limits {
        max_connections: Some(1),
        ..Limits::default()
    });
    let mut first = server.connect();
    first.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(first.response().text(), "hello");
    let reply = refusal(&server, "");
    assert_eq!((reply.status(), reply.field("retry-after")), (503, Some("1")));
    assert!(reply.text().contains("\"server_full\""), "{}", reply.text());
}

#[test]
fn one_address_has_its_own_limit() {
    let server = Server::with_limits(Limits {
        max_per_ip: Some(1),
        ..Limits::default()
    });
    let mut first = server.connect();
    first.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(first.response().text(), "hello");
    let reply = refusal(&server, "");
    assert_eq!((reply.status(), reply.field("retry-after")), (429, Some("1")));
    assert!(
        reply.text().contains("\"too_many_connections\""),
        "{}",
        reply.text()
    );
}

#[test]
fn a_client_without_a_thread_is_refused_as_by_a_full_server() {
    let server = Server::with_limits(Limits {
        // More than the address space has.
        stack_size: 1 << 47,
        ..Limits::default()
    });
    assert_eq!(refusal(&server, "").status(), 503);
}

#[test]
fn a_request_over_the_rate_limit_is_answered_without_the_service() {
    let server = Server::with_limits(Limits {
        rate_limit: Some(RateLimit {
            per_second: 1,
            burst: 2,
        }),
        ..Limits::default()
    });
    let mut client = server.connect();
    client.send(b"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n".repeat(10));
    let replies: Vec<_> = (0..10).map(|_| client.response()).collect();
    let statuses: Vec<_> = replies.iter().map(Reply::status).collect();
    assert_eq!(statuses[..2], [200, 200]);
    // A second may pass in between where the machine is busy; ten do not.
    let refused = replies
        .iter()
        .find(|reply| reply.status() == 429)
        .expect("some are over");
    assert_eq!(
        (refused.field("retry-after"), refused.field("connection")),
        (Some("1"), None)
    );
}
