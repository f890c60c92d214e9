//! Requests that are wrong or too large, a signal among logins that wait, and what all of that leaves behind.

use std::thread;

use crate::api_server;
use crate::caller::{Answer, PASSWORD, credentials, request};
use crate::support::{Signal, eventually};

/// The answer to these bytes, after which the connection is closed.
#[track_caller]
fn ends_with(server: &crate::support::Server, bytes: &[u8], status: u16) {
    let mut client = server.connect();
    client.send(bytes);
    let answer = Answer::parse(&client.receive_rest());
    assert_eq!(
        answer.status,
        status,
        "{}",
        bytes[..bytes.len().min(100)].escape_ascii()
    );
    assert_eq!(answer.field("connection"), Some("close"), "{answer:?}");
}

#[test]
fn requests_that_are_no_http_or_too_large_are_told_why_and_nobody_else_notices() {
    let server = api_server(&[]);
    let token = server.new_user("alice");
    let mut witness = server.connect();
    let me = request("GET /v1/me", &format!("Authorization: Bearer {token}\r\n"), "");
    let body = credentials("alice", PASSWORD);
    let long_field = request("GET /v1/me", &format!("X: {}\r\n", "x".repeat(9_000)), "");
    let many_fields = request("GET /v1/me", &"X: x\r\n".repeat(65), "");
    let two_lengths = request("POST /v1/login", "Content-Length: 3\r\n", &body);
    let both = request("POST /v1/login", "Transfer-Encoding: chunked\r\n", &body);
    let large = request("POST /v1/login", "", &"x".repeat(16 * 1024 + 1));
    let claim = b"POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n";
    let chunk = b"POST /v1/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    for (bytes, status) in [
        (&b"\x05\0\xc9\0\0\r\n\r\n"[..], 400),
        (b"GET / HTTP/1.1\n\n", 400),
        (b"GET /\r\n\r\n", 400),
        (&long_field, 431),
        (&many_fields, 431),
        (&two_lengths, 400),
        (&both, 400),
        (&large, 413),
        (claim, 413),
        (chunk, 400),
    ] {
        ends_with(&server, bytes, status);
        witness.send(&me);
        let mut status = [0; 12];
        witness.receive_exactly(&mut status);
        assert_eq!(&status, b"HTTP/1.1 200");
        witness.receive_some().expect("the rest");
    }
}

/// Whoever is hashed, or waits for that, is answered before the server ends.
#[test]
fn a_signal_among_logins_that_wait_ends_with_0_and_whole_answers() {
    let server = api_server(&["--hash-wait", "60s", "--drain", "60s"]);
    server.register("alice", PASSWORD).expect(201, "");
    let login = request("POST /v1/login", "", &credentials("alice", PASSWORD));
    let mut clients: Vec<_> = (0..8).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(|client| client.send(&login));
    clients.iter().for_each(crate::support::Client::wait_until_read);
    server.signal(Signal::TERM);
    let answers: Vec<_> = thread::scope(|scope| {
        let clients = clients.iter_mut();
        let threads: Vec<_> = clients
            .map(|client| scope.spawn(|| client.receive_rest()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    for answer in answers {
        Answer::parse(&answer).expect(200, "");
    }
    drop(clients);
    server.process.finish().expect_success();
}

#[test]
fn hours_of_logins_leave_nothing_behind() {
    let server = api_server(&["--hashes", "1"]);
    let round = |number: u32| {
        let user = format!("user {number}");
        let token = server.new_user(&user);
        for _ in 0..20 {
            server.call("GET /v1/me", &token, "").expect(200, "");
            drop(server.connect());
        }
        server
            .log_in(&user, "wrong horse")
            .expect(401, "wrong_credentials");
        server.log_in(&user, PASSWORD).expect(200, "");
        server.call("POST /v1/logout", &token, "").expect(204, "");
    };
    round(0);
    let count = || (server.process.threads(), server.process.descriptors());
    let mut before = count();
    eventually("all clients have gone", || {
        let last = std::mem::replace(&mut before, count());
        last == before
    });
    let memory = server.process.resident_bytes();
    (1..=5).for_each(round);
    eventually("all clients have gone", || count() <= before);
    let grown = server.process.resident_bytes().saturating_sub(memory);
    assert!(grown < 4_000_000, "{grown} bytes more");
}
