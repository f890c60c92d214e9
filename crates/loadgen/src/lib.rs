//! Drives servers with many connections, checks every byte that comes back, and measures them next to each
//! other.
//!
//! A server's benchmark is a small program that says what is sent, what must come back, and who is measured:
//! see `benches/load.rs` of the servers. Every round starts each server anew, one after the other, so that
//! whatever else the machine does meets all of them. The ratios count; the absolute figures belong to the
//! machine, which the load generator shares. `--idle` opens thousands of connections that say nothing,
//! `--burst` thousands at once.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for |
//! | `server` | starting a server, and its end |
//! | `traffic` | the bytes that are sent, and those that must come back |
//! | `connection` | one connection of the closed loop |
//! | `event_loop` | many clients of a closed loop on one thread |
//! | `rounds` | rounds, alternation, threads |
//! | `table` | medians, ratios, lines |
//! | `idle`, `burst` | the two other modes |
//! | `soak` | a running server treated badly, and what that costs the others |
//! | `fan_out` | not requests and replies, but rooms: one says something, all get it |
#![forbid(unsafe_code)]

mod burst;
mod connection;
mod event_loop;
mod fan_out;
mod flags;
mod idle;
#[allow(dead_code, reason = "the program comes next")]
mod plot;
mod rounds;
mod server;
pub mod soak;
mod table;
mod traffic;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use flags::Flags;
use server::ServerCommand;

pub use fan_out::{FanOut, FanOutCell, Wire};
pub use server::{Program, compile};
pub use traffic::{Cell, Messages};

/// What is measured.
#[derive(Debug, Clone)]
pub struct Benchmark {
    /// The servers: first the one that it is about, then the one that all are compared with.
    pub programs: Vec<Program>,
    /// What is sent to them and must come back.
    pub messages: Messages,
    /// The loads.
    pub cells: &'static [Cell],
}

impl Benchmark {
    /// Does what the command line asks for, and gives the exit code.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        exit_code(self.run(&Flags::parse()))
    }

    fn run(&self, flags: &Flags) -> anyhow::Result<()> {
        // The servers inherit it, the ones in C too.
        net::raise_descriptor_limit().context("cannot raise the limit of open files")?;
        let mut servers: Vec<_> = self.programs.iter().map(ServerCommand::known).collect();
        for text in &flags.run.server {
            servers.push(ServerCommand::parse(text, &self.programs)?);
        }
        match (flags.idle, flags.burst) {
            (Some(count), _) => idle::run(self.messages, &servers, count, flags.silent),
            (None, Some(count)) => burst::run(self.messages, &servers, count, flags.run.rounds()),
            (None, None) => rounds::run(self, &servers, flags),
        }
    }
}

/// Tells what went wrong, and how the program ends.
fn exit_code(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error:#}");
            ExitCode::FAILURE
        }
    }
}
