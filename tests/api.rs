//! The API server, as its clients have it: every test runs the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `api/caller` | calls over HTTP, written down by hand |
//! | `api/calls` | what every call answers, in one piece and in many, and to another HTTP client |
//! | `api/logins` | wrong passwords, pauses, races, logins that wait for their turn |
//! | `api/storage` | files that cannot be used, or not any more, and a server that is killed |
//! | `api/secrets` | what must not be in a log |
//! | `api/faults` | requests that are wrong or too large, and what all of that leaves behind |
//!
//! What all servers have in common, limits and signals above all, is in `programs`.
#![cfg(target_os = "linux")]

mod support;

#[path = "api/caller.rs"]
mod caller;
#[path = "api/calls.rs"]
mod calls;
#[path = "api/faults.rs"]
mod faults;
#[path = "support/folder.rs"]
mod folder;
#[path = "api/logins.rs"]
mod logins;
#[path = "api/secrets.rs"]
mod secrets;
#[path = "api/storage.rs"]
mod storage;

use support::{Program, Server};

const SERVER: &str = env!("CARGO_BIN_EXE_api-server");

/// Starts the server, with accounts in memory unless the flags say otherwise.
#[track_caller]
fn api_server(flags: &[&str]) -> Server {
    Program::new(SERVER).serve_with(flags)
}
