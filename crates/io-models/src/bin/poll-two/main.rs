//! The program `poll-two`: waits for the keyboard and for a named pipe at once.

use std::path::PathBuf;
use std::process::ExitCode;

use command_line::ProgramFlags;

#[cfg(unix)]
mod named_pipe;
#[cfg(unix)]
mod two;

const EXAMPLES: &str = "It ends when the keyboard has ended (Ctrl-D), and no program has the pipe
open for writing any more.

Example, in two terminals:
  poll-two /tmp/pipe
  echo hello > /tmp/pipe";

/// Waits for the keyboard and for a named pipe at once, and prints what comes from either.
#[derive(clap::Parser)]
#[command(name = "poll-two", version, after_help = EXAMPLES)]
struct Flags {
    /// The named pipe. It is made if nothing is there, and removed at the end.
    path: PathBuf,
}

impl ProgramFlags for Flags {}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, _settings| {
        #[cfg(unix)]
        return two::run(&flags.path);
        #[cfg(not(unix))]
        anyhow::bail!("this system has no named pipe for {}", flags.path.display());
    })
}
