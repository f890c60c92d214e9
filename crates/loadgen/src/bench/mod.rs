//! The benchmarks of the servers of requests and replies: `cargo bench -p echo-server --bench load`.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for |
//! | `rounds` | rounds and alternation |
//! | `idle`, `burst` | the two other modes |

mod burst;
pub(crate) mod flags;
pub(crate) mod idle;
pub(crate) mod rounds;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use crate::requests::Cell;
use crate::requests::messages::Messages;
use crate::server::{Program, ServerCommand};
use flags::Flags;

/// What is measured.
#[derive(Debug)]
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
            (Some(count), _) => idle::run(&self.messages, &servers, count, flags.silent),
            (None, Some(count)) => burst::run(&self.messages, &servers, count, flags.run.rounds()),
            (None, None) => rounds::run(self, &servers, flags),
        }
    }
}

/// Tells what went wrong, and how the program ends.
pub(crate) fn exit_code(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error:#}");
            ExitCode::FAILURE
        }
    }
}
