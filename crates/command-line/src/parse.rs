//! Parses flags from the command line and the environment.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Command, Parser};

use crate::variables::{matches, with_environment, with_sources};
use crate::{ProgramFlags, Settings};

/// The flags, and what they were set to, for the log.
pub(crate) struct Parsed<F> {
    pub(crate) flags: F,
    pub(crate) settings: Settings,
}

/// Reads the command line of this process.
pub(crate) fn parse<F: ProgramFlags>() -> Result<Parsed<F>, clap::Error> {
    parse_from(std::env::args_os().collect())
}

fn parse_from<F: ProgramFlags>(words: Vec<OsString>) -> Result<Parsed<F>, clap::Error> {
    let command = with_defaults(F::command(), F::DEFAULTS);
    let program = command.get_name().to_owned();
    let mut command = with_environment(command, &program);
    let matches = matches(&command, words)?;
    let flags = F::from_arg_matches(&matches)?;
    match flags.check() {
        Ok(()) => Ok(Parsed {
            settings: Settings::new(&command, &matches, &flags.shown()),
            flags,
        }),
        Err(problem) => {
            let problem = with_sources(problem, &command, &matches);
            Err(command.error(ErrorKind::ArgumentConflict, problem))
        }
    }
}

/// Reads the words of a command line that stands inside another one of this program, with the program's variables.
/// The first word is not looked at, as that of any command line.
///
/// # Errors
/// What is wrong, in one line.
pub fn parse_part<F: Parser>(program: &str, words: Vec<OsString>) -> Result<F, String> {
    let command = with_environment(F::command(), program);
    let flags = matches(&command, words).and_then(|matches| F::from_arg_matches(&matches));
    flags.map_err(|error| one_line(&error.to_string()))
}

/// Shared flags are described once; what differs in this program is their default.
fn with_defaults(command: Command, defaults: &[(&'static str, &'static str)]) -> Command {
    defaults.iter().fold(command, |command, (argument, default)| {
        command.mut_arg(argument, |argument| argument.default_value(default))
    })
}

/// The first paragraph of what clap says, without its `error:`; the rest is usage, which --help tells.
pub(crate) fn one_line(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = paragraph.split_whitespace().collect();
    words.join(" ").trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LogFlags;

    /// For the test.
    #[derive(Debug, clap::Parser)]
    #[command(name = "some-server")]
    struct Flags {
        /// A number.
        #[arg(long, default_value_t = 7)]
        max_packet: u32,
        /// A switch.
        #[arg(long)]
        packets: bool,
        /// Some names.
        #[arg(long, value_delimiter = ',')]
        name: Vec<String>,
        #[command(flatten)]
        log: LogFlags,
    }

    impl ProgramFlags for Flags {
        const DEFAULTS: &'static [(&'static str, &'static str)] = &[("log", "warn")];

        fn log(&self) -> &LogFlags {
            &self.log
        }

        fn check(&self) -> Result<(), String> {
            match self.max_packet {
                0 => Err("a packet has a size".to_owned()),
                _ => Ok(()),
            }
        }
    }

    fn parsed(words: &[&str]) -> Result<Parsed<Flags>, clap::Error> {
        let program = ["some-server"].iter().chain(words);
        parse_from(program.map(Into::into).collect())
    }

    #[test]
    fn the_words_become_flags() {
        let given = parsed(&["--max-packet", "9", "--packets"]).unwrap();
        assert_eq!((given.flags.max_packet, given.flags.packets), (9, true));
        let several = parsed(&["--name", "a", "--name", "b,c"]).unwrap();
        assert_eq!(several.flags.name, ["a", "b", "c"]);
    }

    #[test]
    fn a_shared_flag_has_the_default_of_the_program() {
        let parsed = parsed(&[]).unwrap();
        assert_eq!(parsed.flags.log.log, crate::Level::Warn);
        assert_eq!(parsed.settings.changed(), "all defaults");
    }

    #[test]
    fn what_the_program_checks_is_an_error_of_the_flags() {
        let error = parsed(&["--max-packet", "0"]).err().expect("refused");
        assert!(error.to_string().contains("a packet has a size"), "{error}");
    }

    #[test]
    fn the_first_paragraph_becomes_one_line() {
        let text = "error: the following arguments were not provided:\n  <A>\n  <B>\n\nUsage: x\n";
        assert_eq!(
            one_line(text),
            "the following arguments were not provided: <A> <B>"
        );
    }
}
