//! Browsers, and clients of other kinds, in one room: each sees what the others say.

use std::io::{Write, stderr};
use std::process::{ChildStdin, Command};

use crate::browser::{Key, Window, browser};
use crate::site::Site;
use crate::support::{Process, Program};

/// A client in Python, where there is one.
fn python() -> Option<Program> {
    let version = Command::new("python3").arg("--version").output();
    if !version.is_ok_and(|output| output.status.success()) {
        // Not eprintln!, which a passing test keeps to itself.
        let _ = writeln!(
            stderr(),
            "SKIPPED: a part of tests/browser: not installed: python3"
        );
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/clients/chat_binary.py");
    // Compiled modules would stand among the sources.
    let program = Program::new("python3").env("PYTHONDONTWRITEBYTECODE", "1");
    Some(program.args(&[script]))
}

/// A client at a terminal, of this project.
fn chat_client(name: &str, address: &str) -> Program {
    Program::of_this_build("chat-client").args(&["--name", name, "--room", "7", address])
}

/// One that is in its room, and can be typed to.
#[track_caller]
fn in_room(program: Program) -> (Process, ChildStdin) {
    let (process, keyboard) = program.start_with_keyboard();
    process.stdout.wait_for_line("* you are in room ");
    (process, keyboard)
}

#[test]
fn clients_of_all_kinds_talk_in_one_room() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let address = site.server.host_and_port();
    let alice = Window::enter(browser, &site.url(), "alice", 7);
    let bob = Window::enter(browser, &site.other_url(), "밥", 7);
    alice.hears("* 밥 has entered");
    bob.hears("* you are in room 7, with alice");
    let (carol, mut carols_keys) = in_room(chat_client("carol", &address));
    let mut clients = vec![carol];
    let mut said = vec!["alice: hello from a page", "밥: 안녕하세요", "carol: a terminal"];
    for window in [&alice, &bob] {
        window.hears("* carol has entered");
    }
    let dave = python().map(|program| in_room(program.args(&[&address, "dave", "7"])));
    let keys = dave.map(|(dave, keys)| {
        alice.hears("* dave has entered");
        clients.push(dave);
        keys
    });
    alice.says("hello from a page");
    bob.says("안녕하세요");
    writeln!(carols_keys, "a terminal").expect("it reads");
    if let Some(mut keys) = keys {
        writeln!(keys, "and Python").expect("it reads");
        said.push("dave: and Python");
        for line in &said {
            clients
                .iter()
                .for_each(|client| drop(client.stdout.wait_for_line(line)));
        }
    }
    for line in said {
        alice.hears(line);
        bob.hears(line);
        clients[0].stdout.wait_for_line(line);
    }
    let members = alice.text_of("list", "Members");
    assert!(
        members.contains("alice (you)") && members.contains("carol"),
        "{members}"
    );
    alice.is_well();
    bob.is_well();
}

#[test]
fn a_whisper_is_for_one_alone_and_is_begun_by_a_press() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::enter(browser, &site.url(), "alice", 7);
    let (carol, mut keys) = in_room(chat_client("carol", &site.server.host_and_port()));
    let bob = Window::enter(browser, &site.other_url(), "bob", 7);
    bob.click("button", "Whisper to carol");
    bob.type_into("textbox", "Message", "psst");
    bob.press(&[Key::Enter]);
    bob.hears("to carol: psst");
    carol.stdout.wait_for_line("bob whispers: psst");
    writeln!(keys, "/whisper bob back").expect("it reads");
    bob.hears("carol whispers: back");
    bob.says("/w nobody anything");
    bob.hears("nobody is not logged in (WHISPER_NO_SUCH_USER)");
    bob.click("button", "Wave");
    alice.hears("* bob waves");
    let heard = alice.conversation();
    assert_eq!(heard.last().map(String::as_str), Some("* bob waves"));
    assert!(!heard.iter().any(|line| line.contains("whispers")), "{heard:?}");
}

#[test]
fn an_invitation_is_accepted_by_one_button_and_declined_by_another() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::enter(browser, &site.url(), "alice", 1);
    let bob = Window::enter(browser, &site.other_url(), "bob", 2);
    let (carol, mut keys) = in_room(chat_client("carol", &site.server.host_and_port()));
    writeln!(keys, "/invite alice\n/invite bob").expect("it reads");
    alice.shows("group", "Invitation from carol");
    alice.click("button", "Accept invitation from carol");
    alice.is_in(7);
    carol.stdout.wait_for_line("* alice has entered");
    bob.click("button", "Decline invitation from carol");
    carol.stdout.wait_for_line("* bob has declined your invitation");
    bob.wait_until("the invitation is gone", || {
        !bob.has("group", "Invitation from carol")
    });
    // The other way round: a page invites, and the client follows.
    bob.fill("textbox", "User to invite", "carol");
    bob.click("button", "Invite");
    carol.stdout.wait_for_line("* bob invites you to room 2");
    writeln!(keys, "/leave\n/enter 2").expect("it reads");
    bob.hears("* carol has entered");
    alice.hears("* carol has left");
    alice.click("button", "Leave room");
    alice.shows("heading", "No room");
    alice.fill("spinbutton", "Other room", "2");
    alice.click("button", "Go");
    alice.is_in(2);
    bob.hears("* alice has entered");
}
