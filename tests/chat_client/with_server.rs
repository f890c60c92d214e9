//! The client with the real server, in every codec: names, the wrong port, and compression.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use crate::ports::{CODECS, server};
use crate::screen::Screen;
use crate::support::{LatePipe, Process, Program, Server, Terminal, eventually};

fn client(address: &str, name: &str, flags: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--name", name, address])
        .args(if flags.contains(&"--room") {
            &[]
        } else {
            &["--room", "1"]
        })
        .args(flags)
}

#[test]
fn a_port_of_another_codec_is_told_at_the_login() {
    let (_server, addresses) = server("chat-server", &[]);
    for codec in CODECS {
        // Logins of all lengths: none may look like one of another codec.
        for name in ["al", "앨리스", "fifteen-letters", "sixteen-letters!"] {
            for (address, spoken) in addresses.iter().zip(CODECS) {
                let finished = client(address, name, &["--codec", codec]).run_with(b"hello\n");
                if codec == spoken {
                    finished.expect_success();
                    continue;
                }
                let line = finished.expect_failure(1);
                assert!(
                    line.ends_with(": does this port speak another codec (--codec)?"),
                    "{codec} to {spoken}: {line}"
                );
            }
        }
    }
}

#[test]
fn both_sides_compress_where_both_have_the_flag() {
    let (server, addresses) = server(
        "chat-server",
        &["--compress-over", "60", "--trace", "--log", "off"],
    );
    let long = "all work and no play ".repeat(6);
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let form = match *codec {
            "binary" => "compressed".to_owned(),
            codec => format!("{codec}, compressed"),
        };
        let plain = client(address, "bob", &["--codec", codec]).run_with(long.as_bytes());
        assert!(plain.expect_success().text().contains(long.trim_end()));
        is_traced(
            &server,
            "<-- ROOM_CHAT_RES",
            if *codec == "binary" { "" } else { codec },
        );
        let compressed = server.log().count(&form);
        assert_eq!(compressed, 0, "{codec} without the flag is sent compressed");
        let flags = ["--codec", codec, "--compress-over", "60"];
        let finished = client(address, "alice", &flags).run_with(long.as_bytes());
        let heard = finished.expect_success().text();
        assert!(heard.contains(&format!("alice: {}", long.trim_end())), "{heard}");
        // The PING that asks, the message, and its notification.
        for part in [
            "--> PING_REQ",
            "--> ROOM_CHAT_REQ len=12",
            "<-- ROOM_CHAT_NTF unique_id=",
        ] {
            is_traced(&server, part, &form);
        }
    }
}

/// The server has written such a line: a client may be done before that.
#[track_caller]
fn is_traced(server: &Server, part: &str, form: &str) {
    eventually(&format!("a line with `{part}` and `{form}`"), || {
        let lines = server.log().lines();
        lines
            .iter()
            .any(|line| line.contains(part) && line.contains(form))
    });
}

#[test]
fn a_server_without_compression_is_named_as_the_cause() {
    let (_server, addresses) = server("chat-server", &[]);
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let flags = ["--codec", codec, "--compress-over", "60"];
        let finished = client(address, "alice", &flags).run_with(b"hello\n");
        assert_eq!(
            finished.expect_failure(1),
            "chat-client: the server accepts no compressed packets: was it started with --compress-over? \
             (PACKET_DECODING_FAIL)",
            "{codec}"
        );
    }
}

/// 한국이, as it is typed on a Mac.
const DECOMPOSED: &str = "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1175}";

#[test]
fn a_name_and_what_is_said_are_composed_before_they_are_sent() {
    let (_server, addresses) = server("chat-server", &[]);
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let listener = client(address, DECOMPOSED, &["--codec", codec, "--exit-after", "2"]).start();
        listener.stdout.wait_for_line("* you are in room 1, alone");
        // 24 bytes as it is typed, and 168 of what is said, which is over the 126 that are allowed: 63 when it is
        // composed.
        let input = format!("/whisper {DECOMPOSED} psst\n{}\n", DECOMPOSED.repeat(7));
        let finished = client(address, "bob", &["--codec", codec]).run_with(input.as_bytes());
        let said = "한국이".repeat(7);
        let shown = finished.expect_success().text();
        let heard = format!("* you are in room 1, with 한국이\n* you whisper to 한국이: psst\nbob: {said}\n");
        // The listener may leave before bob does.
        let shown = shown.strip_suffix("* 한국이 has left\n").unwrap_or(&shown);
        assert_eq!(shown, heard, "{codec}");
        assert_eq!(
            listener.finish().expect_success().text(),
            format!("* you are in room 1, alone\n* bob has entered\nbob whispers: psst\nbob: {said}\n"),
            "{codec}"
        );
    }
}

