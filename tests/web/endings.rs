//! Limits and the end of the server: whoever must go hears the last word, and then the close with its code.

use std::thread;
use std::time::{Duration, Instant};

use crate::WebServer;
use crate::socket::{BINARY, FIRST, PING, REQUEST, Socket, frame};
use crate::support::messages::{
    MAX_PACKET, RELAY_OVERHEAD, enter, entered, has_come, has_left, log_in, logged_in, ping, pong, relay,
    relayed,
};
use crate::support::wire::{
    IDLE_TIMEOUT, RATE_LIMITED, SERVER_FULL, SERVER_SHUTTING_DOWN, SLOW_CONSUMER, error_packet,
};
use crate::support::{Signal, eventually};

const UNAUTHENTICATED: i16 = 61;

/// A request that is no WebSocket.
const CONFIG: &str = "GET /config.json HTTP/1.1\r\nHost: h\r\n\r\n";

#[test]
fn who_does_not_log_in_or_is_silent_is_told() {
    let server = WebServer::start(&["--login-timeout", "300ms", "--idle-timeout", "500ms"]);
    let mut stranger = server.connect();
    let mut alice = server.connect();
    alice.exchange(&log_in("alice"), &logged_in(1));
    stranger.expect(&error_packet(UNAUTHENTICATED));
    stranger.expect_close(1008);
    alice.expect(&error_packet(IDLE_TIMEOUT));
    alice.expect_close(1008);
}

#[test]
fn who_asks_for_nothing_has_the_time_of_a_login() {
    let server = WebServer::start(&["--login-timeout", "1s"]);
    let mut reader = Socket::connect(server.web);
    assert_eq!(reader.status_of(CONFIG), "200");
    let (mut silent, mut slow) = (Socket::connect(server.web), Socket::connect(server.web));
    slow.send_bytes(REQUEST.as_bytes());
    assert_eq!(silent.next_frame(), None);
    assert!(slow.head().starts_with("HTTP/1.1 408 "));
    drop((silent, slow));
    // Its time was over before theirs: whoever has asked for something may keep the connection.
    assert_eq!(reader.status_of(CONFIG), "200");
    let log = server.server.log();
    log.wait_for_lines(2, "closed: login timeout: no login within 1s");
}

#[test]
fn a_byte_at_a_time_is_too_slow_in_a_packet_in_a_frame_and_between_frames() {
    let server = WebServer::start(&["--frame-timeout", "300ms", "--login-timeout", "0"]);
    let packet = ping(1);
    let begun: [(&str, Vec<u8>); 4] = [
        ("half a packet", frame(BINARY, &packet[..3])),
        ("half a frame", frame(BINARY, &packet)[..8].to_vec()),
        ("half a head", vec![BINARY]),
        ("a message that does not go on", frame(FIRST, &packet)),
    ];
    let mut sockets: Vec<_> = begun
        .into_iter()
        .map(|(what, bytes)| {
            let mut socket = server.connect();
            socket.send_bytes(&bytes);
            (what, socket)
        })
        .collect();
    for (what, socket) in &mut sockets {
        let (_, code) = socket.rest();
        assert_eq!(code, 1008, "{what}");
    }
}

#[test]
fn a_request_must_come_in_time_too() {
    let server = WebServer::start(&["--frame-timeout", "300ms"]);
    let mut socket = Socket::connect(server.web);
    socket.send_bytes(REQUEST.as_bytes());
    assert!(socket.head().starts_with("HTTP/1.1 408 "));
}

/// Sends far too much until it is closed, and hears why.
fn flood(server: &WebServer, frames: &[u8]) {
    let mut socket = server.connect();
    let start = Instant::now();
    while socket.try_send_bytes(frames) && !socket.has_close() {
        // A client that sends without a pause sends ever faster than it is read.
        thread::sleep(Duration::from_millis(20));
    }
    assert!(start.elapsed() >= Duration::from_secs(5), "{:?}", start.elapsed());
    let (heard, code) = socket.rest();
    assert_eq!(code, 1008);
    assert!(heard.ends_with(&error_packet(RATE_LIMITED)), "{heard:?}");
}

#[test]
fn a_flood_of_packets_or_of_pings_is_closed_and_others_go_on() {
    let server = WebServer::start(&["--rate-limit", "10"]);
    let mut other = server.connect();
    thread::scope(|scope| {
        for one in [frame(BINARY, &ping(1)), frame(PING, b"")] {
            let server = &server;
            scope.spawn(move || flood(server, &one.repeat(20)));
        }
    });
    other.exchange(&ping(2), &pong(2));
}

/// A relay whose every byte tells its number.
fn piece(number: u8) -> [u8; MAX_PACKET - RELAY_OVERHEAD] {
    [number; _]
}

#[test]
fn whoever_does_not_read_hears_why() {
    let flags = [
        "--outbox-limit",
        "0",
        "--write-timeout",
        "1s",
        "--rate-limit",
        "0",
    ];
    eventually("the last words find their place", || {
        who_does_not_read_hears_why(&WebServer::start(&flags))
    });
}

/// False where the machine was so busy that the reader was cut off before it read, or that the room was used for something
/// else.
fn who_does_not_read_hears_why(server: &WebServer) -> bool {
    let mut deaf = Socket::open_with_little_room(server.web);
    let greeted = [logged_in(1), entered(1, 1)].concat();
    deaf.exchange(&[log_in("deaf"), enter(1)].concat(), &greeted);
    let mut alice = server.server.connect();
    alice.send(&[log_in("alice"), enter(1)].concat());
    alice.skip_to(&entered(1, 2));
    let mut is_heard = |number| alice.is_answered(&relay(&piece(number)), &relayed(2, &piece(number)));
    if !(0..150).all(&mut is_heard) {
        return false;
    }
    deaf.expect(&has_come(2, "alice"));
    // What it reads is room in the kernel, in which the last words find their place.
    (0..8).for_each(|number| deaf.expect(&relayed(2, &piece(number))));
    alice.expect(&has_left(1));
    deaf.ends_with(&error_packet(SLOW_CONSUMER), 1008)
}

#[test]
fn the_surplus_hears_that_the_server_is_full() {
    let server = WebServer::start(&["--max-connections", "1"]);
    let mut alice = server.connect();
    alice.exchange(&ping(1), &pong(1));
    let mut surplus = server.connect();
    surplus.expect(&error_packet(SERVER_FULL));
    surplus.expect_close(1008);
    let mut reader = Socket::connect(server.web);
    reader.send_bytes(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(reader.head().starts_with("HTTP/1.1 503 "));
    let silent = Socket::connect(server.web);
    silent.end();
    alice.send_bytes(&frame(0x88, b""));
    assert_eq!(
        alice.next_frame(),
        Some((0x88, Vec::new())),
        "a close without a code is answered so"
    );
    assert_eq!(alice.next_frame(), None);
    drop(alice);
    eventually("the place is free again", || Socket::is_let_in(server.web));
}

#[test]
fn at_the_end_all_hear_so_and_then_the_close() {
    let server = WebServer::start(&[]);
    let mut sockets: Vec<_> = (0..20)
        .map(|number| {
            let mut socket = server.connect();
            socket.exchange(&log_in(&format!("user{number}")), &logged_in(1));
            socket
        })
        .collect();
    server.server.signal(Signal::TERM);
    for socket in &mut sockets {
        socket.expect(&error_packet(SERVER_SHUTTING_DOWN));
        socket.expect_close(1001);
    }
    drop(sockets);
    server.server.process.finish().expect_success();
}
