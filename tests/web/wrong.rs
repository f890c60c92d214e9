//! Frames that are wrong: each ends that connection with its code, and no other.

use crate::WebServer;
use crate::socket::{BINARY, FIRST, LAST, MIDDLE, PING, frame};
use crate::support::messages::{ping, pong};

/// What is sent, and the code of the close that comes.
fn wrong_frames() -> Vec<(&'static str, Vec<u8>, u16)> {
    let too_long = [&[BINARY, 0xff, 0, 0, 0, 0, 0, 1, 0, 1][..], &[1, 2, 3, 4]].concat();
    let absurd = [&[BINARY, 0xff][..], &[0xff; 8], &[1, 2, 3, 4]].concat();
    let without_end = [frame(FIRST, b""), frame(MIDDLE, b"").repeat(1_024)].concat();
    vec![
        ("text", frame(0x81, b"hello"), 1003),
        ("no mask", b"\x82\x03abc".to_vec(), 1002),
        ("a reserved bit", frame(0xc2, b"abc"), 1002),
        ("an unknown kind", frame(0x83, b""), 1002),
        ("a ping in pieces", frame(0x09, b""), 1002),
        ("a long ping", frame(PING, &[0; 126]), 1002),
        ("a piece of nothing", frame(LAST, b""), 1002),
        (
            "a message in a message",
            [frame(FIRST, b""), frame(BINARY, b"")].concat(),
            1002,
        ),
        ("half a code", frame(0x88, b"\x03"), 1002),
        (
            "a code that nobody sends",
            frame(0x88, &1005_u16.to_be_bytes()),
            1002,
        ),
        ("a reason that is no text", frame(0x88, b"\x03\xe8\xff"), 1007),
        ("a claim of more than is allowed", too_long, 1009),
        ("an absurd claim", absurd, 1009),
        ("pieces without end", without_end, 1009),
        ("no packet", frame(BINARY, &[4, 0, 201, 0, 0]), 1002),
    ]
}

#[test]
fn each_mistake_has_its_code_and_is_behind_the_answers() {
    let server = WebServer::start(&[]);
    let mut other = server.connect();
    for (what, bytes, code) in wrong_frames() {
        let mut socket = server.connect();
        socket.send_bytes(&[frame(BINARY, &ping(1)), bytes].concat());
        assert_eq!(socket.rest(), (pong(1), code), "{what}");
    }
    other.exchange(&ping(2), &pong(2));
}

#[test]
fn a_close_is_answered_with_its_own_code() {
    let server = WebServer::start(&[]);
    for code in [1000_u16, 1001, 3000, 4999] {
        let mut socket = server.connect();
        let close = frame(0x88, &[&code.to_be_bytes()[..], b"bye"].concat());
        socket.send_bytes(&[frame(BINARY, &ping(1)), close, frame(BINARY, &ping(2))].concat());
        assert_eq!(socket.rest(), (pong(1), code), "nothing behind a close counts");
    }
}

#[test]
fn a_client_that_ends_without_a_close_is_seen_off_as_any() {
    let server = WebServer::start(&[]);
    let mut socket = server.connect();
    socket.send(&ping(1));
    socket.end();
    socket.expect(&pong(1));
    socket.expect_close(1000);
}

#[test]
fn whatever_is_broken_off_costs_nobody_else_anything() {
    let server = WebServer::start(&[]);
    let mut other = server.connect();
    let message = frame(BINARY, &ping(1));
    for length in 0..message.len() {
        let mut socket = server.connect();
        socket.send_bytes(&message[..length]);
        drop(socket);
        other.exchange(&ping(2), &pong(2));
    }
}
