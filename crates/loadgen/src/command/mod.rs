//! The program `loadgen`.
//!
//! | file | what is in it |
//! |---|---|
//! | `flags` | what can be asked for, of one load or of several |
//! | `load` | from flags to a load that can be run |
//! | `conditions` | what was measured, when and where |
//! | `single` | a server that is there |
//! | `compare` | servers that are started, in turns |

mod compare;
mod conditions;
mod flags;
mod load;
mod single;

use std::process::ExitCode;

use anyhow::Context;

use crate::interrupt::{self, Interrupted};
use flags::{Command, Flags};

/// The program: reads the command line, does what it asks for, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let mut interrupted = None;
    let exit_code = command_line::run(|flags: Flags, _settings| {
        // A thousand connections need as many descriptors; the servers that are started inherit it.
        let limit = net::raise_descriptor_limit().context("cannot raise the limit of open files")?;
        let outcome = match flags.command {
            Command::Load(load) => interrupt::watch().and_then(|()| single::run(load, limit)),
            Command::Compare(compare) => interrupt::watch().and_then(|()| compare::run(&compare, limit)),
            Command::Soak(soak) => soak::run(&soak),
            Command::Chaos(chaos) => chaos::run(&chaos),
        };
        if let Err(error) = &outcome {
            interrupted = error.downcast_ref().map(Interrupted::exit_code);
        }
        outcome
    });
    interrupted.map_or(exit_code, ExitCode::from)
}
