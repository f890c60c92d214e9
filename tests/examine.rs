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

use std::env;
use std::path::Path;

use support::{Finished, Program};

/// A program of this build: a test is `target/debug/deps/NAME`, a program `target/debug/NAME`.
#[track_caller]
fn program(name: &str) -> String {
    let test = env::current_exe().expect("a test is a program");
    let folder = test.parent().and_then(Path::parent).expect("a folder");
    let path = folder.join(name);
    assert!(
        path.is_file(),
        "{name} is not built: run `cargo test --workspace`, or `cargo build` first"
    );
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// The program under test, to its end.
#[track_caller]
fn examine(arguments: &[&str]) -> Finished {
    Program::new(env!("CARGO_BIN_EXE_examine")).args(arguments).run()
}
