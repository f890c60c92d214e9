//! The program `loadgen`.

use std::process::ExitCode;

use clap::Parser;
use loadgen::soak::{self, SoakFlags};

/// Drives servers.
#[derive(Debug, clap::Parser)]
#[command(name = "loadgen", version)]
enum Flags {
    Soak(SoakFlags),
}

fn main() -> ExitCode {
    let Flags::Soak(flags) = Flags::parse();
    match soak::run(&flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("loadgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
