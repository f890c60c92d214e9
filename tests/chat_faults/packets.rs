//! Packets that are wrong: bad lengths, claims that are not kept, pieces, packets before the login, texts that are not
//! UTF-8.

use protocol::ErrorCode;

use crate::support::messages::{
    chat, chatted, enter, entered, has_come, leave, left, log_in, log_in_as, logged_in, ping, pong, relay,
    relayed, said, user_list, whisper, whispered, whispers,
};
use crate::support::wire::error_packet;
use crate::support::wire::packet;
use crate::support::{Client, wait_until_all_read};
use crate::{WORKERS, alone_in, is_served, server, speaks, user, was_closed_for};

#[test]
fn a_bad_length_ends_that_connection_after_what_came_before_it() {
    let small = |size| format!("packet is {size} bytes, smaller than its header of 5");
    let large = |size| format!("packet is {size} bytes, larger than the 1024 allowed");
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut witness = alone_in(1, &server, "witness");
        let sizes = (0..5).map(|size: u16| (size, small(size)));
        let sizes = sizes.chain([1_025, 65_535].map(|size| (size, large(size))));
        for (size, reason) in sizes {
            let mut bad = server.connect();
            let header = [&size.to_le_bytes()[..], &[0xdb, 2, 0]].concat();
            bad.send(&[log_in("bad"), enter(2), chat("hi"), header].concat());
            bad.expect(&logged_in(1));
            let unique_id = bad_ones_id(&mut bad);
            bad.expect(&[said(unique_id, "hi"), chatted(1)].concat());
            bad.expect_end();
            was_closed_for(&server, bad, &format!("protocol error: {reason}"));
            speaks(&mut witness, 1);
        }
    }
}

/// ROOM_ENTER_RES into an empty room, whichever the unique id.
fn bad_ones_id(client: &mut Client) -> u64 {
    let mut response = [0; 19];
    client.receive_exactly(&mut response);
    let unique_id = u64::from_le_bytes(response[11..].try_into().expect("eight bytes"));
    assert_eq!(response[..], entered(2, unique_id));
    unique_id
}

#[test]
fn memory_grows_with_what_arrives_not_with_what_is_claimed() {
    const CLIENTS: u64 = 300;
    const CLAIM: u64 = 65_535;
    for workers in WORKERS {
        // To look whether all was read takes its time on a busy machine.
        let patient = ["--frame-timeout", "0", "--login-timeout", "0"];
        let server = server(workers, &[&["--max-packet", "65535"], &patient[..]].concat());
        let claim = &packet(101, 0, &[b'x'; 65_530])[..6];
        let mut clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
        clients.iter_mut().for_each(is_served);
        let before = server.process.resident_bytes();
        // When the second is read, the server has done with the first whatever it does with it.
        for part in [claim, b"x"] {
            clients.iter_mut().for_each(|client| client.send(part));
            wait_until_all_read(&clients);
        }
        let grown = server.process.resident_bytes().saturating_sub(before);
        assert!(grown < CLIENTS * CLAIM / 10, "{grown} bytes more");
    }
}

/// What the user of this room sends, and what it gets: every kind of packet.
fn conversation(user_id: &str, room: i32) -> (Vec<u8>, Vec<u8>) {
    let talk = [
        (log_in(user_id), logged_in(1)),
        (enter(room), entered(room, 1)),
        (chat("안녕"), [said(1, "안녕"), chatted(1)].concat()),
        (relay(b"\0\xff"), relayed(1, b"\0\xff")),
        (
            whisper("nobody", "hi"),
            whispered(ErrorCode::WHISPER_NO_SUCH_USER.0),
        ),
        (ping(7), pong(7)),
        (leave(), left(1)),
    ];
    let (sent, received): (Vec<_>, Vec<_>) = talk.into_iter().unzip();
    (sent.concat(), received.concat())
}

#[test]
fn all_at_once_and_byte_by_byte_make_no_difference() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let (sent, received) = conversation("at once", 1);
        server.connect().exchange(&sent, &received);
        let (sent, received) = conversation("byte by byte", 2);
        let mut client = server.connect();
        sent.iter().for_each(|byte| client.send(&[*byte]));
        client.expect(&received);
    }
}

#[test]
fn a_cut_at_any_byte_makes_no_difference() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let length = conversation("cut at 100", 0).0.len();
        let talks = (0..length).map(|cut| {
            let room = i32::try_from(cut).expect("a short conversation");
            conversation(&format!("cut at {cut:03}"), room)
        });
        let talks: Vec<_> = talks.collect();
        // All at the same time: it takes the kernel 40 ms to confirm a first piece.
        let mut clients: Vec<_> = talks.iter().map(|_| server.connect()).collect();
        for (cut, (client, (sent, _))) in clients.iter_mut().zip(&talks).enumerate() {
            client.send(&sent[..cut]);
        }
        wait_until_all_read(&clients);
        for (cut, (client, (sent, received))) in clients.iter_mut().zip(&talks).enumerate() {
            client.exchange(&sent[cut..], received);
        }
    }
}

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

#[test]
fn before_the_login_there_is_an_error_and_the_connection_stays() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut client = server.connect();
        let early = [enter(1), leave(), chat("hi"), relay(b"hi"), whisper("bob", "hi")];
        let unknown = [0, 102, 203, 702, 733, 761, 781, 784, 65_535].map(|id| packet(id, 0, b"hi"));
        for request in early.iter().chain(&unknown) {
            client.exchange(request, &error_packet(ErrorCode::PACKET_NOT_LOGIN_USER.0));
        }
        is_served(&mut client);
        client.exchange(&log_in("alice"), &logged_in(1));
        client.exchange(&enter(1), &entered(1, 1));
        speaks(&mut client, 1);
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
