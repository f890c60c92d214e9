//! `--trace`: packets as lines, or byte by byte. `--stats` and SIGUSR1: lines of status.

use serde_json::Value;

use crate::support::messages::{
    PING, PONG, chat, chatted, enter, entered, has_left, leave, left, log_in, logged_in, said_by_oneself,
};
use crate::support::wire::error_packet;
use crate::support::{Program, Server, Signal, eventually};
use crate::{SERVER, binary_servers, first_in, goes, pair_in, server};

/// LOGIN_REQ of alice with a password that nobody must see.
const SECRET_LOGIN: &[u8] = b"\x25\0\xbd\x02\0alice\0\0\0\0\0\0\0\0\0\0\0sesame\0\0\0\0\0\0\0\0\0\0";

/// What the log shows of packets, and nothing else.
fn traced(server: Server) -> Vec<String> {
    let stderr = server.terminate().expect_success().stderr;
    assert!(!stderr.contains("sesame"), "{stderr}");
    assert!(!stderr.contains("73 65 73 61 6d 65"), "{stderr}");
    assert!(!stderr.contains('\x1b'), "{stderr:?}");
    stderr
        .lines()
        .filter(|line| line.starts_with("client ") || line.starts_with("00"))
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn every_packet_is_a_line() {
    for server in binary_servers(&["--trace"]) {
        let mut alice = server.connect();
        alice.exchange(SECRET_LOGIN, &logged_in(1));
        // With four workers she moves from one to another, and the packet is still one.
        alice.exchange(&enter(2), &entered(2, 1));
        alice.exchange(&chat("안녕\x1b[2J\n"), &said_by_oneself(1, "안녕\x1b[2J\n"));
        alice.exchange(&[5, 0, 0xef, 2, 0], &error_packet(53));
        goes(alice);
        let expected = [
            "client 1 --> LOGIN_REQ user_id=\"alice\" password=(not shown)",
            "client 1 <-- LOGIN_RES result=NONE (1)",
            "client 1 --> ROOM_ENTER_REQ room=2",
            "client 1 <-- ROOM_ENTER_RES result=NONE (1) room=2 user_unique_id=1",
            "client 1 --> ROOM_CHAT_REQ len=11 message=\"안녕\\u{1b}[2J\\n\"",
            "client 1 <-- ROOM_CHAT_NTF unique_id=1 len=11 message=\"안녕\\u{1b}[2J\\n\"",
            "client 1 <-- ROOM_CHAT_RES result=NONE (1)",
            "client 1 --> GAME_START_REQ body=\"\"",
            "client 1 <-- ERROR_NTF error=ROOM_NOT_REGISTERED_PACKET_ID (53)",
        ];
        assert_eq!(traced(server), expected);
    }
}

#[test]
fn what_goes_to_several_is_a_line_for_each() {
    for server in binary_servers(&["--trace=line"]) {
        let [mut alice, _bob] = pair_in(&server, 1, ["alice", "bob"]);
        alice.exchange(&chat("hi"), &said_by_oneself(1, "hi"));
        for client in [1, 2] {
            let line = format!("client {client} <-- ROOM_CHAT_NTF unique_id=1 len=2 message=\"hi\"");
            assert_eq!(server.log().wait_for_line(&line), line);
        }
    }
}

#[test]
fn a_login_that_cannot_be_read_shows_no_password_either() {
    for format in ["--trace=line", "--trace=hex"] {
        let server = server(&[format]);
        let mut client = server.connect();
        let too_long = [&[38, 0], &SECRET_LOGIN[2..], b"x"].concat();
        client.exchange(&too_long, &logged_in(51));
        let too_short = [b"\x1b\0", &SECRET_LOGIN[2..27]].concat();
        client.exchange(&too_short, &logged_in(51));
        let compressed = [&SECRET_LOGIN[..4], &[1], &SECRET_LOGIN[5..]].concat();
        client.exchange(&compressed, &logged_in(51));
        goes(client);
        let lines = traced(server);
        let logins = lines
            .iter()
            .filter(|line| line.starts_with("client 1 --> LOGIN_REQ "));
        assert_eq!(logins.count(), 3, "{lines:#?}");
    }
}

/// What the server refuses is not shown as if it had been read.
#[test]
fn a_compressed_packet_that_is_refused_is_not_shown_as_read() {
    let message = chat(&"x".repeat(300));
    let refused = [
        (&[][..], "compressed packets are not taken"),
        (
            &["--compress-over", "10", "--max-packet", "256"],
            "packet is 307 bytes, larger than the 256 allowed",
        ),
    ];
    for (flags, fault) in refused {
        let server = server(&[flags, &["--trace"]].concat());
        let mut alice = first_in(&server, 1, "alice");
        let small = protocol::compress(&message, 0).expect("300 times the same");
        alice.exchange(&small, &chatted(51));
        let beginning = "client 1 --> ROOM_CHAT_REQ ";
        let line = server.log().wait_for_line(beginning);
        assert!(line.starts_with("client 1 --> ROOM_CHAT_REQ body=\""), "{line}");
        assert!(
            line.ends_with(&format!(" [compressed] (body: {fault})")),
            "{line}"
        );
    }
}

#[test]
fn every_byte_has_its_field() {
    for server in binary_servers(&["--trace=hex"]) {
        let mut alice = server.connect();
        alice.exchange(SECRET_LOGIN, &logged_in(1));
        alice.exchange(&enter(258), &entered(258, 1));
        goes(alice);
        let stars = ["**"; 16].join(" ");
        let lines = traced(server);
        assert_eq!(
            lines[0],
            "client 1 --> LOGIN_REQ user_id=\"alice\" password=(not shown)"
        );
        let shown = |offset: &str, bytes: &str, field: &str| format!("{offset}  {bytes:<47}  {field}");
        let login = [
            shown("0000", "25 00", "header  total_size = 37"),
            shown("0002", "bd 02", "header  packet_id = LOGIN_REQ (701)"),
            shown("0004", "00", "header  packet_type = 0"),
            shown(
                "0005",
                "61 6c 69 63 65 00 00 00 00 00 00 00 00 00 00 00",
                "body    user_id = \"alice\"",
            ),
            shown("0015", &stars, "body    password = (not shown)"),
        ];
        assert_eq!(lines[1..6], login);
        let entered = [
            "client 1 <-- ROOM_ENTER_RES result=NONE (1) room=258 user_unique_id=1".to_owned(),
            shown("0000", "13 00", "header  total_size = 19"),
            shown("0002", "d2 02", "header  packet_id = ROOM_ENTER_RES (722)"),
            shown("0004", "00", "header  packet_type = 0"),
            shown("0005", "01 00", "body    result = NONE (1)"),
            shown("0007", "02 01 00 00", "body    room = 258"),
            shown("000b", "01 00 00 00 00 00 00 00", "body    user_unique_id = 1"),
        ];
        assert_eq!(lines[lines.len() - 7..], entered);
    }
}

#[test]
fn a_trace_that_nobody_reads_does_not_stop_the_server() {
    // The client has no name, and on a busy machine this takes its time.
    let patient = ["--rate-limit", "0", "--login-timeout", "0"];
    let flags = [&["--bind", "127.0.0.1:0", "--trace"][..], &patient].concat();
    let (server, unread_trace) = Program::new(SERVER).args(&flags).serve_with_unread_log();
    let mut client = server.connect();
    // More lines than the 64 KiB of a pipe take.
    for _ in 0..2_000 {
        client.exchange(&PING, &PONG);
    }
    server.terminate().expect_success();
    drop(unread_trace);
}

/// Asks for a line of status, the one with this number.
#[track_caller]
fn asked_for(server: &Server, number: usize) -> String {
    server.signal(Signal::USR1);
    server
        .log()
        .wait_for_lines(number, " rooms in use; ")
        .remove(number - 1)
}

#[test]
fn sigusr1_asks_for_a_line_of_status() {
    for server in binary_servers(&["--rate-limit", "0"]) {
        let [mut alice, bob] = pair_in(&server, 7, ["alice", "bob"]);
        let carol = first_in(&server, 8, "carol");
        let mut nobody = server.connect();
        nobody.exchange(&PING.repeat(1_000), &PONG.repeat(1_000));
        let line = asked_for(&server, 1);
        assert!(
            line.contains(" INFO 4 connections, 3 users, 2 rooms in use; a second: "),
            "{line}"
        );
        assert!(line.ends_with(" queued; 0 slow clients cut off"), "{line}");
        assert!(rates(&line).iter().all(|rate| *rate > 0), "{line}");
        [bob, carol, nobody].into_iter().for_each(goes);
        alice.expect(&has_left(2));
        // Some may have gone, while others are still on their way out.
        let mut asked = 1;
        let mut becomes = |counts: &str| {
            eventually(counts, || {
                asked += 1;
                asked_for(&server, asked).contains(counts)
            });
        };
        becomes(" 1 connections, 1 users, 1 rooms in use; ");
        alice.exchange(&leave(), &left(1));
        becomes(" 1 connections, 1 users, 0 rooms in use; ");
        goes(alice);
        becomes(" 0 connections, 0 users, 0 rooms in use; ");
    }
}

/// Packets in, packets out and sends, each a second.
fn rates(line: &str) -> [u64; 3] {
    let (_, rates) = line.split_once("; a second: ").expect("rates");
    let (rates, _) = rates.split_once(';').expect("an end");
    let mut rates = rates.split(", ");
    let found = [" packets in", " out", " sends"].map(|name| {
        let rate = rates.next().and_then(|rate| rate.strip_suffix(name));
        rate.expect(name).parse().expect("a number")
    });
    assert_eq!(rates.next(), None);
    found
}

#[test]
fn a_status_in_json_has_its_numbers_in_fields() {
    let server = server(&["--log-format", "json"]);
    let mut alice = first_in(&server, 7, "alice");
    alice.exchange(&PING, &PONG);
    let line: Value = serde_json::from_str(&asked_for(&server, 1)).expect("JSON");
    let status = &line["fields"]["status"];
    for (name, expected) in [
        ("connections", 1),
        ("users", 1),
        ("rooms_in_use", 1),
        ("queued", 0),
        ("slow_clients", 0),
    ] {
        assert_eq!(status[name], expected, "{name}: {line}");
    }
    for name in ["packets_in", "packets_out", "sends"] {
        let rate = status[format!("{name}_per_second")].as_f64();
        assert!(rate.is_some_and(|rate| rate > 0.0), "{name}: {line}");
    }
}

#[test]
fn a_line_of_status_comes_every_so_often() {
    let server = server(&["--stats", "300ms"]);
    let mut alice = first_in(&server, 7, "alice");
    let quiet = "a second: 0 packets in, 0 out, 0 sends; 0 queued; 0 slow clients cut off";
    let line = format!(" INFO 1 connections, 1 users, 1 rooms in use; {quiet}");
    server.log().wait_for_line(&line);
    alice.exchange(&leave(), &left(1));
    server
        .log()
        .wait_for_line(" 1 connections, 1 users, 0 rooms in use; ");
}

#[test]
fn a_status_can_be_asked_for_from_the_first_line_on() {
    // The line says that the server is ready; a signal that is not watched yet would end it.
    for _ in 0..20 {
        let server = server(&[]);
        let line = asked_for(&server, 1);
        assert!(
            line.contains(" 0 connections, 0 users, 0 rooms in use; "),
            "{line}"
        );
    }
}

#[test]
fn without_being_asked_nothing_is_said() {
    let server = server(&["--max-connections", "100"]);
    let mut alice = server.connect();
    alice.exchange(&log_in("alice"), &logged_in(1));
    goes(alice);
    let finished = server.terminate().expect_success();
    // The settings, and what was done.
    assert_eq!(finished.stderr.lines().count(), 2, "{}", finished.stderr);
}
