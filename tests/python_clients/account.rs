//! A user with an account: the API server is asked for a place, and its ticket is the password there.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::json;

use crate::api::Api;
use crate::support::messages::SYNC;
use crate::support::wire::packet;
use crate::support::{Finished, PATIENCE, Process, Program, Signal, Terminal, unused_address};
use crate::{CODECS, python, python_is_there, server};

const PASSWORD: &str = "correct horse";
const TICKET: &str = "AbCdEfGh_-012345";

/// Carol, who wishes for room 7 at this API server.
fn carol(codec: &str, url: &str, flags: &[&str]) -> Program {
    python(codec, &["--api", url, "carol", "7"])
        .args(flags)
        .env("CHAT_CLIENT_PASSWORD", PASSWORD)
}

#[test]
fn the_road_leads_from_the_api_to_a_room() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    for (codec, address) in CODECS.into_iter().zip(&addresses) {
        let api = Api::start();
        let carol = carol(codec, &api.url, &["--register", "hello"]).start();
        let asked = api.expect("POST /v1/accounts");
        assert_eq!(asked.body, json!({"user_id": "carol", "password": PASSWORD}));
        asked.answer(201, &json!({"user_id": "carol"}));
        api.log_in("carol", PASSWORD, "token");
        // The API server may choose another room.
        api.assign("token", Some(7), address, 8, TICKET);
        let text = carol.finish().expect_success().text();
        assert_eq!(text, "* you are in room 8, alone\ncarol: hello\n", "{codec}");
    }
}

/// LOGIN_REQ of carol with the ticket; LOGIN_RES; ROOM_ENTER_REQ of room 7; ROOM_ELSEWHERE_NTF for 127.0.0.1 with the
/// port left out, and what follows that.
const PACKETS: [[&[u8]; 5]; 3] = [
    [
        b"carol\0\0\0\0\0\0\0\0\0\0\0AbCdEfGh_-012345",
        b"\x01\0",
        b"\x07\0\0\0",
        b"\x07\0\0\0",
        b"\x09127.0.0.1AbCdEfGh_-012345",
    ],
    [
        b"\x82\xda\0\x06UserID\xda\0\x05carol\xda\0\x06UserPW\xda\0\x10AbCdEfGh_-012345",
        b"\x81\xa6Result\0",
        b"\x81\xda\0\x0aRoomNumber\xd3\0\0\0\0\0\0\0\x07",
        b"\x84\xaaRoomNumber\x07\xa4Host\xa9127.0.0.1\xa6Ticket\xb0AbCdEfGh_-012345\xa4Port\xcd",
        b"",
    ],
    [
        b"\x0a\x05carol\x12\x10AbCdEfGh_-012345",
        b"\x08\x01",
        b"\x08\x07",
        b"\x08\x07\x1a\x09127.0.0.1\x22\x10AbCdEfGh_-012345\x10",
        b"",
    ],
];

/// A port in each codec.
fn port_in(codec: &str, port: u16) -> Vec<u8> {
    match codec {
        "binary" => port.to_le_bytes().to_vec(),
        "msgpack" => port.to_be_bytes().to_vec(),
        _ => vec![port as u8 | 0x80, (port >> 7) as u8 | 0x80, (port >> 14) as u8],
    }
}

#[test]
fn a_room_on_another_server_is_followed_with_the_ticket_for_it() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    for ((codec, address), [log_in, logged_in, enter, place, rest]) in
        CODECS.into_iter().zip(&addresses).zip(PACKETS)
    {
        let (api, first) = (
            Api::start(),
            TcpListener::bind("127.0.0.1:0").expect("a free port"),
        );
        let carol = carol(codec, &api.url, &["hello"]).start();
        api.log_in("carol", PASSWORD, "token");
        let first_address = first.local_addr().expect("its address").to_string();
        api.assign("token", Some(7), &first_address, 7, TICKET);
        let (mut client, _) = first.accept().expect("carol");
        client.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        let mut expect = |expected: Vec<u8>| {
            let mut received = vec![0; expected.len()];
            client.read_exact(&mut received).expect("a packet");
            assert_eq!(received, expected, "{codec}");
        };
        expect(packet(701, 0, log_in));
        (&client)
            .write_all(&packet(702, 0, logged_in))
            .expect("she reads");
        // Whoever can come back wants to know positions.
        let asked = [&SYNC[..], &packet(721, 0, enter)].concat();
        let mut received = vec![0; asked.len()];
        (&client).read_exact(&mut received).expect("two packets");
        assert_eq!(received, asked, "{codec}");
        let (_, port) = address.rsplit_once(':').expect("a port");
        let port = port_in(codec, port.parse().expect("a port"));
        let elsewhere = packet(786, 0, &[place, &port, rest].concat());
        (&client).write_all(&elsewhere).expect("she reads");
        let text = carol.finish().expect_success().text();
        let expected = format!(
            "* room 7 is on another server: moving to {address}\n* you are in room 7, alone\ncarol: hello\n"
        );
        assert_eq!(text, expected, "{codec}");
    }
}

