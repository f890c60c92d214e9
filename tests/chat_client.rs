//! The program `chat-client`, as a script and a person have it, with a server that is written down here,
//! packet by packet.
//!
//! | file | what is in it |
//! |---|---|
//! | `chat_client/server` | that server |
//! | `chat_client/script` | lines piped in, lines printed |
//! | `chat_client/api` | an API server that is written down too |
//! | `chat_client/account` | a user with a password, whom it sends to that server |
//! | `chat_client/again` | her connection is lost, and taken up again |
//! | `chat_client/kept` | the same in a room whose messages are kept |
//! | `chat_client/matches` | she waits for others, and plays with them |
//! | `chat_client/elsewhere` | she enters a room on another server |
//! | `chat_client/password` | where the password comes from |
//! | `chat_client/codecs` | the same in other codecs, and compressed |
//! | `chat_client/refused` | errors: each is one line, and an exit code |
//! | `chat_client/terminal` | a person at a terminal |
//! | `chat_client/keys` | what helps this person: Tab, Ctrl-R, pastes, long lines |
//! | `chat_client/signals` | whatever ends or stops it, the terminal is in order |
//! | `chat_client/with_server` | the real server instead, in every codec |
//! | `chat_client/ports` | that server, with a port for each codec |
//! | `chat_client/picture` | the picture of the README: two terminals and the real server |
//! | `chat_client/screen` | what a terminal makes of what is printed on it |
//!
//! They open terminals, which Windows has not.
#![cfg(unix)]

mod support;

#[path = "chat_client/account.rs"]
mod account;
#[path = "chat_client/again.rs"]
mod again;
#[path = "chat_client/api.rs"]
mod api;
#[path = "chat_client/codecs.rs"]
mod codecs;
#[path = "chat_client/elsewhere.rs"]
mod elsewhere;
#[path = "chat_client/kept.rs"]
mod kept;
#[path = "chat_client/keys.rs"]
mod keys;
#[path = "chat_client/matches.rs"]
mod matches;
#[path = "chat_client/password.rs"]
mod password;
#[path = "chat_client/picture.rs"]
mod picture;
#[path = "chat_client/ports.rs"]
mod ports;
#[path = "chat_client/refused.rs"]
mod refused;
#[path = "chat_client/screen.rs"]
mod screen;
#[path = "chat_client/script.rs"]
mod script;
#[path = "chat_client/server.rs"]
mod server;
#[path = "chat_client/signals.rs"]
mod signals;
#[path = "chat_client/terminal.rs"]
mod terminal;
#[path = "chat_client/with_server.rs"]
mod with_server;

use support::Program;

/// The client, which will log in as alice.
fn alice(server: &str, flags: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--name", "alice", server])
        .args(flags)
}
