//! The clients of the games at the real API server: accounts, passwords and refusals, as their users are told of them.
//!
//! This server knows no game server, so nobody gets a place. The whole road is in the tests of `fleet`.
#![cfg(unix)]

mod support;

use support::{Finished, Program, Server};

const PASSWORD: &str = "correct horse";

/// The server, with accounts in memory.
#[track_caller]
fn api_server(flags: &[&str]) -> Server {
    Program::new(env!("CARGO_BIN_EXE_api-server")).serve_with(flags)
}

/// How a client ends whose user has this name and password.
#[track_caller]
fn client(program: &str, server: &Server, name: &str, password: &str, flags: &[&str]) -> Finished {
    let url = format!("http://{}", server.address);
    let variable = format!("{}_PASSWORD", program.to_uppercase().replace('-', "_"));
    Program::of_this_build(program)
        .args(&["--name", name, "--api", &url])
        .args(flags)
        .env(&variable, password)
        .run()
}

/// What it says at its end, without its name.
#[track_caller]
fn told(program: &str, finished: &Finished) -> String {
    let line = finished.expect_failure(1);
    assert!(!line.contains(PASSWORD), "{line}");
    line.strip_prefix(&format!("{program}: "))
        .expect("its name")
        .to_owned()
}

/// Logged in, and nowhere to go.
const NO_PLACE: &str = "no server has a place: try again ";

#[test]
fn an_account_is_made_once_and_is_that_of_all_games() {
    let server = api_server(&[]);
    let register = ["--register"];
    let chat = client("chat-client", &server, "alice", PASSWORD, &register);
    let line = told("chat-client", &chat);
    assert!(line.starts_with(NO_PLACE), "{line}");
    let baccarat = client("baccarat-client", &server, "alice", PASSWORD, &[]);
    let line = told("baccarat-client", &baccarat);
    assert!(line.starts_with(NO_PLACE), "{line}");
    let again = client("baccarat-client", &server, "alice", "another one", &register);
    assert_eq!(
        told("baccarat-client", &again),
        "the name alice is taken: without --register, you log in with its password"
    );
}

/// A name is one name, however it is typed.
#[test]
fn a_name_is_composed_before_it_is_sent() {
    let server = api_server(&[]);
    let typed_on_a_mac = "\u{1112}\u{1161}\u{11ab}";
    client("chat-client", &server, typed_on_a_mac, PASSWORD, &["--register"]);
    let line = told(
        "chat-client",
        &client("chat-client", &server, "한", PASSWORD, &[]),
    );
    assert!(line.starts_with(NO_PLACE), "{line}");
}

#[test]
fn a_password_that_is_none_makes_no_account() {
    let server = api_server(&[]);
    let finished = client("chat-client", &server, "alice", "short", &["--register"]);
    let line = told("chat-client", &finished);
    assert!(line.starts_with("the API makes no such account: "), "{line}");
    assert!(line.contains('8') && !line.contains("short"), "{line}");
}

#[test]
fn wrong_passwords_are_told_and_too_many_of_them_have_a_pause() {
    let server = api_server(&["--user-attempts", "2", "--user-pause", "10m"]);
    client("chat-client", &server, "alice", PASSWORD, &["--register"]);
    // Somebody without an account is told the same.
    let wrong = |name: &str| {
        told(
            "chat-client",
            &client("chat-client", &server, name, "another one", &[]),
        )
    };
    assert_eq!(
        wrong("bob"),
        "the name or the password of bob is wrong; --register makes a new account"
    );
    for _ in 0..2 {
        assert_eq!(
            wrong("alice"),
            "the name or the password of alice is wrong; --register makes a new account"
        );
    }
    // The right one does not help then.
    let line = told(
        "chat-client",
        &client("chat-client", &server, "alice", PASSWORD, &[]),
    );
    let seconds = line.strip_prefix("too many attempts to log in: try again in ");
    let seconds = seconds
        .and_then(|text| text.strip_suffix(" s"))
        .and_then(|text| text.parse().ok());
    assert!(
        seconds.is_some_and(|seconds: u64| (1..=600).contains(&seconds)),
        "{line}"
    );
}