/// Carol, who wants to be matched with one other.
fn waiting(api: &Api, flags: &[&str]) -> Process {
    python("binary", &["--api", &api.url, "--match", "2", "carol"])
        .args(flags)
        .env("CHAT_CLIENT_PASSWORD", PASSWORD)
        .start()
}

#[test]
fn a_match_is_waited_for() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    let api = Api::start();
    let carol = waiting(&api, &["hello"]);
    api.log_in("carol", PASSWORD, "token");
    api.take_wish(2, None, "m1");
    api.look("m1").waits();
    let place = api.place(&addresses[0], 5, TICKET);
    api.look("m1").matched(&["bob\u{1b}", "carol"], &place);
    let text = carol.finish().expect_success().text();
    let expected =
        "* waiting for 1 more\n* matched with bob\\u{1b}\n* you are in room 5, alone\ncarol: hello\n";
    assert_eq!(text, expected);
}

#[test]
fn a_match_that_is_not_made_is_a_sentence() {
    if !python_is_there() {
        return;
    }
    let api = Api::start();
    let carol = waiting(&api, &[]);
    api.log_in("carol", PASSWORD, "token");
    api.take_wish(2, None, "m1");
    api.look("m1").fails("no_show");
    assert_eq!(
        problem(&api.url, &carol.finish()),
        "there will be no match: no_show"
    );
    for flags in [
        &["HOST:1", "carol", "--match", "2"][..],
        &["--api", "URL", "carol", "--match", "9"],
    ] {
        let finished = python("binary", flags).run();
        assert_eq!(finished.status.code(), Some(2));
        assert!(finished.stderr.contains("--match needs --api"), "{finished:#?}");
    }
}

#[test]
fn who_ends_the_wait_for_a_match_takes_the_wish_back() {
    if !python_is_there() {
        return;
    }
    let api = Api::start();
    let carol = waiting(&api, &[]);
    api.log_in("carol", PASSWORD, "token");
    api.take_wish(2, None, "m1");
    let _asked = api.look("m1");
    carol.signal(Signal::INT);
    api.call_off("m1").answer_with(204, "", "");
    assert_eq!(problem(&api.url, &carol.finish()), "interrupted");
}

/// What the client says at its end, with `API` for the address of the API server.
#[track_caller]
fn problem(url: &str, finished: &Finished) -> String {
    let line = finished.expect_failure(1);
    assert!(!line.contains(PASSWORD), "{line}");
    line.replace("chat_binary.py: ", "").replace(url, "API")
}

#[test]
fn a_refusal_of_the_api_is_a_sentence() {
    if !python_is_there() {
        return;
    }
    for (status, body, expected) in [
        (
            401,
            r#"{"error":"wrong_credentials","message":"the name or the password is wrong"}"#,
            "the API answers 401: the name or the password is wrong",
        ),
        (
            429,
            r#"{"error":"too_many_attempts","message":"wait \u001b[2J"}"#,
            "the API answers 429: wait \\u{1b}[2J",
        ),
        (502, "<html>", "the API answers 502: Said"),
        (200, "<html>", "what answers at API is no API server"),
        (200, "{}", "what answers at API is no API server"),
    ] {
        let api = Api::start();
        let carol = carol("binary", &api.url, &[]).start();
        api.expect("POST /v1/login").answer_with(status, "", body);
        assert_eq!(problem(&api.url, &carol.finish()), expected);
    }
}

#[test]
fn nobody_there_and_no_password_are_a_sentence_each() {
    if !python_is_there() {
        return;
    }
    let (_held, nobody) = unused_address();
    let url = format!("http://{nobody}");
    let line = problem(&url, &carol("binary", &url, &[]).run());
    assert!(
        line.starts_with("cannot reach the API at API: ") && line.ends_with(": is it running?"),
        "{line}"
    );
    let finished = python("binary", &["--api", &url, "carol", "7"]).run();
    assert_eq!(
        problem(&url, &finished),
        "a password is needed, and nobody is there who could type it: set CHAT_CLIENT_PASSWORD"
    );
}

#[test]
fn a_person_types_a_password_that_nobody_sees() {
    if !python_is_there() {
        return;
    }
    let api = Api::start();
    let start = || {
        let terminal = Terminal::start(python("binary", &["--api", &api.url, "carol", "7"]));
        terminal.screen.wait_for_text("password of carol: ");
        assert!(!terminal.shows_what_is_typed());
        terminal
    };
    let mut terminal = start();
    terminal.type_text("correct horse\r");
    let asked = api.expect("POST /v1/login");
    assert_eq!(asked.body["password"], PASSWORD);
    asked.refuse(503, "enough");
    assert_eq!(terminal.process.wait().code(), Some(1));
    terminal.expect_order();
    assert!(!terminal.screen.text().contains(PASSWORD));
    // Whatever ends the question, the terminal is as before.
    let mut terminal = start();
    terminal.process.signal(crate::support::Signal::INT);
    assert_eq!(terminal.process.wait().code(), Some(1));
    terminal.expect_order();
    terminal
        .screen
        .wait_for_text("chat_binary.py: no password was typed");
}
