//! Drives servers with many connections, checks every byte that comes back, and measures them.
//!
//! The program `loadgen` drives a server that is there (`loadgen echo 127.0.0.1:18080`), or starts several and
//! compares them (`loadgen compare`); what this project says of its own servers is compared by `--suite`.
//!
//! A comparison starts each server again in every round, one after the other, so that whatever else the
//! machine does meets all of them. The ratios count; the absolute figures belong to the machine, which the load
//! generator shares.
//!
//! | file | what is in it |
//! |---|---|
//! | `command` | the program: flags, one load, a comparison |
//! | `engine` | event loops, times, and what is measured |
//! | `requests` | requests and replies: the echo, the calculator |
//! | `room_load` | rooms: one member says something, all of them get it |
//! | `interrupt` | the figures so far, where a signal comes |
//! | `machine` | when and where something is measured |
//! | `server` | starting a server, and its end |
#![forbid(unsafe_code)]

mod command;
mod engine;
mod interrupt;
mod machine;
mod requests;
mod room_load;
mod server;

pub use command::main;
