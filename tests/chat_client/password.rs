//! Where the password comes from: a file, a variable, or a person, who does not see it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::json;

use crate::account::{PASSWORD, alice_of, without_password};
use crate::api::Api;
use crate::server::Server;
use crate::support::messages::said;
use crate::support::{Process, Signal, Terminal, eventually};

const QUESTION: &str = "password of alice: ";

/// A file of this test alone, which nobody else may read.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("a folder of our own");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("our file");
    path
}

/// Takes alice's login, and ends her there: the password is all that this is about.
#[track_caller]
fn ends_after_login(api: &Api, password: &str, mut process: Process) -> String {
    let asked = api.expect("POST /v1/login");
    assert_eq!(asked.body, json!({"user_id": "alice", "password": password}));
    asked.refuse(503, "enough");
    assert_eq!(process.wait().code(), Some(1));
    process.finish().stderr
}

#[test]
fn it_is_the_first_line_of_a_file() {
    for (name, content) in [
        ("plain", "correct horse"),
        ("lines", "correct horse\nbattery staple\n"),
        ("windows", "\u{feff}correct horse\r\n"),
    ] {
        let api = Api::start();
        let path = file(&format!("password-{name}"), content.as_bytes());
        let flags = ["--password-file", path.to_str().expect("UTF-8")];
        // The flag goes before the variable.
        let process = without_password(&api, &flags)
            .env("CHAT_CLIENT_PASSWORD", "another")
            .start();
        let stderr = ends_after_login(&api, PASSWORD, process);
        assert_eq!(stderr, "chat-client: the API answers 503: it is enough\n");
    }
}

#[test]
fn a_file_that_others_can_read_is_told() {
    let api = Api::start();
    let path = file("password-open", b"correct horse\n");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("our file");
    let path = path.to_str().expect("UTF-8");
    let process = without_password(&api, &["--password-file", path]).start();
    let stderr = ends_after_login(&api, PASSWORD, process);
    assert!(stderr.contains(&format!("chmod 600 {path}")), "{stderr}");
    assert!(!stderr.contains(PASSWORD), "{stderr}");
}

#[test]
fn a_file_without_a_password_is_a_sentence() {
    let long = "x".repeat(2_000);
    for (name, content, problem) in [
        ("empty", &b""[..], "its first line is empty"),
        ("blank", b"\nsecret\n", "its first line is empty"),
        ("binary", b"\xff\xfe\n", "its first line is not UTF-8"),
        (
            "long",
            long.as_bytes(),
            "its first line is longer than any password",
        ),
    ] {
        let api = Api::start();
        let path = file(&format!("password-{name}"), content);
        let path = path.to_str().expect("UTF-8");
        let finished = without_password(&api, &["--password-file", path]).run();
        assert_eq!(
            finished.expect_failure(1),
            format!("chat-client: cannot take the password from {path}: {problem}")
        );
    }
    let finished = without_password(&Api::start(), &["--password-file", "/no/such/file"]).run();
    let line = finished.expect_failure(1);
    assert!(line.contains("from /no/such/file: No such file"), "{line}");
}

#[test]
fn it_is_a_variable() {
    let api = Api::start();
    ends_after_login(&api, PASSWORD, alice_of(&api, &[]).start());
}

#[test]
fn without_any_it_is_said_where_it_can_be() {
    let api = Api::start();
    // An empty variable says nothing.
    for program in [
        without_password(&api, &[]),
        without_password(&api, &[]).env("CHAT_CLIENT_PASSWORD", ""),
    ] {
        assert_eq!(
            program.run().expect_failure(1),
            "chat-client: a password is needed, and nobody is at a terminal who could type it: --password-file \
             FILE, or the variable CHAT_CLIENT_PASSWORD"
        );
    }
}

#[test]
fn a_person_is_asked_and_nothing_of_it_is_seen() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(without_password(&api, &["--exit-after", "1"]));
    terminal.screen.wait_for_text(QUESTION);
    assert!(!terminal.shows_what_is_typed());
    terminal.type_text("wrong\x15correct hörs\x7f\x7f\x7forse\r");
    api.log_in("alice", PASSWORD, "token-1");
    api.assign("token-1", None, &server.address, 1, "ticket");
    let mut client = server.welcome_with("ticket");
    terminal.screen.wait_for_text("* you are in room 1, with bob");
    client.send(&said(7, "hi"));
    client.expect_end();
    drop(client);
    assert_eq!(terminal.process.wait().code(), Some(0));
    terminal.expect_order();
    terminal.screen.wait_for_end();
    let screen = terminal.screen.text();
    let start = format!(
        "{QUESTION}\r\nconnected to {}; /help lists the commands\r\n",
        server.address
    );
    assert!(screen.starts_with(&start), "{screen:?}");
}

#[test]
fn a_new_password_is_asked_for_twice() {
    let api = Api::start();
    let mut terminal = Terminal::start(without_password(&api, &["--register"]));
    terminal.screen.wait_for_text("new password of alice: ");
    terminal.type_text("correct horse\r");
    terminal.screen.wait_for_text("once more: ");
    terminal.type_text("correct horse\r");
    let asked = api.expect("POST /v1/accounts");
    assert_eq!(asked.body, json!({"user_id": "alice", "password": PASSWORD}));
    asked.refuse(409, "user_exists");
    assert_eq!(terminal.process.wait().code(), Some(1));

    let mut terminal = Terminal::start(without_password(&api, &["--register"]));
    terminal.screen.wait_for_text("new password of alice: ");
    terminal.type_text("correct horse\r");
    terminal.screen.wait_for_text("once more: ");
    terminal.type_text("correct house\r");
    terminal
        .screen
        .wait_for_text("the second password is not the first: nothing is registered");
    assert_eq!(terminal.process.wait().code(), Some(1));
    terminal.expect_order();
}

#[test]
fn who_ends_the_question_has_a_terminal_in_order() {
    let api = Api::start();
    for typed in ["half a pass\x03", "\x04"] {
        let mut terminal = Terminal::start(without_password(&api, &[]));
        terminal.screen.wait_for_text(QUESTION);
        terminal.type_text(typed);
        assert_eq!(terminal.process.wait().code(), Some(1));
        terminal.expect_order();
        terminal.screen.wait_for_end();
        let expected = format!("{QUESTION}\r\nchat-client: no password was typed\r\n");
        assert_eq!(terminal.screen.text(), expected);
    }
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::QUIT, 131)] {
        let mut terminal = Terminal::start(without_password(&api, &[]));
        terminal.screen.wait_for_text(QUESTION);
        terminal.type_text("half");
        terminal.process.signal(signal);
        assert_eq!(terminal.process.wait().code(), Some(code));
        terminal.expect_order();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_stop_at_the_question_leaves_the_terminal_in_order() {
    let api = Api::start();
    let mut shell = Terminal::start_shell();
    let before = shell.output_of("stty -g");
    let client = env!("CARGO_BIN_EXE_chat-client");
    shell.type_text(&format!("{client} --name alice --api {}\r", api.url));
    shell.screen.wait_for_text(QUESTION);
    shell.type_text("correct \x1a");
    shell.screen.wait_for_text("Stopped");
    assert_eq!(shell.output_of("stty -g"), before);
    shell.type_text("fg\r");
    eventually("the question is there again", || {
        shell.screen.text().matches(QUESTION).count() == 2
    });
    eventually("nothing is shown", || !shell.shows_what_is_typed());
    shell.type_text("horse\r");
    let asked = api.expect("POST /v1/login");
    assert_eq!(asked.body["password"], PASSWORD);
}
