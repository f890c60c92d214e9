//! The program `triggers`: level-triggered against edge-triggered, side by side.

use std::process::ExitCode;

use command_line::ProgramFlags;

#[cfg(target_os = "linux")]
mod lesson;

/// Shows when epoll reports the same unread bytes: level-triggered, and edge-triggered.
#[derive(clap::Parser)]
#[command(name = "triggers", version)]
struct Flags {}

impl ProgramFlags for Flags {}

fn main() -> ExitCode {
    command_line::run(|_flags: Flags, _settings| {
        #[cfg(target_os = "linux")]
        return lesson::run();
        #[cfg(not(target_os = "linux"))]
        anyhow::bail!("this system has no epoll; Linux has");
    })
}
