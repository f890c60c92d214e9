//! Pages at a fleet: each server lets in those of the others, and a user goes from one to the other.

use std::net::SocketAddr;

use crate::Fleet;
use crate::socket::{REQUEST, Socket};
use crate::support::address_of;
use crate::support::messages::{enter, entered, leave, left, log_in_with, logged_in, not_entered};
use crate::support::wire::error_packet;

const REPLACED: i16 = 68;
const ROOM_ELSEWHERE: i16 = 135;

/// The ports for browsers of the two chat servers.
fn fleet(flags: &[&str]) -> (Fleet, [SocketAddr; 2]) {
    let fleet = Fleet::start(&[&["--web", "127.0.0.1:0"], flags].concat());
    let web = ["web-0", "web-1"].map(|name| address_of(&fleet.api.process, name));
    (fleet, web)
}

/// The head of the answer to this.
#[track_caller]
fn head_of(address: SocketAddr, request: &str) -> String {
    let mut socket = Socket::connect(address);
    socket.send_bytes(request.as_bytes());
    socket.head()
}

#[test]
fn a_user_in_a_browser_is_sent_from_page_to_page() {
    let (fleet, [first, second]) = fleet(&["--rooms", "10"]);
    let token = fleet.api.new_user("alice");
    let place = fleet.ask_for_place(&token, "chat", Some(3)).body;
    assert_eq!(place["web"], first.to_string());
    let ticket = place["ticket"].as_str().expect("a ticket");
    let mut alice = Socket::open(first);
    alice.exchange(&log_in_with("alice", ticket), &logged_in(1));
    alice.exchange(&enter(3), &entered(3, 1));
    alice.exchange(&leave(), &left(1));
    alice.send(&enter(13));
    // ROOM_ELSEWHERE_NTF: `room:i32  port:u16  host_len:i8  host  ticket:[u8;16]`.
    let told = alice.receive(5 + 4 + 2 + 1 + 9 + 16);
    let [low, high] = second.port().to_le_bytes();
    assert_eq!(
        told[5..21],
        [&[13, 0, 0, 0, low, high, 9][..], b"127.0.0.1"].concat()
    );
    alice.expect(&not_entered(ROOM_ELSEWHERE));
    let ticket = std::str::from_utf8(&told[21..]).expect("text").to_owned();
    let mut there = Socket::open(second);
    there.exchange(&log_in_with("alice", &ticket), &logged_in(1));
    // The older session goes when the newer one is there.
    alice.expect(&error_packet(REPLACED));
    alice.expect_close(1000);
    there.exchange(&enter(13), &entered(13, 1));
}

#[test]
fn the_pages_of_a_fleet_are_let_in_everywhere_and_no_others() {
    let (fleet, [first, second]) = fleet(&["--web-origin", "https://play.example"]);
    let own = format!("http://{first}");
    let localhost = format!("http://localhost:{}", first.port());
    for (origin, is_let_in) in [
        (&own[..], true),
        (&localhost, true),
        ("https://play.example", true),
        ("http://play.example", false),
        ("http://evil.example", false),
    ] {
        let head = head_of(second, &format!("{REQUEST}Origin: {origin}\r\n\r\n"));
        assert_eq!(head.starts_with("HTTP/1.1 101 "), is_let_in, "{origin}: {head}");
        let question = format!(
            "OPTIONS /v1/login HTTP/1.1\r\nHost: h\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: POST\r\n\
             Access-Control-Request-Headers: content-type\r\n\r\n"
        );
        let head = head_of(fleet.api.address, &question);
        let status = if is_let_in { "204" } else { "403" };
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{origin}: {head}"
        );
        let allowed = format!("\r\nAccess-Control-Allow-Origin: {origin}\r\n");
        assert_eq!(head.contains(&allowed), is_let_in, "{head}");
        assert!(head.contains("\r\nVary: Origin\r\n"), "{head}");
    }
}

#[test]
fn a_page_is_told_where_users_log_in() {
    let (fleet, [first, _]) = fleet(&[]);
    let mut socket = Socket::connect(first);
    socket.send_bytes(b"GET /config.json HTTP/1.1\r\nHost: h\r\n\r\n");
    let head = socket.head();
    let policy = format!("connect-src 'self' {} ws: wss:;", fleet.url());
    assert!(head.contains(&policy), "{head}");
    let expected = format!(
        r#"{{"game":"chat","rooms":1000,"api":"{}","max_packet":1024,"room_size":100}}"#,
        fleet.url()
    );
    assert_eq!(
        String::from_utf8(socket.bytes(expected.len())).expect("text"),
        expected
    );
}
