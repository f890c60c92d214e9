//! Errors of the chat client without a terminal: one line on standard error, and exit code 1; 2 for wrong flags.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use crate::alice;
use crate::server::{NONE, Served, Server};
use crate::support::messages::{
    PING, chat, chatted, enter, invite, is_invited, log_in, logged_in, not_entered, said, whisper, whispered,
};
use crate::support::wire::{SERVER_FULL, SERVER_SHUTTING_DOWN, error_packet, packet};
use crate::support::{Process, Program, unused_address};

/// What alice says on standard error when these lines are piped in and the server does this.
#[track_caller]
fn error(input: &str, flags: &[&str], serve: impl FnOnce(&Server)) -> String {
    let server = Server::start();
    let program = alice(&server.address, flags);
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let mut pipe = process.take_input();
    pipe.write_all(input.as_bytes()).expect("it reads");
    serve(&server);
    let finished = process.finish();
    drop(pipe);
    let line = finished.expect_failure(1);
    line.strip_prefix("chat-client: ").expect("its name").to_owned()
}

/// The same in room 1.
#[track_caller]
fn error_in_room(input: &str, serve: impl FnOnce(Served)) -> String {
    error(input, &["--room", "1"], |server| serve(server.welcome()))
}

#[test]
fn a_refusal_is_a_sentence_with_the_name_of_its_code() {
    for (line, request, answer, sentence) in [
        (
            "/enter 7",
            enter(7),
            not_entered(122),
            "room 7 does not exist (ROOM_INVALID_NUMBER)",
        ),
        (
            "/enter 7",
            enter(7),
            not_entered(134),
            "room 7 is full (ENTER_ROOM_USER_FULL)",
        ),
        (
            "/enter 7",
            enter(7),
            not_entered(131),
            "you are in a room: /leave comes first (ENTER_ROOM_ALREADY)",
        ),
        (
            "/whisper bob hi",
            whisper("bob", "hi"),
            whispered(152),
            "bob is not logged in (WHISPER_NO_SUCH_USER)",
        ),
        (
            "/whisper alice hi",
            whisper("alice", "hi"),
            whispered(153),
            "alice is you (WHISPER_SELF)",
        ),
        (
            "/invite bob",
            invite("bob"),
            is_invited(154),
            "bob is in this room already (INVITED_USER_IN_ROOM)",
        ),
        (
            "hello",
            chat("hello"),
            error_packet(121).to_vec(),
            "you are in no room: /enter 1 enters one (ROOM_NOT_IN_USER)",
        ),
        (
            "hello",
            chat("hello"),
            chatted(999),
            "the server answers with error 999, which this client does not know",
        ),
    ] {
        let problem = error_in_room(&format!("\n{line}\nnever sent\n"), |mut client| {
            client.expect(&request);
            client.send(&answer);
            client.expect_end();
        });
        assert_eq!(problem, format!("line 2: {sentence}"));
    }
}

#[test]
fn a_wrong_line_is_not_sent() {
    for (line, problem) in [
        (
            &*"한".repeat(43),
            "not sent: the message has 129 bytes, and 126 are allowed",
        ),
        ("/dance", "/dance is not a command: /help lists them"),
        ("/\x1b[2J", "/\\u{1b}[2J is not a command: /help lists them"),
        ("/enter two", "/enter takes the number of a room, as in /enter 2"),
    ] {
        let said = error_in_room(&format!("{line}\nnever sent\n"), |mut client| client.expect_end());
        assert_eq!(said, format!("line 1: {problem}"));
    }
}

#[test]
fn a_line_without_an_end_is_refused() {
    let server = Server::start();
    let program = alice(&server.address, &["--room", "1"]);
    let running = thread::spawn(move || program.run_with(&b"x".repeat(64 * 1024 * 1024)));
    server.welcome().expect_end();
    let finished = running.join().expect("no panic");
    assert_eq!(
        finished.expect_failure(1),
        "chat-client: line 1: cannot read standard input: line 1 has more than 1048576 bytes"
    );
}

#[test]
fn who_is_not_let_in_is_told_why() {
    for (code, sentence) in [
        (111, "alice is logged in already (LOGIN_USER_DUPLICATION)"),
        (
            112,
            "the server does not accept alice as a name (LOGIN_USER_INVALID_ID)",
        ),
        (113, "the server does not let alice in (LOGIN_FAILED)"),
    ] {
        let problem = error("hello\n", &["--room", "1"], |server| {
            let mut client = server.accept();
            client.expect(&log_in("alice"));
            client.send(&logged_in(code));
            client.expect_end();
        });
        assert_eq!(problem, sentence);
    }
    let problem = error("hello\n", &["--room=-1"], |server| {
        let mut client = server.accept();
        client.expect(&log_in("alice"));
        client.send(&logged_in(NONE));
        client.expect(&enter(-1));
        client.send(&not_entered(122));
        client.expect_end();
    });
    assert_eq!(problem, "room -1 does not exist (ROOM_INVALID_NUMBER)");
}

