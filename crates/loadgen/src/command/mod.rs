//! The program `loadgen`.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for, of one load or of several |
//! | `load` | from flags to a load that can be run |
//! | `single` | a server that is there |
//! | `compare` | servers that are started, in turns |
//! | `comparison` | what is told of those |

mod compare;
mod comparison;
mod flags;
mod load;
mod single;

use std::process::ExitCode;

use anyhow::Context;

use flags::{Command, Flags};

/// The program: reads the command line, does what it asks for, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| {
        // A thousand connections need as many descriptors; the servers that are started inherit it.
        let limit = net::raise_descriptor_limit().context("cannot raise the limit of open files")?;
        match flags.command {
            Command::Load(load) => single::run(load, limit),
            Command::Compare(compare) => compare::run(&compare, limit),
            Command::Soak(soak) => crate::soak::run(&soak),
        }
    })
}