/// What a name with quotes and backslashes is shown as is what reaches its owner, and nobody else.
#[test]
fn a_name_is_typed_as_it_is_shown() {
    let (_server, addresses) = server("chat-server", &[]);
    let alice = client(&addresses[0], "alice", &["--exit-after", "1"]).start();
    alice.stdout.wait_for_line("* you are in room 1, alone");
    for name in ["alice\"x", r"\u{1b}", "\"alice\"", "\\"] {
        let strange = client(&addresses[0], name, &["--room", "2", "--exit-after", "1"]);
        let (strange, mut keyboard) = strange.start_with_keyboard();
        strange.stdout.wait_for_line("* you are in room 2, alone");
        let (bob, mut bobs_keyboard) = client(&addresses[0], "bob", &["--room", "3"]).start_with_keyboard();
        bob.stdout.wait_for_line("* you are in room 3, alone");
        writeln!(keyboard, "/invite bob").expect("it reads");
        // The invitation ends in what can be typed to decline it.
        let invitation = bob.stdout.wait_for_line(" invites you to room 2: ");
        let (_, hint) = invitation.split_once(", or ").expect("a hint");
        writeln!(bobs_keyboard, "{hint}").expect("it reads");
        strange.stdout.wait_for_line("* bob has declined your invitation");
        let shown = hint.strip_prefix("/decline ").expect("a name");
        writeln!(bobs_keyboard, "/whisper {shown} my secret").expect("it reads");
        bob.stdout
            .wait_for_line(&format!("* you whisper to {shown}: my secret"));
        strange.finish().expect_success();
        drop(bobs_keyboard);
        bob.finish().expect_success();
    }
    let last = client(&addresses[0], "carol", &[]).run_with(b"hi\n");
    last.expect_success();
    // Nothing has come to alice before this.
    let heard = alice.finish().expect_success().text();
    assert_eq!(
        heard,
        "* you are in room 1, alone\n* carol has entered\ncarol: hi\n"
    );
}

/// A parent in another language may give pipes that do not block; the client waits where nobody reads.
#[test]
fn what_is_read_late_is_complete() {
    const MESSAGES: usize = 1_500;
    let (_server, [address, ..]) = server("chat-server", &["--rate-limit", "0"]);
    let pipe = LatePipe::new();
    let program = client(&address, "alice", &[]);
    let mut process = Process::new(program.spawn(Stdio::piped(), pipe.end(), Stdio::piped()));
    let message = |number: usize| format!("{number} is a number, and this is a message with one\n");
    let input: String = (0..MESSAGES).map(message).collect();
    let mut keyboard = process.take_input();
    let typing = thread::spawn(move || keyboard.write_all(input.as_bytes()));
    process.stdout = pipe.read_when_tried(&process);
    let finished = process.finish().expect_success();
    typing.join().expect("no panic").expect("it reads");
    let shown = |number| format!("alice: {}", message(number));
    let shown: String = (0..MESSAGES).map(shown).collect();
    assert_eq!(finished.text(), format!("* you are in room 1, alone\n{shown}"));
}

/// More lines than the server takes at once: none is lost, and they keep their order.
#[test]
fn lines_over_the_rate_limit_arrive_at_its_pace() {
    let (server, [address, ..]) = server("chat-server", &["--rate-limit", "100", "--log", "off"]);
    let lines: Vec<_> = (0..250).map(|number| format!("line {number}")).collect();
    let said = |printed: String| -> Vec<String> {
        let lines = printed
            .lines()
            .filter_map(|line| line.strip_prefix("alice: line "));
        lines
            .map(|number| format!("line {}", number.trim_end()))
            .collect()
    };
    let script = client(&address, "alice", &[]).run_with(lines.join("\n").as_bytes());
    assert_eq!(said(script.expect_success().text()), lines);

    let mut terminal = Terminal::start(client(&address, "alice", &[]));
    terminal.screen.wait_for_text("> ");
    terminal.paste(&lines.join("\r"));
    terminal.type_text("\r");
    terminal.screen.wait_for_text("alice: line 249\r\n");
    assert_eq!(
        said(Screen::after(&terminal.screen.text()).rows().join("\n")),
        lines
    );
    drop(server);
}

/// What `/help` says of names with spaces holds for one's own.
#[test]
fn a_name_may_have_a_space() {
    let (_server, addresses) = server("chat-server", &[]);
    let finished = client(&addresses[0], "bob smith", &["--exit-after", "1"]).run_with(b"hello\n");
    let text = finished.expect_success().text();
    assert!(text.ends_with("\"bob smith\": hello\n"), "{text}");
}
