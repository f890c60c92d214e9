//! Requests that are right, byte by byte, and what comes back.

use crate::support::{Client, Server};

/// Asks without a body on a connection that stays open.
fn ask(client: &mut Client, request: &str) -> (u16, String) {
    client.send(format!("{request}\r\nHost: h\r\n\r\n"));
    let reply = client.response();
    (reply.status(), reply.text().to_owned())
}

#[test]
fn a_response_says_what_it_is() {
    let server = Server::start();
    let mut client = server.connect();
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    let reply = client.response();
    assert_eq!(reply.text(), "hello");
    assert!(reply.head.starts_with("HTTP/1.1 200 OK\r\n"), "{}", reply.head);
    assert_eq!(reply.field("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(reply.field("content-length"), Some("5"));
    assert_eq!(reply.field("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.field("connection"), None);
    let date = reply.field("date").expect("a date");
    assert!(date.len() == 29 && date.ends_with(" GMT"), "{date}");
}

#[test]
fn a_connection_stays_open_for_many_requests() {
    let server = Server::start();
    let mut client = server.connect();
    for count in 0..100 {
        let expected = format!("GET /{count} of h: ");
        assert_eq!(
            ask(&mut client, &format!("GET /{count} HTTP/1.1")),
            (200, expected)
        );
    }
}

#[test]
fn a_service_knows_who_asks() {
    let server = Server::start();
    for _ in 0..2 {
        let mut client = server.connect();
        let address = client.address().to_string();
        for _ in 0..2 {
            assert_eq!(ask(&mut client, "GET /peer HTTP/1.1"), (200, address.clone()));
        }
    }
}

#[test]
fn requests_that_come_together_are_answered_in_order() {
    let server = Server::start();
    let mut client = server.connect();
    let requests: String = (0..1_000)
        .map(|count| format!("POST /{count} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"))
        .collect();
    client.send(&requests);
    for count in 0..1_000 {
        assert_eq!(client.response().text(), format!("POST /{count} of h: abc"));
    }
    client.end();
    assert_eq!(client.rest(), "");
}

#[test]
fn a_panic_ends_one_connection_with_500_and_no_other() {
    let server = Server::start();
    let mut other = server.connect();
    let mut client = server.connect();
    client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /panic HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.response().text(), "GET /1 of h: ");
    let reply = client.response();
    assert_eq!(reply.status(), 500);
    assert_eq!(reply.field("connection"), Some("close"));
    assert!(
        reply.text().starts_with("{\"error\":\"internal_error\""),
        "{}",
        reply.text()
    );
    assert_eq!(client.rest(), "");
    assert_eq!(ask(&mut other, "GET /2 HTTP/1.1").0, 200);
}

#[test]
fn all_that_came_before_the_end_is_answered() {
    let server = Server::start();
    let answer = server.answer(b"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    let server = Server::start();
    let mut client = server.connect();
    client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    let reply = client.head();
    assert_eq!((reply.status(), reply.field("content-length")), (200, Some("5")));
    assert_eq!(ask(&mut client, "GET /hello HTTP/1.1"), (200, "hello".to_owned()));
}

#[test]
fn a_server_without_clients_ends_at_once() {
    let mut server = Server::start();
    assert_eq!(
        server.answer(b"GET /hello HTTP/1.0\r\n\r\n").lines().last(),
        Some("hello")
    );
    assert_eq!(server.stop().map(|summary| summary.served), Some(1));
}
