//! What the baccarat server does when things go wrong: each fault is done to the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `baccarat/money` | a server that is killed, ended, or without room on its disk, and two hundred who play |
//! | `baccarat/player` | a player who remembers what it was told |
//! | `baccarat/packets` | the packets of a table, written down by hand |
#![cfg(target_os = "linux")]

#[path = "../crates/baccarat-server/tests/ledger/folder.rs"]
mod folder;
#[path = "baccarat/money.rs"]
mod money;
#[path = "baccarat/packets.rs"]
mod packets;
#[path = "baccarat/player.rs"]
mod player;
mod support;

const SERVER: &str = env!("CARGO_BIN_EXE_baccarat-server");

/// How many workers every fault is met by.
const WORKERS: [&str; 2] = ["1", "4"];
