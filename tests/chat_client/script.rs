//! Without a terminal: a line in, a line out.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use crate::alice;
use crate::server::{NONE, Server};
use crate::support::messages::{
    PING, chat, chatted, decline, declines, enter, entered, has_come, has_left, invitation, invite,
    is_invited, left, log_in, logged_in, relayed, said, user_list, whisper, whispered, whispers,
};
use crate::support::wire::{RATE_LIMITED, error_packet, packet};
use crate::support::{Finished, Process, Program};

const ROOM_1: [&str; 2] = ["--room", "1"];

/// The client, with a pipe to type into.
fn piped(program: Program) -> Process {
    Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()))
}

/// What alice prints when these lines are piped in and the server does this.
#[track_caller]
fn printed(input: &str, flags: &[&str], serve: impl FnOnce(&Server)) -> String {
    let server = Server::start();
    let mut process = piped(alice(&server.address, &ROOM_1).args(flags));
    process
        .take_input()
        .write_all(input.as_bytes())
        .expect("it reads");
    serve(&server);
    let finished = process.finish().expect_success();
    assert_eq!(finished.stderr, "");
    finished.text()
}

#[test]
fn the_packets_are_those_of_the_wire() {
    let server = Server::start();
    let mut process = piped(alice(&server.address, &["--room", "258"]));
    let mut input = process.take_input();
    let mut client = server.accept();
    let mut login = b"\x25\x00\xbd\x02\x00alice".to_vec();
    login.resize(37, 0);
    client.expect(&login);
    client.send(&[7, 0, 0xbe, 0x02, 0, 1, 0]);
    client.expect(&[9, 0, 0xd1, 0x02, 0, 2, 1, 0, 0]);
    client.send(&[19, 0, 0xd2, 0x02, 0, 1, 0, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    input.write_all("안\n".as_bytes()).expect("it reads");
    client.expect(&[10, 0, 0xdb, 0x02, 0, 3, 0, 0xec, 0x95, 0x88]);
    client.send(&[
        18, 0, 0xdd, 0x02, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0xec, 0x95, 0x88,
    ]);
    client.send(&[7, 0, 0xdc, 0x02, 0, 1, 0]);
    drop(input);
    client.expect_end();
    drop(client);
    let finished = process.finish().expect_success();
    assert_eq!(finished.text(), "* you are in room 258, alone\nalice: 안\n");
}

#[test]
fn a_line_is_sent_when_the_one_before_is_answered() {
    let shown = printed("one\n\n/users\ntwo", &[], |server| {
        let mut client = server.welcome();
        client.expect(&chat("one"));
        // Nothing more comes until then, so what comes is not the second line.
        client.send(&[has_come(9, "carol"), said(7, "hi"), said(8, "one")].concat());
        client.send(&chatted(NONE));
        client.hear_alice("two");
        client.expect_end();
    });
    let expected = [
        "* you are in room 1, with bob",
        "* carol has entered",
        "bob: hi",
        "alice: one",
        "* in room 1: bob, alice, carol",
        "alice: two",
        "",
    ];
    assert_eq!(shown, expected.join("\n"));
}

#[test]
fn a_thousand_lines_pass() {
    let lines: Vec<_> = (0..1_000).map(|number| format!("line {number}")).collect();
    let input = lines.join("\n");
    let shown = printed(&input, &[], |server| {
        let mut client = server.welcome();
        lines.iter().for_each(|line| client.hear_alice(line));
        client.expect_end();
    });
    let expected = lines.iter().map(|line| format!("alice: {line}\n"));
    let expected: String = expected.collect();
    assert_eq!(shown, format!("* you are in room 1, with bob\n{expected}"));
}

#[test]
fn commands_are_packets_and_their_answers_sentences() {
    let input =
        "/whisper bob hi\n/invite carol\n/decline \"bob smith\"\n/leave\n/enter -1\n/quit\nnever sent\n";
    let shown = printed(input, &[], |server| {
        let mut client = server.welcome();
        client.expect(&whisper("bob", "hi"));
        client.send(&whispered(NONE));
        client.expect(&invite("carol"));
        client.send(&is_invited(NONE));
        client.expect(&[decline("bob smith"), packet(726, 0, b"")].concat());
        client.send(&left(NONE));
        client.expect(&enter(-1));
        client.send(&[user_list(&[(1, "dave"), (2, "eve")]), user_list(&[(3, "fred")])].concat());
        client.send(&entered(-1, 4));
        client.expect_end();
    });
    let expected = [
        "* you are in room 1, with bob",
        "* you whisper to bob: hi",
        "* carol is invited",
        "* you have declined the invitation of \"bob smith\"",
        "* you have left room 1",
        "* you are in room -1, with dave, eve, fred",
        "",
    ];
    assert_eq!(shown, expected.join("\n"));
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_script() {
    let shown = printed("\u{feff}/users\r\n\u{feff}hi\r\n", &[], |server| {
        let mut client = server.welcome();
        client.hear_alice("\u{feff}hi");
        client.expect_end();
    });
    let expected = "* you are in room 1, with bob\n* in room 1: bob, alice\nalice: \\u{feff}hi\n";
    assert_eq!(shown, expected);
}

#[test]
fn what_the_server_has_dropped_is_sent_again() {
    let shown = printed("one\ntwo\n", &["--timeout", "900ms"], |server| {
        let mut client = server.welcome();
        client.expect(&chat("one"));
        client.send(&error_packet(RATE_LIMITED));
        client.hear_alice("one");
        client.hear_alice("two");
        client.expect_end();
    });
    let expected = [
        "* you are in room 1, with bob",
        "* the server limits how fast you may send: the rest follows at that pace",
        "alice: one",
        "alice: two",
        "",
    ];
    assert_eq!(shown, expected.join("\n"));
}

/// What the client prints of these packets, up to the first message after them.
#[track_caller]
fn printed_of(packets: &[u8]) -> String {
    let server = Server::start();
    let flags = ["--room", "1", "--exit-after", "1"];
    let process = alice(&server.address, &flags).start();
    let mut client = server.welcome();
    client.send(packets);
    client.send(&said(7, "the end"));
    client.expect_end();
    drop(client);
    let text = process.finish().expect_success().text();
    let shown = text.strip_prefix("* you are in room 1, with bob\n");
    let shown = shown.and_then(|text| text.strip_suffix("bob: the end\n"));
    shown.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[test]
fn what_others_do_is_a_line_each() {
    for (packets, line) in [
        (has_come(9, "캐롤"), "* 캐롤 has entered"),
        (has_left(7), "* bob has left"),
        (relayed(7, b"\x00\xffabc"), "* bob relays: \\u{0}\u{fffd}abc"),
        (
            invitation("캐롤", 2),
            "* 캐롤 invites you to room 2: /enter 2, or /decline 캐롤",
        ),
        (
            invitation("bob smith", 2),
            "* \"bob smith\" invites you to room 2: /enter 2, or /decline \"bob smith\"",
        ),
        (declines("carol"), "* carol has declined your invitation"),
        (
            packet(753, 0, b""),
            "* the server sent a packet that this client does not know: GAME_START_NTF (753)",
        ),
        (
            packet(900, 0, b"abc"),
            "* the server sent a packet that this client does not know: unknown (900)",
        ),
    ] {
        // So that the end is said by bob, also where he has left.
        let bob = user_list(&[(7, "bob")]);
        assert_eq!(printed_of(&[packets, bob].concat()), format!("{line}\n"));
    }
}

#[test]
fn control_characters_of_others_are_shown_not_obeyed() {
    let name = "\x1b]0;eve\x07";
    assert_eq!(
        printed_of(&has_come(9, name)),
        "* \\u{1b}]0;eve\\u{7} has entered\n"
    );
    assert_eq!(
        printed_of(&has_come(9, "a\u{200b}lice\u{202e}")),
        "* a\\u{200b}lice\\u{202e} has entered\n"
    );
    // Nor may a name look like the beginning of somebody else's message.
    assert_eq!(
        printed_of(&has_come(9, "* bob has left")),
        "* \"* bob has left\" has entered\n"
    );
    let server = Server::start();
    let process = alice(&server.address, &["--room", "1", "--exit-after", "3"]).start();
    let mut client = server.welcome();
    client.send(&said(7, "\x1b[2J\r\nalice: I am bob\u{9b}31m"));
    client.send(&whispers("eve\x08", "\x7f"));
    client.send(&whispers("alice: yes", "no"));
    client.expect_end();
    drop(client);
    let expected = [
        "* you are in room 1, with bob",
        "bob: \\u{1b}[2J\\u{d}\\u{a}alice: I am bob\\u{9b}31m",
        "eve\\u{8} whispers: \\u{7f}",
        "\"alice: yes\" whispers: no",
        "",
    ];
    assert_eq!(process.finish().expect_success().text(), expected.join("\n"));
}

#[test]
fn it_ends_after_so_many_messages_and_not_before() {
    let server = Server::start();
    let process = alice(&server.address, &["--room", "1", "--exit-after", "3"]).start();
    let mut client = server.welcome();
    client.send(&said(7, "one"));
    process.stdout.wait_for_line("bob: one");
    // Its input has long ended, and it is still there. What comes after the last is not shown.
    let more = ["two", "three", "four"].map(|message| said(7, message));
    client.send(&[has_come(9, "carol"), more.concat()].concat());
    client.expect_end();
    drop(client);
    let expected = [
        "* you are in room 1, with bob",
        "bob: one",
        "* carol has entered",
        "bob: two",
        "bob: three",
        "",
    ];
    assert_eq!(process.finish().expect_success().text(), expected.join("\n"));
}

#[test]
fn own_messages_count_and_end_it_before_the_input() {
    let shown = printed("one\ntwo\nthree\n", &["--exit-after", "2"], |server| {
        let mut client = server.welcome();
        client.hear_alice("one");
        client.hear_alice("two");
        client.expect_end();
    });
    assert_eq!(shown, "* you are in room 1, with bob\nalice: one\nalice: two\n");
}

#[test]
fn a_ping_goes_out_by_itself() {
    let server = Server::start();
    let flags = ["--room", "1", "--exit-after", "1", "--ping-every", "50ms"];
    let process = alice(&server.address, &flags).start();
    let mut client = server.welcome();
    for _ in 0..3 {
        client.expect(&PING);
        client.send(&[5, 0, 202, 0, 0]);
    }
    client.send(&said(7, "still there?"));
    let finished: Finished = process.finish().expect_success();
    assert_eq!(
        finished.text(),
        "* you are in room 1, with bob\nbob: still there?\n"
    );
}

#[test]
fn packets_in_pieces_are_put_together() {
    let server = Server::start();
    let process = alice(&server.address, &["--room", "1", "--exit-after", "2"]).start();
    let mut client = server.welcome();
    for byte in [said(7, "안녕"), whispers("carol", "hi")].concat() {
        client.send(&[byte]);
    }
    let expected = "* you are in room 1, with bob\nbob: 안녕\ncarol whispers: hi\n";
    assert_eq!(process.finish().expect_success().text(), expected);
}

#[test]
fn without_a_room_it_only_logs_in() {
    let server = Server::start();
    let mut process = piped(alice(&server.address, &[]));
    process
        .take_input()
        .write_all(b"/whisper bob hi\n")
        .expect("it reads");
    let mut client = server.accept();
    client.expect(&log_in("alice"));
    client.send(&logged_in(NONE));
    client.expect(&whisper("bob", "hi"));
    client.send(&whispered(NONE));
    client.expect_end();
    drop(client);
    assert_eq!(
        process.finish().expect_success().text(),
        "* you whisper to bob: hi\n"
    );
}

#[test]
fn variables_set_the_server_and_the_name() {
    let server = Server::start();
    let program = Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .env("CHAT_CLIENT_SERVER", &server.address)
        .env("CHAT_CLIENT_NAME", "앨리스");
    let running = thread::spawn(move || program.run());
    let mut client = server.accept();
    client.expect(&log_in("앨리스"));
    client.send(&logged_in(NONE));
    client.expect_end();
    drop(client);
    running.join().expect("no panic").expect_success();
}

/// As a game on the same engine may do; the chat server does not.
#[test]
fn a_user_whom_the_server_takes_out_is_told() {
    let text = printed("hello\n", &[], |server| {
        let mut client = server.welcome();
        client.expect(&chat("hello"));
        client.send(&[said(8, "hello"), has_left(8), chatted(NONE)].concat());
        client.expect_end();
    });
    let expected = "alice: hello\n* the server has taken you out of room 1\n";
    assert!(text.ends_with(expected), "{text}");
}
