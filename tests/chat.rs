//! The finished chat server, as its clients have it: every test runs the real program, and most run it in every
//! codec.
//!
//! | file | what is in it |
//! |---|---|
//! | `chat/members` | servers in every form, users, and members of rooms |
//! | `chat/bytes` | every message, byte by byte |
//! | `chat/coding` | these messages in the other codecs |
//! | `chat/codecs` | what is not the same in every codec: what may be missing, how long lists are |
//! | `chat/hostile` | bodies of the other codecs that are none, or made to harm |
//! | `chat/ports` | one server with a port for each codec: its limits and its end |
//! | `chat/mixed` | users of different ports, who need not know what others speak |
//! | `chat/compression` | who gets compressed bodies, and which those are |
//! | `chat/compressed` | what comes compressed, and what only says so |
//! | `chat/snappy` | compressed bodies for both, written down by hand |
//! | `chat/login` | who can log in, and under which name |
//! | `chat/refused` | what cannot be read, what is not known, what is not allowed |
//! | `chat/rooms` | entering, leaving, lists, and the order of what members see |
//! | `chat/moves` | from room to room, and so from worker to worker |
//! | `chat/pieces` | packets in one write, and packets in pieces |
//! | `chat/users` | whispers and invitations, wherever users are |
//! | `chat/limits` | what clients may not do: each limit, met |
//! | `chat/places` | how many clients, members and rooms there may be |
//! | `chat/pauses` | a server that was stopped for longer than its timeouts |
//! | `chat/slow` | members who do not read |
//! | `chat/command_line`, `chat/listen` | flags, variables, exit codes |
//! | `chat/admin` | an operator, who sees users, kicks them, and tells them something |
//! | `chat/durable` | messages that outlive the server, in a file |
//! | `chat/trace` | packets as lines, and lines of status |
//! | `chat/clients` | two programs `chat-client` that talk through the server |
//!
//! Faults, shutdown and many clients at random are in `chat_faults`. They send signals, which Windows has
//! not.
#![cfg(unix)]

mod support;

#[path = "chat/admin.rs"]
mod admin;
#[path = "chat/bytes.rs"]
mod bytes;
#[path = "chat/clients.rs"]
mod clients;
#[path = "chat/codecs.rs"]
mod codecs;
#[path = "chat/coding.rs"]
mod coding;
#[path = "chat/command_line.rs"]
mod command_line;
#[path = "chat/compressed.rs"]
mod compressed;
#[path = "chat/compression.rs"]
mod compression;
#[path = "chat/durable.rs"]
mod durable;
#[path = "support/folder.rs"]
mod folder;
#[path = "chat/hostile.rs"]
mod hostile;
#[path = "chat/limits.rs"]
mod limits;
#[path = "chat/listen.rs"]
mod listen;
#[path = "chat/login.rs"]
mod login;
#[path = "chat/members.rs"]
mod members;
#[path = "chat/mixed.rs"]
mod mixed;
#[path = "chat/moves.rs"]
mod moves;
#[path = "support/operator.rs"]
mod operator;
#[cfg(target_os = "linux")]
#[path = "chat/pauses.rs"]
mod pauses;
#[path = "chat/pieces.rs"]
mod pieces;
#[path = "chat/places.rs"]
mod places;
#[path = "chat/ports.rs"]
mod ports;
#[path = "chat/refused.rs"]
mod refused;
#[path = "chat/rooms.rs"]
mod rooms;
#[path = "chat/slow.rs"]
mod slow;
#[path = "chat/snappy.rs"]
mod snappy;
#[path = "chat/trace.rs"]
mod trace;
#[path = "chat/users.rs"]
mod users;

use coding::coding;
use members::{
    binary_servers, first_in, goes, heard_nothing_more, next_packet, packet_on_the_wire, pair_in,
    server_speaking, servers, user,
};
use protocol::{Codec, Frame};
use support::{Program, Server, was_closed_for};

const SERVER: &str = env!("CARGO_BIN_EXE_chat-server");

/// The server on a free port.
#[track_caller]
fn server(flags: &[&str]) -> Server {
    Program::new(SERVER).serve_with(flags)
}

/// The chat has no messages of its own: what `protocol::message` does not know has no other form.
fn own_message(_from: Codec, _to: Codec, _frame: &Frame<'_>) -> Option<Vec<u8>> {
    None
}
