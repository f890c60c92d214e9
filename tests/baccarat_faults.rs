//! What the baccarat server does when things go wrong: each fault is done to the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `baccarat/money` | a server that is killed, ended, or without room on its disk, and two hundred who play |
//! | `baccarat/player` | a player who remembers what it was told |
//! | `baccarat/table` | the packets of a table, written down by hand |
//!
//! And what holds for every room server, by the very tests of the chat, whose clients are not told of tables:
//! `chat_faults/deaf`, `chat_faults/entries`, `chat_faults/flat`, `chat_faults/names`, `chat_faults/packets` and
//! `chat_faults/shutdown`.
#![cfg(target_os = "linux")]

#[path = "chat_faults/deaf.rs"]
mod deaf;
#[path = "chat_faults/entries.rs"]
mod entries;
#[path = "chat_faults/flat.rs"]
mod flat;
#[path = "support/folder.rs"]
mod folder;
#[path = "chat_faults/members.rs"]
mod members;
#[path = "baccarat/money.rs"]
mod money;
#[path = "chat_faults/names.rs"]
mod names;
#[path = "chat_faults/packets.rs"]
mod packets;
#[path = "baccarat/player.rs"]
mod player;
#[path = "chat_faults/shutdown.rs"]
mod shutdown;
mod support;
#[path = "baccarat/table.rs"]
mod table;
#[path = "chat_faults/user.rs"]
mod user;

use members::{alone_in, is_served, speaks, user};
use support::{Program, Server, was_closed_for};

const SERVER: &str = env!("CARGO_BIN_EXE_baccarat-server");

/// How many workers every fault is met by.
const WORKERS: [&str; 2] = ["1", "4"];

/// TABLE_NTF, HISTORY_NTF and SHOE_REVEAL_NTF: what a table tells without being asked.
const OF_TABLES: &[u16] = &[801, 806, 809];

/// The server on a free port, for clients who take its tables for rooms.
#[track_caller]
fn server(workers: &str, flags: &[&str]) -> Server {
    let program = Program::new(SERVER).args(&["--workers", workers]);
    program.serve_with(flags).passing_over(OF_TABLES)
}
