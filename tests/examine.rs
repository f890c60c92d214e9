//! The program `examine` and the servers of this workspace: the finished ones pass, and each step passes and
//! fails what its chapter says.
//!
//! The servers are other programs than the one under test, so they must be built: `cargo test --workspace`
//! does that.
#![cfg(unix)]

#[path = "examine/command_line.rs"]
mod command_line;
#[path = "examine/duration.rs"]
mod duration;
#[path = "examine/servers.rs"]
mod servers;
#[path = "examine/started.rs"]
mod started;
#[path = "examine/steps.rs"]
mod steps;
mod support;

use support::{Finished, Program};

/// The program under test, to its end.
#[track_caller]
fn examine(arguments: &[&str]) -> Finished {
    Program::new(env!("CARGO_BIN_EXE_examine")).args(arguments).run()
}
