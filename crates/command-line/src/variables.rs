//! An environment variable for each flag, named after the program: `ECHO_SERVER_MAX_PACKET` for `--max-packet` of
//! `echo-server`.
//!
//! A flag that several subcommands have is one variable, without the name of the subcommand: `LOADGEN_COUNT` is
//! `--count` of `loadgen echo` and of `loadgen chat`.

use std::env;
use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
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
    let Some(value) = argument.get_env().and_then(env::var_os) else {
        return false;
    };
    let says_no = || value.to_str().is_some_and(|value| switch(value) == Ok(false));
    let is_switch = matches!(argument.get_action(), ArgAction::SetTrue);
    !value.is_empty() && !(is_switch && says_no())
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
        Some(argument) => {
            let value = value(&argument);
            format!("the variable {} is not UTF-8: {value:?}", name(argument))
        }
        None => "an environment variable is not UTF-8".to_owned(),
    }
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
