//! Loads of a chat: one member of a room says something, and all of them get it.
//!
//! The load is the same on every wire. In a closed loop each sender keeps a number of messages on the way, and
//! sends the next one when it has got one of its own back, as all members do. Counted are deliveries. Every
//! byte of them is checked: the room, the sender, the order of each sender's messages, the text. The bytes of
//! a message are the same everywhere; what a wire needs around them is its own affair. Where a wire lets a server
//! write the same thing in several ways, each of them is right.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for |
//! | `wire` | how each kind of server is spoken to |
//! | `message` | what the senders say |
//! | `room` | what was sent in a room, and what must come for it |
//! | `entrance` | connecting, and entering the rooms |
//! | `inbox` | checking what comes |
//! | `member` | one member |
//! | `cell` | one load, and measuring a server under it |
//! | `contest` | all servers in all cells |
//! | `stalled`, `idle` | the two other modes |

pub(crate) mod cell;
mod contest;
mod entrance;
mod flags;
mod idle;
mod inbox;
mod member;
mod message;
mod room;
mod stalled;
pub(crate) mod wire;

use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use harness::RunningServer;
use protocol::Codec;

use crate::bench::flags::PATIENCE;
use crate::server::{Program, ServerCommand};
use flags::Flags;
use wire::Dialect;

pub use cell::RoomCell;
pub use wire::Wire;

/// What is measured.
#[derive(Debug, Clone)]
pub struct FanOut {
    /// The servers: first the one that it is about, then its peers. A peer that is not installed is left out.
    pub servers: Vec<(Program, Wire)>,
    /// The loads.
    pub cells: &'static [RoomCell],
    /// The load of `--stalled`.
    pub stalled: RoomCell,
}

/// A server of the table.
struct Contestant {
    command: ServerCommand,
    dialect: &'static dyn Dialect,
}

impl Contestant {
    fn name(&self) -> &str {
        &self.command.name
    }

    fn start(&self) -> anyhow::Result<RunningServer> {
        self.command.start_as(self.dialect.startup(), PATIENCE)
    }
}

impl FanOut {
    /// Does what the command line asks for, and gives the exit code.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        crate::bench::exit_code(self.run(&Flags::parse()))
    }

    fn run(&self, flags: &Flags) -> anyhow::Result<()> {
        // The servers inherit it.
        net::raise_descriptor_limit().context("cannot raise the limit of open files")?;
        let contestants = self.contestants(flags)?;
        match flags.idle {
            Some(count) => idle::run(&contestants, count),
            None if flags.stalled => stalled::run(self.stalled, &contestants, flags),
            None => contest::run(self.cells, &contestants, flags),
        }
    }

    /// All servers that are there, each with its wire: that of its own command, of the program of ours that it
    /// is, or the chat's.
    fn contestants(&self, flags: &Flags) -> anyhow::Result<Vec<Contestant>> {
        let programs: Vec<_> = self.servers.iter().map(|(program, _)| program.clone()).collect();
        let mut contestants = Vec::new();
        for (program, wire) in &self.servers {
            let command = ServerCommand::known(program);
            match command.version()? {
                Some(version) => println!("{}: {version}", command.name),
                None => {
                    println!("{} is not installed, so it is left out", command.name);
                    continue;
                }
            }
            contestants.push(Contestant {
                command,
                dialect: wire.dialect(),
            });
        }
        for text in &flags.run.server {
            let command = ServerCommand::parse(text, &programs)?;
            let known = self
                .servers
                .iter()
                .find(|(program, _)| Some(program.name) == command.known);
            let wire = match Wire::of(&command)? {
                Some(wire) => wire,
                None => known.map_or(Wire::Chat(Codec::default()), |(_, wire)| *wire),
            };
            contestants.push(Contestant {
                command,
                dialect: wire.dialect(),
            });
        }
        ensure!(!contestants.is_empty(), "no server to measure");
        Ok(contestants)
    }
}
