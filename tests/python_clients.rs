//! The clients in Python, `docs/clients`, as their users have them: by a real `python3`. Where there is none,
//! a test says so and passes.
//!
//! | file | what is in it |
//! |---|---|
//! | `python_clients/room` | with each other, with `chat-client` and with the real server |
//! | `python_clients/refused` | errors: each is one line, and an exit code |
//! | `python_clients/account` | a user with a password, whom an API server sends to the real server |
//! | `python_clients/kept` | a room whose messages are kept, and a connection that is lost |
//! | `chat_client/api` | that API server, written down here |
//! | `chat_client/ports` | the real server, with a port for each codec |
//! | `python_clients/wire` | packets in pieces and bodies that are broken, from a server that is written down here |
//!
//! The programs beside them send signals, which Windows has not.
#![cfg(unix)]

#[path = "chat_client/api.rs"]
#[allow(dead_code, reason = "the rest is for the tests of clients that look further")]
mod api;
#[path = "chat_client/ports.rs"]
mod ports;
mod support;

#[path = "python_clients/account.rs"]
mod account;
#[path = "python_clients/kept.rs"]
mod kept;
#[path = "python_clients/refused.rs"]
mod refused;
#[path = "python_clients/room.rs"]
mod room;
#[path = "python_clients/wire.rs"]
mod wire;

use std::io::{Write, stderr};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::LazyLock;

use ports::{CODECS, server};
use support::{Process, Program};

static IS_THERE: LazyLock<bool> = LazyLock::new(|| {
    let version = Command::new("python3").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
});

/// False, and said so, where there is no Python.
fn python_is_there() -> bool {
    if !*IS_THERE {
        // Not eprintln!, which a passing test keeps to itself.
        let _ = writeln!(stderr(), "SKIPPED: tests/python_clients: not installed: python3");
    }
    *IS_THERE
}

/// The client of this codec.
fn python(codec: &str, arguments: &[&str]) -> Program {
    script(&format!("chat_{codec}"), arguments)
}

/// A program of the folder.
fn script(name: &str, arguments: &[&str]) -> Program {
    let script = format!("{}/../../docs/clients/{name}.py", env!("CARGO_MANIFEST_DIR"));
    // Compiled modules would stand among the sources, and another locale must change nothing.
    Program::new("python3")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LC_ALL", "C")
        .args(&[&script])
        .args(arguments)
}

/// One that is in its room, and can be typed to.
#[track_caller]
fn in_room(program: Program) -> (Process, ChildStdin) {
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let keyboard = process.take_input();
    process.stdout.wait_for_line("* you are in room ");
    (process, keyboard)
}
