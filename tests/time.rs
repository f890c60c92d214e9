//! The finished time server, as its users have it: every test runs the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `time/daytime` | the finished server, the time on connect, RFC 867 and RFC 868 |
//! | `time/sessions` | the finished server, requests and replies, byte by byte |
//! | `time/datagrams` | the finished server, UDP |
//! | `time/limits` | what clients may not do, and what the server outlives |
//! | `time/shutdown` | Ctrl-C and SIGTERM |
//! | `time/command_line` | flags, services that are off, addresses in use, exit codes |
//! | `time/server` | the finished server with its three addresses |
//! | `time/clients` | those who ask it, in a session or over UDP |
//! | `time/clock` | what time it was before and after |
//!
//! No test sets the clock of a program: it compares with its own before and after. Exact texts are tested in the
//! library, where the time is an argument.
#![cfg(unix)]

mod support;

#[path = "time/clients.rs"]
mod clients;
#[path = "time/clock.rs"]
mod clock;
#[path = "time/command_line.rs"]
mod command_line;
#[path = "time/datagrams.rs"]
mod datagrams;
#[path = "time/daytime.rs"]
mod daytime;
#[path = "time/limits.rs"]
mod limits;
#[path = "time/server.rs"]
mod server;
#[path = "time/sessions.rs"]
mod sessions;
#[path = "time/shutdown.rs"]
mod shutdown;

const SERVER: &str = env!("CARGO_BIN_EXE_time-server");
