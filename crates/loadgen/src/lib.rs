//! Drives servers with many connections, checks every byte that comes back, and measures them.
//!
//! The program `loadgen` drives a server that is there (`loadgen echo 127.0.0.1:18080`), or starts several and
//! compares them (`loadgen compare`). The benchmarks of the servers (`benches/load.rs`) are small programs on
//! the same parts, that say what is sent and who is measured; some of what they can do is theirs alone: `--idle`
//! opens thousands of connections that say nothing, `--burst` thousands at once.
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
//! | `bench` | the benchmarks |
//! | `matrix` | one program in many models, under many loads |
#![forbid(unsafe_code)]

mod bench;
mod command;
mod engine;
mod interrupt;
mod machine;
mod matrix;
mod requests;
mod room_load;
mod server;

pub use bench::Benchmark;
pub use command::main;
pub use matrix::{Contestant, Matrix};
pub use requests::Cell;
pub use requests::messages::Messages;
pub use room_load::{FanOut, RoomCell, Wire};
pub use server::{Program, compile};
