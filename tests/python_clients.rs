//! The clients in Python, `docs/clients`, as their users have them: by a real `python3`. Where there is none,
//! a test says so and passes.
//!
//! | file | what is in it |
//! |---|---|
//! | `python_clients/room` | with each other, with `chat-client` and with the real server |
//! | `python_clients/refused` | errors: each is one line, and an exit code |
//! | `python_clients/wire` | packets in pieces and bodies that are broken, from a server that is written down here |
//!
//! The programs beside them send signals, which Windows has not.
#![cfg(unix)]

mod support;

#[path = "python_clients/refused.rs"]
mod refused;
#[path = "python_clients/room.rs"]
mod room;
#[path = "python_clients/wire.rs"]
mod wire;

use std::io::{Write, stderr};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::LazyLock;

use support::{Process, Program, Server, address_of};

/// The codecs, each of which has a client and a port.
const CODECS: [&str; 3] = ["binary", "msgpack", "protobuf"];

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

/// The server with a port for each codec, and the ports' addresses in the order of `CODECS`.
#[track_caller]
fn server(flags: &[&str]) -> (Server, [String; 3]) {
    let server = Program::new(env!("CARGO_BIN_EXE_chat-server"))
        .args(&["--bind", "127.0.0.1:0"])
        .args(&["--listen", "msgpack=127.0.0.1:0,protobuf=127.0.0.1:0"])
        .args(flags)
        .serve();
    let further = |codec| address_of(&server.process, codec).to_string();
    let addresses = [server.host_and_port(), further("msgpack"), further("protobuf")];
    (server, addresses)
}

/// One that is in its room, and can be typed to.
#[track_caller]
fn in_room(program: Program) -> (Process, ChildStdin) {
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let keyboard = process.take_input();
    process.stdout.wait_for_line("* you are in room ");
    (process, keyboard)
}