#[test]
fn the_end_of_the_connection_is_said_with_its_reason() {
    let closed = "the server closed the connection";
    assert_eq!(error_in_room("", Served::close), closed);
    let problem = error_in_room("", |mut client| {
        client.send(&error_packet(SERVER_SHUTTING_DOWN));
        client.close();
    });
    assert_eq!(
        problem,
        format!("{closed}: it is shutting down (SERVER_SHUTTING_DOWN)")
    );
    let problem = error("", &[], |server| {
        let mut client = server.accept();
        client.send(&error_packet(SERVER_FULL));
        client.close();
    });
    assert_eq!(problem, format!("{closed}: it is full (SERVER_FULL)"));
}

#[test]
fn a_broken_connection_is_said() {
    let problem = error_in_room("hello\n", |mut client| {
        // Closed with something unread, a connection breaks.
        client.expect(&chat("hello")[..5]);
    });
    assert_eq!(
        problem,
        "line 1: the connection is broken: cannot read: connection reset by the other side"
    );
}

#[test]
fn an_answer_that_does_not_come_is_given_up() {
    let flags = ["--room", "1", "--timeout", "2s"];
    let problem = error("hello\n", &flags, |server| {
        let mut client = server.welcome();
        client.expect(&chat("hello"));
        client.expect_end();
    });
    assert_eq!(problem, "line 1: no answer within 2s");
}

#[test]
fn a_server_that_has_gone_silent_is_noticed() {
    let flags = ["--room", "1", "--ping-every", "2s", "--timeout", "2s"];
    let problem = error("", &flags, |server| {
        let mut client = server.welcome();
        client.expect(&PING);
        client.send(&packet(202, 0, b""));
        client.expect(&PING);
        client.expect_end();
    });
    assert_eq!(problem, "no answer within 2s");
}

#[test]
fn what_is_no_packet_of_this_protocol_is_an_error() {
    for (bytes, problem) in [
        (
            vec![4, 0, 0, 0, 0],
            "the server sent no packet: packet is 4 bytes, smaller than its header of 5",
        ),
        (
            packet(733, 0, &[0; 9]),
            "the server sent a ROOM_CHAT_NTF (733) that cannot be read: field at byte 8 needs 2 bytes, but 1 are left",
        ),
        (
            packet(733, 2, &said(7, "hi")[5..]),
            "the server sent a ROOM_CHAT_NTF (733) that cannot be read: packet_type is 2, neither plain nor compressed",
        ),
        (
            // Five bytes that would be a gigabyte.
            packet(733, 1, &[0x80, 0x80, 0x80, 0x80, 0x04]),
            "the server sent a ROOM_CHAT_NTF (733) that cannot be read: packet is 1073741829 bytes, larger than the 65535 allowed",
        ),
        (
            // Two bytes that say ten, and have none.
            packet(733, 1, &[10, 36]),
            "the server sent a ROOM_CHAT_NTF (733) that cannot be read: body cannot be decompressed: ",
        ),
    ] {
        let said = error_in_room("", |mut client| {
            client.send(&bytes);
            client.expect_end();
        });
        assert!(said.starts_with(problem), "{said}");
    }
}

#[test]
fn nobody_there_is_one_line() {
    let (_held, nobody) = unused_address();
    let finished = alice(&nobody.to_string(), &[]).run();
    assert_eq!(
        finished.expect_failure(1),
        format!("chat-client: cannot connect to {nobody}: connection refused: is the server running?")
    );
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        (&[][..], "--name"),
        (&["--name", ""], "a name cannot be empty"),
        (
            &["--name", "seventeen-letters"],
            "this name has 17 bytes: at most 16 are allowed",
        ),
        (
            &[
                "--name",
                "\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}\u{1112}\u{1161}\u{11ab}",
            ],
            "this name has 54 bytes, 18 when composed: at most 16 are allowed",
        ),
        (
            &["--name", "a\x07"],
            "a name may have only characters that everybody can see and tell apart: \\u{7} is not one of them",
        ),
        (
            &["--name", "bob\u{3164}"],
            "invalid value 'bob\\u{3164}' for '--name <NAME>': a name may have only characters that everybody can see \
             and tell apart: \\u{3164} is not one of them",
        ),
        (&["--name", "alice", "--room", "one"], "invalid value 'one'"),
        (&["--name", "alice", "--exit-after", "0"], "0 is not in 1.."),
        (
            &["--name", "alice", "--timeout", "0"],
            "--timeout must be longer than 0",
        ),
        (&["--name", "alice", "nonsense"], "`nonsense` is not an address"),
        (
            &["--name", "alice", "--codec", "json"],
            "\"json\" is not a codec: expected binary, msgpack or protobuf",
        ),
        (
            &["--name", "alice", "--compress-over", "much"],
            "`much` is not a size",
        ),
    ] {
        let finished = Program::new(env!("CARGO_BIN_EXE_chat-client"))
            .args(arguments)
            .run();
        let line = finished.expect_failure(2);
        assert!(
            line.starts_with("chat-client: ") && line.contains(problem),
            "{line}"
        );
    }
}

#[test]
fn help_is_there() {
    let help = Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--help"])
        .run();
    let help = help.expect_success().text();
    for part in [
        "[default: 127.0.0.1:11021]",
        "[env: CHAT_CLIENT_SERVER=",
        "[default: 30s]",
        "\nExamples:\n",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}
