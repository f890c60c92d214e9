//! Runs a program's work, prints its error as one line, and turns it into an exit code.

use std::io;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::ErrorKind;

use crate::colours::are_colours_welcome;
#[cfg(unix)]
use crate::guard;
use crate::parse::{Parsed, one_line, parse};
use crate::print::{last_line, print_text};
use crate::{ProgramFlags, Settings};

/// Wrong flags, as shells and clap have it.
const WRONG_FLAGS: u8 = 2;

/// Reads the flags, starts the log, does the work; which gets the flags, and what they are set to, for the log of a
/// server.
///
/// Exit code 0 for success, 1 for an error, 2 for wrong flags; an error is one line on standard error. A program that
/// does not handle signals itself ends at them, as process 1 of a container too.
pub fn run<F: ProgramFlags>(work: impl FnOnce(F, &Settings) -> anyhow::Result<()>) -> ExitCode {
    #[cfg(unix)]
    {
        if guard::is_wanted() {
            guard::watch();
            return ExitCode::SUCCESS;
        }
        guard::will_be_understood();
    }
    net::end_as_first_process();
    net::save_address_space();
    let Parsed { flags, settings } = match parse::<F>() {
        Ok(parsed) => parsed,
        Err(error) => return refuse::<F>(&error),
    };
    let log = flags.log().start();
    let outcome = work(flags, &settings);
    // The log ends before the last line, so that the error really is the last.
    log.finish();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            last_line(&format!("{}: {error:#}", program::<F>()));
            ExitCode::FAILURE
        }
    }
}

/// Prints help or version, or what is wrong with the flags in one line.
fn refuse<F: CommandFactory>(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => print_help::<F>(error),
        _ => {
            let problem = one_line(&error.to_string());
            last_line(&format!("{}: {problem}; try --help", program::<F>()));
            ExitCode::from(WRONG_FLAGS)
        }
    }
}

/// What was asked for, so it must arrive; but a reader that has enough, as in `--help | head -1`, may go.
fn print_help<F: CommandFactory>(help: &clap::Error) -> ExitCode {
    let text = help.render();
    let printed = match are_colours_welcome(&io::stdout()) {
        true => print_text(&text.ansi().to_string()),
        false => print_text(&text.to_string()),
    };
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if has_gone(&error) => ExitCode::SUCCESS,
        Err(error) => {
            last_line(&format!("{}: {error:#}", program::<F>()));
            ExitCode::FAILURE
        }
    }
}

fn has_gone(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref();
    cause.is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn program<F: CommandFactory>() -> String {
    F::command().get_name().to_owned()
}
