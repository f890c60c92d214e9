//! The finished echo server and its client, as their users have them: every test runs the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `echo/bytes` | the finished server, any bytes |
//! | `echo/packets` | the finished server, `--packets`, byte by byte |
//! | `echo/names` | a name with several addresses: all are listened on |
//! | `echo/system` | what the system is told of a client |
//! | `echo/places` | how many clients there may be |
//! | `echo/pauses` | a server that was stopped for longer than its timeouts |
//! | `echo/shutdown` | Ctrl-C and SIGTERM |
//! | `echo/client` | the program `echo-client` as a filter |
//! | `echo/late_pipe` | pipes that do not block, and a full disk |
//! | `echo/terminal` | the program `echo-client` at a terminal |
//!
//! What it has in common with the other servers (flags, log, limits, faults) is tested in `programs`.
//!
//! They send signals and open terminals, which Windows has not; what only Linux tells is asked there only.
#![cfg(unix)]

mod support;

#[path = "echo/bytes.rs"]
mod bytes;
#[path = "echo/client.rs"]
mod client;
#[path = "echo/late_pipe.rs"]
mod late_pipe;
#[path = "echo/names.rs"]
mod names;
#[path = "echo/packets.rs"]
mod packets;
#[cfg(target_os = "linux")]
#[path = "echo/pauses.rs"]
mod pauses;
#[path = "echo/places.rs"]
mod places;
#[path = "echo/shutdown.rs"]
mod shutdown;
#[path = "echo/system.rs"]
mod system;
#[path = "echo/terminal.rs"]
mod terminal;

use support::raw_echo::{HELLO, is_served, noise};
use support::wire::error_packet;
use support::{Program, Server, was_closed_for};

const SERVER: &str = env!("CARGO_BIN_EXE_echo-server");
const CLIENT: &str = env!("CARGO_BIN_EXE_echo-client");

/// The finished server on a free port.
#[track_caller]
fn server(flags: &[&str]) -> Server {
    server_at("127.0.0.1:0", flags)
}

#[track_caller]
fn server_at(address: &str, flags: &[&str]) -> Server {
    Program::new(SERVER)
        .args(&["--bind", address])
        .args(flags)
        .serve()
}

/// Both ways of the server, with what it says to a client before it ends the connection.
fn both_ways(error: i16) -> [(&'static [&'static str], Vec<u8>); 2] {
    [(&[], Vec::new()), (&["--packets"], error_packet(error).to_vec())]
}
