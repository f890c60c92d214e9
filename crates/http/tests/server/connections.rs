//! Which connection stays open, and what comes back in which order.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use http::{Request, Response};
use net::Limits;

use crate::support::{Client, Server};

/// Sends a request of which the first line and one field are given, and reads its answer.
fn ask(client: &mut Client, line: &str, field: &str) -> Option<String> {
    client.send(format!("{line}\r\nHost: h\r\n{field}\r\n"));
    client.response().field("connection").map(str::to_owned)
}

#[test]
fn the_client_says_whether_its_connection_stays() {
    let server = Server::start();
    let cases = [
        ("GET / HTTP/1.1", "", None, true),
        ("GET / HTTP/1.1", "Connection: keep-alive\r\n", None, true),
        ("GET / HTTP/1.1", "Connection: close\r\n", Some("close"), false),
        (
            "GET / HTTP/1.1",
            "Connection: Keep-Alive, CLOSE\r\n",
            Some("close"),
            false,
        ),
        (
            "GET / HTTP/1.1",
            "Connection: x\r\nConnection: close\r\n",
            Some("close"),
            false,
        ),
        ("GET / HTTP/1.1", "Connection: closed\r\n", None, true),
        ("GET / HTTP/1.0", "", Some("close"), false),
        (
            "GET / HTTP/1.0",
            "Connection: Keep-Alive\r\n",
            Some("keep-alive"),
            true,
        ),
        (
            "GET / HTTP/1.0",
            "Connection: keep-alive, close\r\n",
            Some("close"),
            false,
        ),
    ];
    for (line, field, said, stays) in cases {
        let mut client = server.connect();
        assert_eq!(ask(&mut client, line, field).as_deref(), said, "{line} {field}");
        if stays {
            ask(&mut client, "GET / HTTP/1.1", "");
            client.end();
        }
        assert_eq!(client.rest(), "", "{line} {field}");
    }
}

#[test]
fn nothing_is_answered_behind_the_last_request() {
    let server = Server::start();
    let last = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answer = server.answer(format!("{last}GET /behind HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes());
    assert!(answer.ends_with("\r\n\r\nGET /last of h: "), "{answer}");
    // Nor is it looked at.
    let answer = server.answer(format!("{last}\0\0\0").as_bytes());
    assert!(answer.ends_with("\r\n\r\nGET /last of h: "), "{answer}");
}

#[test]
fn a_request_may_come_in_any_two_pieces() {
    let server = Server::start();
    let request = b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let mut client = server.connect();
    for split in 0..request.len() {
        client.send(&request[..split]);
        client.send(&request[split..]);
        assert_eq!(client.response().text(), "POST /a of h: abc", "split at {split}");
    }
    for byte in request {
        client.send([*byte]);
    }
    assert_eq!(client.response().text(), "POST /a of h: abc");
}

#[test]
fn ten_thousand_requests_before_the_end_are_ten_thousand_answers() {
    const COUNT: usize = 10_000;
    let server = Server::start();
    let mut client = server.connect();
    let mut sender = client.clone_to_send();
    let sending = thread::spawn(move || {
        sender.send(b"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n".repeat(COUNT));
        sender.end();
    });
    for _ in 0..COUNT {
        assert_eq!(client.response().text(), "hello");
    }
    assert_eq!(client.rest(), "");
    sending.join().expect("all was sent");
}

/// A client could make the server hold thousands of long answers otherwise.
#[test]
fn a_long_answer_does_not_wait_for_those_behind_it() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let service = move |request: &Request| {
        if request.path() == "/second" {
            // For longer than the client waits.
            let _ = wait.lock().expect("one client").recv();
        }
        Response::text(200, "x".repeat(20_000))
    };
    let server = Server::with_service(service, Limits::default());
    let mut client = server.connect();
    client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\nGET /second HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.response().body.len(), 20_000);
    go.send(()).expect("the service waits");
    assert_eq!(client.response().body.len(), 20_000);
}

#[test]
fn a_client_that_asks_for_it_is_told_to_go_on() {
    let server = Server::start();
    let mut client = server.connect();
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_eq!(client.response().text(), "hello");
    assert_eq!(client.head().head, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    assert_eq!(client.response().text(), "POST / of h: abc");
    // Its body comes with it, so it does not wait.
    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
    assert_eq!(client.response().text(), "POST / of h: abc");
}

#[test]
fn a_body_that_will_be_too_long_is_refused_and_not_asked_for() {
    let server = Server::start();
    let mut client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 16385\r\n\r\n");
    let reply = client.response();
    assert_eq!((reply.status(), reply.field("connection")), (413, Some("close")));
    assert_eq!(client.rest(), "");
}

#[test]
fn a_client_in_the_middle_of_a_long_body_hears_the_answer() {
    let server = Server::start();
    let mut client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
    // A server that closed with this unread would reset the connection, and the answer would be lost.
    client.send(vec![b'x'; 1_000_000]);
    assert_eq!(client.response().status(), 413);
    client.end();
    assert_eq!(client.rest(), "");
}

#[test]
fn an_end_inside_a_request_is_told_and_one_between_two_is_not() {
    let server = Server::start();
    assert_eq!(server.answer(b""), "");
    assert_eq!(server.answer(b"\r\n"), "");
    for half in [
        "GET /",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nab",
    ] {
        let answer = server.answer(half.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    }
}
