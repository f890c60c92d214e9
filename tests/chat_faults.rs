//! What the chat server does when things go wrong: each fault is done to the real program, with one worker and
//! with four.
//!
//! | file | what is in it |
//! |---|---|
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

use support::messages::{chat, chatted, enter, entered, log_in, logged_in, ping, pong, said};
use support::{Client, Program, Server};

const SERVER: &str = env!("CARGO_BIN_EXE_chat-server");

/// How many workers every fault is met by.
const WORKERS: [&str; 2] = ["1", "4"];

/// The server on a free port.
#[track_caller]
fn server(workers: &str, flags: &[&str]) -> Server {
    Program::new(SERVER)
        .args(&["--bind", "127.0.0.1:0", "--workers", workers])
        .args(flags)
        .serve()
}

/// The server answers this client, logged in or not.
#[track_caller]
fn is_served(client: &mut Client) {
    client.exchange(&ping(7), &pong(7));
}

/// A client that is logged in.
#[track_caller]
fn user(server: &Server, user_id: &str) -> Client {
    let mut client = server.connect();
    client.exchange(&log_in(user_id), &logged_in(1));
    client
}

/// A user alone in a room.
#[track_caller]
fn alone_in(room: i32, server: &Server, user_id: &str) -> Client {
    let mut client = user(server, user_id);
    client.exchange(&enter(room), &entered(room, 1));
    client
}

/// Speaks in its room, and hears that alone.
#[track_caller]
fn speaks(client: &mut Client, unique_id: u64) {
    client.exchange(&chat("hi"), &[said(unique_id, "hi"), chatted(1)].concat());
}

/// The client leaves, and the log says why its connection was ended.
#[track_caller]
fn was_closed_for(server: &Server, client: Client, reason: &str) {
    let address = client.address();
    drop(client);
    let line = server.log().wait_for_line(&format!(" peer={address} "));
    assert!(line.contains(&format!(" closed: {reason} client=")), "{line}");
}
