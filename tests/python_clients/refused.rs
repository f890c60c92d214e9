//! What goes wrong: one line on standard error, and exit code 1; 2 for wrong arguments.

use crate::support::{Finished, Signal, unused_address};
use crate::{CODECS, in_room, python, python_is_there, script, server};

/// The one line that it says on standard error, without its name.
#[track_caller]
fn problem(codec: &str, finished: &Finished) -> String {
    let line = finished.expect_failure(1);
    let name = format!("chat_{codec}.py: ");
    line.strip_prefix(&*name).expect("its name").to_owned()
}

#[test]
fn a_refusal_is_its_code_and_what_it_means() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &["--room-size", "1"]);
    let (_bob, _keyboard) = in_room(python("binary", &[&addresses[0], "bob", "1"]));
    // In turns, since a Python takes a while to start; each codec has a refusal of either kind of reply.
    for (index, name, room, expected) in [
        (0, "bob", "2", "error 111: the name is taken"),
        (1, "bob", "2", "error 111: the name is taken"),
        (2, "bell\x07", "2", "error 112: the name is not allowed"),
        (0, "bob\u{3164}", "2", "error 112: the name is not allowed"),
        (0, "carol", "1000", "error 122: there is no such room"),
        (1, "carol", "-1", "error 122: there is no such room"),
        (2, "carol", "1", "error 134: the room is full"),
    ] {
        let (codec, address) = (CODECS[index], &*addresses[index]);
        let finished = python(codec, &[address, name, room, "never said"]).run();
        assert_eq!(problem(codec, &finished), expected, "{codec}");
        assert_eq!(finished.text(), "", "{codec}");
    }
}

#[test]
fn a_message_that_is_too_long_is_not_sent() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    let fits = "안".repeat(42);
    for too_long in ["안".repeat(43), "x".repeat(127), "x".repeat(70_000)] {
        let input = format!("{fits}\n{too_long}\nnever said\n");
        let finished = python("msgpack", &[&addresses[1], "carol", "1"]).run_with(input.as_bytes());
        assert_eq!(
            problem("msgpack", &finished),
            format!("a message has 1 to 126 bytes, and this one {}", too_long.len())
        );
        assert!(!finished.text().contains("never said"));
    }
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let finished = python(codec, &[address, "carol", "1", &fits]).run();
        let text = finished.expect_success().text();
        assert_eq!(text, format!("* you are in room 1, alone\ncarol: {fits}\n"));
    }
}

#[test]
fn a_port_of_another_codec_is_suspected() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    for codec in CODECS {
        for (address, spoken) in addresses.iter().zip(CODECS) {
            if codec == spoken {
                continue;
            }
            let finished = python(codec, &[address, "carol", "1", "never said"]).run();
            let line = problem(codec, &finished);
            assert!(
                line.ends_with(": does this port speak another codec?"),
                "{codec} to {spoken}: {line}"
            );
        }
    }
}

#[test]
fn a_server_that_ends_is_told() {
    if !python_is_there() {
        return;
    }
    for (signal, expected) in [
        (Signal::TERM, "error 64: the server is shutting down"),
        (Signal::KILL, "the server closed the connection"),
    ] {
        let (server, addresses) = server("chat-server", &[]);
        let clients: Vec<_> = (0..3)
            .map(|index| in_room(python(CODECS[index], &[&addresses[index], CODECS[index], "1"])))
            .collect();
        server.signal(signal);
        // The input is still open, so it is the server that ends them.
        for ((client, _keyboard), codec) in clients.into_iter().zip(CODECS) {
            assert_eq!(problem(codec, &client.finish()), expected, "{codec}");
        }
    }
}

#[test]
fn nobody_there_is_one_line() {
    if !python_is_there() {
        return;
    }
    let (_held, nobody) = unused_address();
    let nobody = nobody.to_string();
    let finished = python("protobuf", &[&nobody, "carol", "1"]).run();
    assert_eq!(
        problem("protobuf", &finished),
        format!("nobody listens on {nobody}: is the server running?")
    );
}

#[test]
fn wrong_arguments_are_exit_code_2() {
    if !python_is_there() {
        return;
    }
    for (arguments, problem) in [
        (&[][..], "are required: HOST:PORT, NAME, ROOM"),
        (&["127.0.0.1:1", "", "1"], "a name has 1 to 16 bytes"),
        (&["127.0.0.1:1", "여섯글자이름", "1"], "a name has 1 to 16 bytes"),
        (
            &["127.0.0.1:1", "carol", "one"],
            "argument ROOM: invalid int value: 'one'",
        ),
        (
            &["127.0.0.1:1", "carol", "2147483648"],
            "a room is a number of 32 bits",
        ),
        (&["127.0.0.1", "carol", "1"], "expected HOST:PORT"),
        (&["localhost:chat", "carol", "1"], "expected HOST:PORT"),
        (
            &["127.0.0.1:1", "carol", "1", "--listen", "0"],
            "--listen needs 1 or more",
        ),
    ] {
        let finished = python("msgpack", arguments).run();
        assert_eq!(finished.status.code(), Some(2), "{finished:#?}");
        let line = finished.stderr.lines().last().expect("a line");
        assert!(line.contains(problem), "{line}");
    }
}

/// The client of the chapter "Write your own client".
#[test]
fn mistakes_at_the_example_are_a_sentence() {
    if !python_is_there() {
        return;
    }
    let (_taken, nobody) = unused_address();
    let nobody = nobody.to_string();
    let expected = "expected HOST:PORT NAME ROOM, as in: chat_client.py 127.0.0.1:11021 alice 1";
    for (arguments, problem) in [
        (&["127.0.0.1:11021", "alice"][..], expected),
        (&["localhost", "alice", "1"], expected),
        (&["127.0.0.1:http", "alice", "1"], expected),
        (&["127.0.0.1:11021", "alice", "two"], expected),
        (&["127.0.0.1:11021", "alice", "2147483648"], expected),
        (
            &["127.0.0.1:11021", "seventeen-letters", "1"],
            "a name has 1 to 16 bytes, and this one has 17",
        ),
        (
            &[nobody.as_str(), "alice", "1"],
            "[Errno 111] Connection refused: is the server running?",
        ),
    ] {
        let finished = script("../examples/chat_client", arguments).run();
        let line = finished.expect_failure(1);
        assert!(line.ends_with(problem), "{arguments:?}: {line}");
    }
}
