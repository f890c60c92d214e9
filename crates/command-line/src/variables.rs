//! An environment variable for each flag, named after the program: `ECHO_SERVER_MAX_PACKET` for `--max-packet` of
//! `echo-server`.
//!
//! A flag that several subcommands have is one variable, without the name of the subcommand: `LOADGEN_COUNT` is
//! `--count` of `loadgen echo` and of `loadgen chat`.

use std::env;
use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::values::switch;

/// Gives every argument its variable, and those of the subcommands too.
pub(crate) fn with_environment(command: Command, program: &str) -> Command {
    let command = command.mut_args(|argument| match argument.get_action() {
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version => argument,
        // A switch has no value on the command line, but in its variable it has.
        ArgAction::SetTrue => named(argument, program).value_parser(switch),
        _ if takes_several_words(&argument) => argument,
        _ => named(argument, program),
    });
    command.mut_subcommands(|subcommand| with_environment(subcommand, program))
}

fn named(argument: Arg, program: &str) -> Arg {
    let variable = format!("{program}_{}", argument.get_id());
    argument.env(variable.to_uppercase().replace('-', "_"))
}

/// One variable is one value, and nothing says where to cut it.
fn takes_several_words(argument: &Arg) -> bool {
    let most = argument.get_num_args().map_or(1, |range| range.max_values());
    argument.is_positional() && (most > 1 || matches!(argument.get_action(), ArgAction::Append))
}

/// Reads the words, and the variables for what they do not say. An error names the variable that it came from,
/// since nobody has typed its flag.
pub(crate) fn matches(command: &Command, words: Vec<OsString>) -> Result<ArgMatches, clap::Error> {
    // The words alone first: what is wrong with them is said in their own terms. That something is missing, a
    // variable may mend.
    if let Err(error) = read(command, words.clone(), &|_| false)
        && error.kind() != ErrorKind::MissingRequiredArgument
    {
        return Err(match error.kind() {
            // With the variables, which are part of the help.
            ErrorKind::DisplayHelp => read(command, words, &|_| true).err().unwrap_or(error),
            _ => error,
        });
    }
    read(command, words, &is_set).map_err(|error| in_terms_of_variables(command, &error))
}

/// Reads the words with the variables of those arguments that are `wanted`.
fn read(
    command: &Command,
    words: Vec<OsString>,
    wanted: &dyn Fn(&Arg) -> bool,
) -> Result<ArgMatches, clap::Error> {
    without_variables(command.clone(), wanted).try_get_matches_from(words)
}

fn without_variables(command: Command, wanted: &dyn Fn(&Arg) -> bool) -> Command {
    let command = command.mut_args(|argument| match wanted(&argument) {
        true => argument,
        false => argument.env(None::<&'static str>),
    });
    command.mut_subcommands(|subcommand| without_variables(subcommand, wanted))
}

/// An empty variable says nothing: compose files make such. Nor does a switch that says no, which is the default
/// of all.
fn is_set(argument: &Arg) -> bool {
    let value = argument.get_env().and_then(env::var_os).unwrap_or_default();
    let says_no = || value.to_str().is_some_and(|value| switch(value) == Ok(false));
    match argument.get_action() {
        ArgAction::SetTrue if says_no() => false,
        _ => !value.is_empty(),
    }
}

/// The same error, with the variable where the flag is named. A value that is wrong can only be that of a variable
/// here; of two arguments that do not go together, one may be typed.
fn in_terms_of_variables(command: &Command, error: &clap::Error) -> clap::Error {
    // What a flag looks like in a message is known only then.
    let mut command = command.clone();
    command.build();
    let arguments = all_arguments(&command).into_iter();
    let arguments: Vec<_> = arguments.filter(|argument| is_set(argument)).collect();
    let mut text = match error.kind() {
        ErrorKind::InvalidUtf8 => unreadable(&arguments),
        _ => error.to_string(),
    };
    for argument in arguments {
        let flag = format!("'{argument}'");
        let variable = format!("the variable {}", name(argument));
        text = text.replace(&format!("the argument {flag}"), &variable);
        text = text.replace(&flag, &variable);
    }
    clap::Error::raw(error.kind(), text.trim_start_matches("error: "))
}

fn unreadable(arguments: &[&Arg]) -> String {
    let value = |argument: &&&Arg| argument.get_env().and_then(env::var_os).unwrap_or_default();
    let is_text = |argument: &&&Arg| value(argument).to_str().is_some();
    match arguments.iter().find(|argument| !is_text(argument)) {
        Some(argument) if argument.is_hide_env_values_set() => {
            format!("the variable {} is not UTF-8", name(argument))
        }
        Some(argument) => {
            let value = value(&argument);
            format!("the variable {} is not UTF-8: {value:?}", name(argument))
        }
        None => "an environment variable is not UTF-8".to_owned(),
    }
}

/// What a program says of its flags, with the variables of those that nobody has typed.
pub(crate) fn with_sources(problem: String, command: &Command, matches: &ArgMatches) -> String {
    let is_part_of_flag = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let words: Vec<_> = problem.split(|letter| !is_part_of_flag(letter)).collect();
    let sources = from_variables(command, matches)
        .into_iter()
        .filter_map(|argument| {
            let flag = format!("--{}", argument.get_long()?);
            words
                .contains(&&*flag)
                .then(|| format!("{flag} comes from the variable {}", name(argument)))
        });
    match sources.collect::<Vec<_>>() {
        sources if sources.is_empty() => problem,
        sources => format!("{problem} ({})", sources.join(", ")),
    }
}

fn from_variables<'a>(command: &'a Command, matches: &ArgMatches) -> Vec<&'a Arg> {
    let is_from_variable = |argument: &&Arg| {
        let source = matches.value_source(argument.get_id().as_str());
        source == Some(ValueSource::EnvVariable)
    };
    let mut arguments: Vec<_> = command.get_arguments().filter(is_from_variable).collect();
    if let Some((subcommand, matches)) = matches.subcommand()
        && let Some(command) = command.find_subcommand(subcommand)
    {
        arguments.extend(from_variables(command, matches));
    }
    arguments
}

fn all_arguments(command: &Command) -> Vec<&Arg> {
    let inner = command.get_subcommands().flat_map(all_arguments);
    command.get_arguments().chain(inner).collect()
}

fn name(argument: &Arg) -> String {
    argument
        .get_env()
        .map(OsStr::to_string_lossy)
        .unwrap_or_default()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For the test.
    #[derive(clap::Parser)]
    #[command(name = "some-tool")]
    struct Flags {
        /// A number.
        #[arg(long)]
        max_packet: Option<u32>,
        #[command(subcommand)]
        command: Subcommand,
    }

    /// For the test.
    #[derive(clap::Subcommand)]
    enum Subcommand {
        /// One.
        Measure {
            /// One word.
            server: String,
            /// Many words.
            others: Vec<String>,
            /// A switch.
            #[arg(long)]
            json: bool,
        },
    }

    #[test]
    fn variables_are_named_after_the_program_and_the_flag() {
        let command = with_environment(<Flags as clap::CommandFactory>::command(), "some-tool");
        let variables: Vec<_> = all_arguments(&command)
            .into_iter()
            .map(|argument| (argument.get_id().as_str(), name(argument)))
            .collect();
        let expected = [
            ("max_packet", "SOME_TOOL_MAX_PACKET"),
            ("server", "SOME_TOOL_SERVER"),
            ("others", ""),
            ("json", "SOME_TOOL_JSON"),
        ];
        assert_eq!(variables, expected.map(|(flag, name)| (flag, name.to_owned())));
    }
}
