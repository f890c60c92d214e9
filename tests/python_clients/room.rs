//! Clients of all kinds in one room.

use std::io::Write;

use crate::support::Program;
use crate::{CODECS, in_room, python, python_is_there, server};

/// The name of each, in the order in which they come; what is said, in Korean too; and what each of them
/// prints, whatever it is written in and whatever its codec.
const NAMES: [&str; 4] = ["앨리스", "bob", "carol", "dave"];
const SAID: [&str; 4] = ["hello, all", "안녕하세요", "ends in spaces  ", "\x1b[2J"];

/// The first name as it is typed on a Mac: 21 bytes, and 9 as it is sent.
const TYPED: &str = "\u{110b}\u{1162}\u{11af}\u{1105}\u{1175}\u{1109}\u{1173}";
const PRINTED: [&[&str]; 4] = [
    &[
        "* you are in room 3, alone",
        "* bob has entered",
        "* carol has entered",
        "* dave has entered",
        "앨리스: hello, all",
        "bob: 안녕하세요",
        "carol: ends in spaces  ",
        "dave: \\u{1b}[2J",
    ],
    &[
        "* you are in room 3, with 앨리스",
        "* carol has entered",
        "* dave has entered",
        "앨리스: hello, all",
        "bob: 안녕하세요",
        "carol: ends in spaces  ",
        "dave: \\u{1b}[2J",
        "* 앨리스 has left",
    ],
    &[
        "* you are in room 3, with 앨리스, bob",
        "* dave has entered",
        "앨리스: hello, all",
        "bob: 안녕하세요",
        "carol: ends in spaces  ",
        "dave: \\u{1b}[2J",
        "* 앨리스 has left",
        "* bob has left",
    ],
    &[
        "* you are in room 3, with 앨리스, bob, carol",
        "앨리스: hello, all",
        "bob: 안녕하세요",
        "carol: ends in spaces  ",
        "dave: \\u{1b}[2J",
        "* 앨리스 has left",
        "* bob has left",
        "* carol has left",
    ],
];

/// The program `chat-client` of this project.
fn chat_client(address: &str, name: &str, codec: &str) -> Program {
    Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--name", name, "--room", "3", "--codec", codec, address])
}

#[test]
fn all_print_the_same_whatever_they_are() {
    if !python_is_there() {
        return;
    }
    // Each codec comes first once, and the one that is no Python stands at each place but the last.
    for turn in 0..3 {
        let (_server, addresses) = server("chat-server", &[]);
        let mut clients: Vec<_> = (0..4)
            .map(|place| {
                let codec = (turn + place) % 3;
                let (address, name) = (&addresses[codec], [TYPED, NAMES[1], NAMES[2], NAMES[3]][place]);
                if place == turn {
                    in_room(chat_client(address, name, CODECS[codec]))
                } else {
                    in_room(python(CODECS[codec], &[address, name, "3"]))
                }
            })
            .collect();
        for place in 0..4 {
            writeln!(clients[place].1, "{}", SAID[place]).expect("it reads");
            for (process, _) in &clients {
                process.stdout.wait_for_line(&format!("{}: ", NAMES[place]));
            }
        }
        for (place, (process, keyboard)) in clients.into_iter().enumerate() {
            if let Some(before) = place.checked_sub(1) {
                process
                    .stdout
                    .wait_for_line(&format!("* {} has left", NAMES[before]));
            }
            drop(keyboard);
            let finished = process.finish().expect_success();
            assert_eq!(finished.stderr, "");
            let text = finished.text();
            assert_eq!(text.lines().collect::<Vec<_>>(), PRINTED[place], "turn {turn}");
        }
    }
}

#[test]
fn what_is_on_the_command_line_is_said_and_a_listener_ends_by_itself() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    for (speaker, listener) in [(0, 1), (1, 2), (2, 0)] {
        let arguments = [&*addresses[listener], "bob", "1", "--listen", "2"];
        // Nobody types, and nobody ends the input: the third message is one too many.
        let (bob, _keyboard) = in_room(python(CODECS[listener], &arguments));
        let arguments = [&*addresses[speaker], "alice", "1", "one", "두 번째", "three"];
        let alice = python(CODECS[speaker], &arguments).run().expect_success();
        assert_eq!(
            alice.text(),
            "* you are in room 1, with bob\nalice: one\nalice: 두 번째\nalice: three\n"
        );
        let bob = bob.finish().expect_success();
        assert_eq!(bob.stderr, "");
        assert_eq!(
            bob.text(),
            "* you are in room 1, alone\n* alice has entered\nalice: one\nalice: 두 번째\n"
        );
    }
}

#[test]
fn one_who_says_something_and_listens_hears_the_answer() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let (bob, mut keyboard) = in_room(chat_client(&addresses[0], "bob", "binary"));
        // Its own two are heard as well.
        let arguments = [&**address, "alice", "3", "are you", "there?", "--listen", "3"];
        let alice = python(codec, &arguments).start();
        bob.stdout.wait_for_line("alice: there?");
        writeln!(keyboard, "yes").expect("bob reads");
        let alice = alice.finish().expect_success();
        assert_eq!(
            alice.text(),
            "* you are in room 3, with bob\nalice: are you\nalice: there?\nbob: yes\n"
        );
        drop(keyboard);
        bob.finish().expect_success();
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_message() {
    if !python_is_there() {
        return;
    }
    let (_server, addresses) = server("chat-server", &[]);
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let carol = python(codec, &[address, "carol", "4"]).run_with("\u{feff}hello\n".as_bytes());
        assert_eq!(
            carol.expect_success().text(),
            "* you are in room 4, alone\ncarol: hello\n"
        );
    }
}
