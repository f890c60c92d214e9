//! Two programs `chat-client` that talk through the server, as scripts have them.

use std::io::Write;
use std::process::{ChildStdin, Stdio};

use protocol::Codec;

use crate::ports::Ports;
use crate::support::{Finished, Process, Program, Server};
use crate::{binary_servers, server};

/// The client, which will log in under this name.
fn client(server: &Server, name: &str, flags: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--name", name, &server.host_and_port()])
        .args(flags)
}

/// One that is there, and listens until it has heard so many messages.
#[track_caller]
fn listener(server: &Server, name: &str, room: &str, messages: &str) -> Process {
    let process = client(server, name, &["--room", room, "--exit-after", messages]).start();
    process.stdout.wait_for_line("* you are in room");
    process
}

/// One that is typed to.
fn typed_to(program: Program) -> (Process, ChildStdin) {
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let keyboard = process.take_input();
    (process, keyboard)
}

/// All that it has printed, nothing being wrong.
#[track_caller]
fn printed(finished: Finished) -> Vec<String> {
    let finished = finished.expect_success();
    assert_eq!(finished.stderr, "");
    finished.text().lines().map(ToOwned::to_owned).collect()
}

#[test]
fn what_one_says_the_other_hears() {
    for server in binary_servers(&[]) {
        // Bob hears one message more, and so stays longer than alice.
        let bob = listener(&server, "bob", "3", "3");
        let alice = client(&server, "앨리스", &["--room", "3"]).run_with("hello, bob\n안녕\n".as_bytes());
        assert_eq!(
            printed(alice),
            [
                "* you are in room 3, with bob",
                "앨리스: hello, bob",
                "앨리스: 안녕"
            ]
        );
        client(&server, "carol", &["--room", "3"])
            .run_with(b"bye")
            .expect_success();
        assert_eq!(
            printed(bob.finish()),
            [
                "* you are in room 3, alone",
                "* 앨리스 has entered",
                "앨리스: hello, bob",
                "앨리스: 안녕",
                "* 앨리스 has left",
                "* carol has entered",
                "carol: bye",
            ]
        );
    }
}

#[test]
fn a_thousand_lines_pass_in_order() {
    for server in binary_servers(&["--rate-limit", "0"]) {
        let lines: Vec<_> = (0..1_000).map(|number| format!("line {number}")).collect();
        let bob = listener(&server, "bob", "1", "1000");
        client(&server, "alice", &["--room", "1"])
            .run_with(lines.join("\n").as_bytes())
            .expect_success();
        let heard: Vec<_> = lines.iter().map(|line| format!("alice: {line}")).collect();
        assert_eq!(printed(bob.finish())[2..], heard);
    }
}

#[test]
fn a_whisper_passes_from_room_to_room() {
    for server in binary_servers(&[]) {
        let bob = listener(&server, "bob", "1", "1");
        let alice = client(&server, "alice", &["--room", "2"]).run_with(b"/whisper bob hi\n");
        assert_eq!(
            printed(alice),
            ["* you are in room 2, alone", "* you whisper to bob: hi"]
        );
        assert_eq!(
            printed(bob.finish()),
            ["* you are in room 1, alone", "alice whispers: hi"]
        );
    }
}

#[test]
fn an_invitation_is_accepted_and_another_declined() {
    for server in binary_servers(&[]) {
        let (alice, mut alice_types) = typed_to(client(&server, "alice", &["--room", "5"]));
        alice.stdout.wait_for_line("* you are in room 5");
        let (bob, mut bob_types) = typed_to(client(&server, "bob", &["--room", "6", "--exit-after", "1"]));
        bob.stdout.wait_for_line("* you are in room 6");
        for answer in ["/decline alice", "/leave\n/enter 5"] {
            writeln!(alice_types, "/invite bob").expect("alice reads");
            let count = 1 + usize::from(answer != "/decline alice");
            bob.stdout
                .wait_for_lines(count, "* alice invites you to room 5: ");
            writeln!(bob_types, "{answer}").expect("bob reads");
            let heard = ["* bob has declined your invitation", "* bob has entered"][count - 1];
            alice.stdout.wait_for_line(heard);
        }
        writeln!(alice_types, "welcome").expect("alice reads");
        drop(alice_types);
        let invitation = "* alice invites you to room 5: /enter 5, or /decline alice";
        assert_eq!(
            printed(bob.finish()),
            [
                "* you are in room 6, alone",
                invitation,
                "* you have declined the invitation of alice",
                invitation,
                "* you have left room 6",
                "* you are in room 5, with alice",
                "alice: welcome",
            ]
        );
        let alice = printed(alice.finish());
        assert_eq!(
            alice[..6],
            [
                "* you are in room 5, alone",
                "* bob is invited",
                "* bob has declined your invitation",
                "* bob is invited",
                "* bob has entered",
                "alice: welcome",
            ]
        );
    }
}

#[test]
fn a_name_that_is_taken_ends_the_second_client() {
    for server in binary_servers(&[]) {
        let _bob = listener(&server, "bob", "1", "1");
        let second = client(&server, "bob", &["--room", "1"]).run();
        let line = second.expect_failure(1);
        assert!(
            line.ends_with("bob is logged in already (LOGIN_USER_DUPLICATION)"),
            "{line}"
        );
    }
}

#[test]
fn a_server_that_is_full_says_so_to_its_client() {
    let server = server(&["--max-connections", "1"]);
    let _bob = listener(&server, "bob", "1", "1");
    let line = client(&server, "alice", &[]).run();
    let line = line.expect_failure(1);
    assert!(
        line.ends_with("the server closed the connection: it is full (SERVER_FULL)"),
        "{line}"
    );
}

#[test]
fn clients_of_all_codecs_talk_to_each_other() {
    let ports = Ports::open(&["--compress-over", "0", "--workers", "4"]);
    let program = |codec: Codec, name: &str| {
        let address = ports.address(codec).to_string();
        let flags = ["--codec", codec.name(), "--name", name, "--room", "3", &address];
        Program::new(env!("CARGO_BIN_EXE_chat-client")).args(&flags)
    };
    let listening = [("bob", Codec::MsgPack, "4"), ("carol", Codec::Binary, "3")];
    let [bob, carol] = listening.map(|(name, codec, messages)| {
        let process = program(codec, name).args(&["--exit-after", messages]).start();
        process.stdout.wait_for_line("* you are in room");
        process
    });
    // Long enough to be compressed.
    let long = format!("앨리스: {}", "안녕".repeat(20));
    let lines = format!("hello\n{}\n/whisper bob psst\nbye\n", "안녕".repeat(20));
    let alice = program(Codec::Protobuf, "앨리스").args(&["--compress-over", "0"]);
    let alice = printed(alice.run_with(lines.as_bytes()));
    // The others may go before she does.
    assert_eq!(
        alice[..5],
        [
            "* you are in room 3, with bob, carol",
            "앨리스: hello",
            &long,
            "* you whisper to bob: psst",
            "앨리스: bye",
        ]
    );
    let whispered = ["앨리스 whispers: psst"];
    for (listener, whispered) in [(bob, &whispered[..]), (carol, &[])] {
        let heard = printed(listener.finish());
        let expected = [
            &["* 앨리스 has entered", "앨리스: hello", &long],
            whispered,
            &["앨리스: bye"],
        ]
        .concat();
        let heard: Vec<_> = heard.iter().filter(|line| line.contains("앨리스")).collect();
        assert_eq!(heard, expected);
    }
}
