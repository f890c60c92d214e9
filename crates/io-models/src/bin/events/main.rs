//! The program `events`: an event that somebody sets and somebody waits for.

use std::process::ExitCode;

use command_line::ProgramFlags;

#[cfg(target_os = "linux")]
mod event;
#[cfg(target_os = "linux")]
mod lesson;

/// Shows an event as a descriptor (eventfd): signalled or not, waited for with and without a timeout, set and reset.
#[derive(clap::Parser)]
#[command(name = "events", version)]
struct Flags {}

impl ProgramFlags for Flags {}

fn main() -> ExitCode {
    command_line::run(|_flags: Flags, _settings| {
        #[cfg(target_os = "linux")]
        return lesson::run();
        #[cfg(not(target_os = "linux"))]
        anyhow::bail!("this system has no eventfd; Linux has");
    })
}
