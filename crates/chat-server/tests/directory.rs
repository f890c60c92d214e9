//! Many chat servers, each with its engine, in one process on one directory in memory.
//!
//! | file | what is in it |
//! |---|---|
//! | `directory/whispers` | whispers to users of other servers |
//! | `directory/invitations` | invitations and declines from server to server |
//! | `directory/entering` | rooms of other servers |
//! | `directory/logins` | tickets, and one session of each user |
//! | `directory/slots` | slots that are lost and taken over |
//! | `directory/slow_log` | durable rooms whose log takes its time |
//! | `directory/stepped_log` | a log that answers when the test says so |
//! | `directory/random` | users who come, go and replace each other at random |
#![cfg(unix)]

#[path = "../../../tests/chat/coding.rs"]
mod coding;
#[path = "directory/entering.rs"]
mod entering;
#[path = "directory/invitations.rs"]
mod invitations;
#[path = "directory/logins.rs"]
mod logins;
#[path = "directory/random.rs"]
mod random;
#[path = "../../../tests/support/many_servers.rs"]
mod server;
#[path = "directory/slots.rs"]
mod slots;
#[path = "directory/slow_log.rs"]
mod slow_log;
#[path = "directory/stepped_log.rs"]
mod stepped_log;
#[path = "../../../tests/support/mod.rs"]
mod support;
#[path = "directory/whispers.rs"]
mod whispers;

use chat_server::{CHAT, Chat};
use protocol::{Codec, DEFAULT_MAX_PACKET, Frame};

use server::{Server, World};

fn start(world: &World) -> Server {
    Server::start(world, CHAT, |nodes| Chat::in_directory(nodes, DEFAULT_MAX_PACKET))
}

/// A chat has no messages but those of the table.
fn own_message(_: Codec, _: Codec, _: &Frame<'_>) -> Option<Vec<u8>> {
    None
}
