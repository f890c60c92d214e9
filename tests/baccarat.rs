//! The finished baccarat server, as its clients have it: every test runs the real program, and most run it in every
//! codec.
//!
//! | file | what is in it |
//! |---|---|
//! | `baccarat/table` | the packets of a table, written down by hand |
//! | `baccarat/seats` | servers with tables, and users who sit at them |
//! | `baccarat/bytes` | every message of a table, byte by byte |
//! | `baccarat/rounds` | phases, in their order: by hand and by themselves, ended by time and by stakes |
//! | `baccarat/refused` | every request that is refused, with its code |
//! | `baccarat/late` | stakes that come late, early, twice, at the very end, and from members who leave |
//! | `baccarat/leaving` | who leaves a table in the middle of a round, and who comes back |
//! | `baccarat/shoe` | cuts, the end of a shoe, and its cards verified |
//! | `baccarat/web` | a table that browsers sit at |
//! | `web/socket` | a WebSocket of raw bytes |
//! | `baccarat/ledger` | ledgers that cannot be used, and flags that contradict each other |
//!
//! And what holds for every room server, by the very tests of the chat, whose clients are not told of tables: `chat/login`,
//! `chat/rooms`, `chat/moves`, `chat/pieces`, `chat/users`, `chat/limits`, `chat/places`, `chat/slow` and `chat/pauses`.
//!
//! The faults, and chips in a server that is killed, are in `baccarat_faults`.
#![cfg(unix)]

mod support;

#[path = "baccarat/bytes.rs"]
mod bytes;
#[path = "chat/coding.rs"]
mod coding;
#[path = "support/folder.rs"]
mod folder;
#[path = "baccarat/late.rs"]
mod late;
#[path = "baccarat/leaving.rs"]
mod leaving;
#[path = "baccarat/ledger.rs"]
mod ledger;
#[path = "chat/members.rs"]
mod members;
#[path = "baccarat/refused.rs"]
mod refused;
#[path = "baccarat/rounds.rs"]
mod rounds;
#[path = "baccarat/seats.rs"]
mod seats;
#[path = "baccarat/shoe.rs"]
mod shoe;
#[allow(dead_code, reason = "the tests of a chat server for browsers use all of it")]
#[path = "web/socket.rs"]
mod socket;
#[path = "baccarat/table.rs"]
mod table;
#[path = "baccarat/web.rs"]
mod web;

#[path = "chat/limits.rs"]
mod limits;
#[path = "chat/login.rs"]
mod login;
#[path = "chat/moves.rs"]
mod moves;
#[cfg(target_os = "linux")]
#[path = "chat/pauses.rs"]
mod pauses;
#[path = "chat/pieces.rs"]
mod pieces;
#[path = "chat/places.rs"]
mod places;
#[path = "chat/rooms.rs"]
mod rooms;
#[path = "chat/slow.rs"]
mod slow;
#[path = "chat/users.rs"]
mod users;

use members::{binary_servers, first_in, goes, heard_nothing_more, next_packet, pair_in, servers, user};
use protocol::message::Encode;
use protocol::message::baccarat::Message;
use protocol::{Codec, Frame};
use support::{Program, Server, was_closed_for};

const SERVER: &str = env!("CARGO_BIN_EXE_baccarat-server");

/// TABLE_NTF, HISTORY_NTF and SHOE_REVEAL_NTF: what a table tells without being asked.
const OF_TABLES: &[u16] = &[801, 806, 809];

/// The server on a free port, for clients who take its tables for rooms.
#[track_caller]
fn server(flags: &[&str]) -> Server {
    table_server(flags).passing_over(OF_TABLES)
}

/// The same for clients who are told of its tables.
#[track_caller]
fn table_server(flags: &[&str]) -> Server {
    Program::new(SERVER).serve_with(flags)
}

/// The messages of a table in another codec.
fn own_message(from: Codec, to: Codec, frame: &Frame<'_>) -> Option<Vec<u8>> {
    let mut scratch = Vec::new();
    let message = Message::decode_as(from, frame.header.packet_id, frame.body(), &mut scratch);
    let message = message.unwrap_or_else(|error| panic!("{error}: {frame:?}"))?;
    Some(message.encode_as(to).expect("a message").into_bytes())
}
