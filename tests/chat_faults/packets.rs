//! Ten thousand requests in one go, names and messages with control characters, and texts that are not UTF-8.

use protocol::ErrorCode;

use crate::support::messages::{
    chat, chatted, enter, entered, has_come, log_in, log_in_as, logged_in, ping, pong, relay, relayed, said,
    user_list, whisper, whispered, whispers,
};
use crate::support::wire::packet;
use crate::{WORKERS, is_served, server, user};

#[test]
fn ten_thousand_requests_and_the_end_are_ten_thousand_replies_and_the_end() {
    for workers in WORKERS {
        let server = server(workers, &["--rate-limit", "0"]);
        let mut client = server.connect();
        let requests: Vec<_> = (0..10_000).flat_map(ping).collect();
        let replies: Vec<_> = (0..10_000).flat_map(pong).collect();
        client.send(&[log_in("alice"), requests].concat());
        client.half_close();
        client.expect(&[logged_in(1), replies].concat());
        client.expect_end();
    }
}

/// Sets colours, renames the window, rings, clears the screen, feigns a line of the log.
/// Then it turns the line round, breaks it, and hides.
const CONTROL: &str = "\x1b[31m\x1b]0;owned\x07\x08\r\n2026-01-01 ERROR feigned\x7f\u{9b}2J\0\u{202e}\u{2066}\u{2028}\u{200b}\u{3164}";

#[test]
fn names_are_texts_without_control_characters() {
    for workers in WORKERS {
        let server = server(workers, &["--trace", "--log", "trace"]);
        let mut client = server.connect();
        let bad: [&[u8]; 10] = [
            b"",
            b"\0bob",
            b"bob\0x",
            b"bo\nb",
            b"\x1b[31mbob",
            b"bob\x7f",
            "bob\u{9b}2J".as_bytes(),
            b"\xff\xfe",
            b"bob\xc3",
            b"sixteen bytes i\xec",
        ];
        for name in bad {
            client.exchange(&log_in_as(name), &logged_in(ErrorCode::LOGIN_USER_INVALID_ID.0));
        }
        client.exchange(&log_in_as("안녕 15 bytes".as_bytes()), &logged_in(1));
        drop(client);
        shows_no_control_character(server.terminate().stderr);
    }
}

#[test]
fn control_characters_in_messages_are_delivered_and_never_shown_raw() {
    for workers in WORKERS {
        let server = server(workers, &["--trace=hex", "--log", "trace"]);
        let [mut alice, mut bob] = ["alice", "bob"].map(|user_id| user(&server, user_id));
        alice.exchange(&enter(1), &entered(1, 1));
        bob.exchange(&enter(1), &[user_list(&[(1, "alice")]), entered(1, 2)].concat());
        alice.expect(&has_come(2, "bob"));
        alice.exchange(&chat(CONTROL), &[said(1, CONTROL), chatted(1)].concat());
        bob.expect(&said(1, CONTROL));
        alice.exchange(&relay(CONTROL.as_bytes()), &relayed(1, CONTROL.as_bytes()));
        bob.expect(&relayed(1, CONTROL.as_bytes()));
        alice.exchange(&whisper("bob", CONTROL), &whispered(1));
        bob.expect(&whispers("alice", CONTROL));
        let nobody = whispered(ErrorCode::WHISPER_NO_SUCH_USER.0);
        alice.exchange(&whisper("\x1b[31mnobody\n", "hi"), &nobody);

        let no_text = [&[4, 0][..], b"\xc3\x28\xff\x1b"].concat();
        let mut refused = chatted(1);
        refused[5..].copy_from_slice(&ErrorCode::PACKET_DECODING_FAIL.0.to_le_bytes());
        alice.exchange(&packet(731, 0, &no_text), &refused);
        let no_text = [&[3][..], b"bob", &no_text].concat();
        let refused = whispered(ErrorCode::PACKET_DECODING_FAIL.0);
        alice.exchange(&packet(771, 0, &no_text), &refused);
        is_served(&mut bob);
        drop((alice, bob));
        shows_no_control_character(server.terminate().stderr);
    }
}

#[track_caller]
fn shows_no_control_character(log: String) {
    assert!(log.contains("LOGIN_REQ"), "{log}");
    let unseen = ['\u{202e}', '\u{2066}', '\u{2028}', '\u{200b}', '\u{3164}'];
    let raw = |character: &char| (character.is_control() && *character != '\n') || unseen.contains(character);
    for line in log.lines() {
        assert_eq!(line.chars().find(raw), None, "{line:?}");
        assert!(!line.starts_with("2026-01-01 ERROR"), "{line:?}");
    }
}
