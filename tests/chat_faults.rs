//! What the chat server does when things go wrong: each fault is done to the real program, with one worker and
//! with four.
//!
//! | file | what is in it |
//! |---|---|
//! | `chat_faults/members` | users and members of rooms, and what they do to see that they are served |
//! | `chat_faults/user` | a client that takes packet after packet |
//! | `chat_faults/packets` | ten thousand requests in one go, and texts that harm a screen |
//! | `chat_faults/system` | members that go without a word, and a start without descriptors |
//! | `chat_faults/deaf` | a member that never reads in a room that chats |
//! | `chat_faults/entries` | a client that enters a full room again and again, and a room that is too large for a list |
//! | `chat_faults/names` | a hundred clients that want to be the same user |
//! | `chat_faults/shutdown` | Ctrl-C and SIGTERM under load |
//! | `chat_faults/flat` | thousands of clients that come and go leave nothing behind |
//!
//! How each packet looks byte by byte is tested in `chat`, what no server does wrong in `programs`, and users at random by
//! `loadgen soak`.
#![cfg(target_os = "linux")]

#[path = "chat_faults/deaf.rs"]
mod deaf;
#[path = "chat_faults/entries.rs"]
mod entries;
#[path = "chat_faults/flat.rs"]
mod flat;
#[path = "chat_faults/members.rs"]
mod members;
#[path = "chat_faults/names.rs"]
mod names;
#[path = "chat_faults/packets.rs"]
mod packets;
#[path = "chat_faults/shutdown.rs"]
mod shutdown;
mod support;
#[path = "chat_faults/system.rs"]
mod system;
#[path = "chat_faults/user.rs"]
mod user;

use members::{alone_in, is_served, speaks, user};
use support::{Program, Server, was_closed_for};

const SERVER: &str = env!("CARGO_BIN_EXE_chat-server");

/// How many workers every fault is met by.
const WORKERS: [&str; 2] = ["1", "4"];

/// The server on a free port.
#[track_caller]
fn server(workers: &str, flags: &[&str]) -> Server {
    Program::new(SERVER)
        .args(&["--workers", workers])
        .serve_with(flags)
}
