//! What the flags of a program are set to, and from where: for the log of a server at its start.

use std::ffi::OsStr;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Map, Value};
use tracing::{debug, info};

/// What is shown in place of a secret.
const HIDDEN: &str = "***";

/// The settings of a program, in the order of their names. A flag that has no default, and was not given, is not among
/// them.
#[derive(Debug)]
pub struct Settings(Vec<Setting>);

/// One flag that has a value.
#[derive(Debug)]
struct Setting {
    /// As it is typed: `max-packet`.
    name: String,
    /// As it was given, or as the help shows it.
    value: String,
    /// As a bare number where it is one: bytes, seconds.
    json: Value,
    /// The variable that it came from.
    variable: Option<String>,
    is_default: bool,
}

impl Settings {
    /// `shown` has what is shown of flags with secrets, by their ids.
    pub(crate) fn new(command: &Command, matches: &ArgMatches, shown: &[(&str, String)]) -> Self {
        let arguments = command.get_arguments();
        let mut settings: Vec<_> = arguments
            .filter_map(|argument| match argument.is_hide_env_values_set() {
                true => Setting::with_secret(argument, matches, shown),
                false => Setting::new(argument, matches),
            })
            .collect();
        settings.sort_by(|one, other| one.name.cmp(&other.name));
        Self(settings)
    }

    /// Logs those that differ from the defaults, and at the level debug all of them. In a log in JSON the first line has
    /// all of them in any case, each in a field of its own.
    pub fn log(&self) {
        info!(settings.json = %self.json(), "settings: {}", self.changed());
        debug!("all settings: {}", listed(&self.0));
    }

    pub(crate) fn changed(&self) -> String {
        let changed = listed(self.0.iter().filter(|setting| !setting.is_default));
        match changed.is_empty() {
            true => "all defaults".to_owned(),
            false => changed,
        }
    }

    fn json(&self) -> Value {
        let entry = |setting: &Setting| (setting.name.clone(), setting.json.clone());
        Value::Object(self.0.iter().map(entry).collect::<Map<_, _>>())
    }
}

fn listed<'a>(settings: impl IntoIterator<Item = &'a Setting>) -> String {
    let texts: Vec<_> = settings.into_iter().map(Setting::text).collect();
    texts.join(" ")
}

impl Setting {
    fn new(argument: &Arg, matches: &ArgMatches) -> Option<Self> {
        let id = argument.get_id().as_str();
        let raw = matches.try_get_raw(id).ok().flatten()?;
        let values: Vec<_> = raw.map(|value| value.to_string_lossy().into_owned()).collect();
        let value = match matches.try_get_one::<bool>(id) {
            Ok(Some(switch)) => switch.to_string(),
            _ => values.join(","),
        };
        let is_from_variable = matches.value_source(id) == Some(ValueSource::EnvVariable);
        let variable = argument.get_env().filter(|_| is_from_variable);
        Some(Self {
            name: id.replace('_', "-"),
            json: json(argument, matches, &values),
            is_default: is_default(argument, matches, &value),
            value,
            variable: variable.map(|name| name.to_string_lossy().into_owned()),
        })
    }

    /// One whose value is not shown, or in another way.
    fn with_secret(argument: &Arg, matches: &ArgMatches, shown: &[(&str, String)]) -> Option<Self> {
        let setting = Self::new(argument, matches)?;
        let id = argument.get_id().as_str();
        let shown = shown.iter().find(|(flag, _)| *flag == id);
        let value = shown.map_or(HIDDEN, |(_, value)| value).to_owned();
        Some(Self {
            json: Value::from(value.clone()),
            value,
            ..setting
        })
    }

    fn text(&self) -> String {
        let Self { name, value, .. } = self;
        match &self.variable {
            Some(variable) => format!("{name}={value} ({variable})"),
            None => format!("{name}={value}"),
        }
    }
}

/// Whoever types the default changes nothing.
fn is_default(argument: &Arg, matches: &ArgMatches, value: &str) -> bool {
    let source = matches.value_source(argument.get_id().as_str());
    source == Some(ValueSource::DefaultValue) || argument.get_default_values() == [OsStr::new(value)]
}

/// The value as the program uses it, so that a reader of the log need not know all the ways to write it: `64KiB` is
/// 65536, `1m` is 60 seconds. A flag that may be given several times is a list.
fn json(argument: &Arg, matches: &ArgMatches, values: &[String]) -> Value {
    let id = argument.get_id().as_str();
    match argument.get_action() {
        ArgAction::Append => Value::from(values),
        _ => switch_or_number(id, matches).unwrap_or_else(|| Value::from(values.join(","))),
    }
}

fn switch_or_number(id: &str, matches: &ArgMatches) -> Option<Value> {
    fn of<T: Clone + Into<Value> + Send + Sync + 'static>(id: &str, matches: &ArgMatches) -> Option<Value> {
        matches.try_get_one::<T>(id).ok().flatten().cloned().map(T::into)
    }
    of::<bool>(id, matches)
        .or_else(|| of::<u8>(id, matches))
        .or_else(|| of::<u16>(id, matches))
        .or_else(|| of::<u32>(id, matches))
        .or_else(|| of::<usize>(id, matches))
        .or_else(|| matches.try_get_one(id).ok().flatten().map(seconds))
}

fn seconds(time: &Duration) -> Value {
    match time.subsec_nanos() {
        0 => Value::from(time.as_secs()),
        _ => Value::from(time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{ArgMatches, CommandFactory};
    use serde_json::json;

    use super::*;
    use crate::{duration, size, switch};

    /// One flag of each kind.
    #[derive(clap::Parser)]
    struct Flags {
        #[arg(long, default_value = "127.0.0.1:80")]
        bind: String,
        #[arg(long, default_value = "true", action = clap::ArgAction::Set, value_parser = switch)]
        batch_scheduling: bool,
        #[arg(long)]
        classic: bool,
        #[arg(long, default_value = "10s", value_parser = duration)]
        drain: Duration,
        #[arg(long, default_value_t = 64)]
        ipv6_prefix: u8,
        #[arg(long, value_delimiter = ',')]
        listen: Vec<String>,
        #[arg(long, default_value = "1024", value_parser = size)]
        max_packet: usize,
        #[arg(long, default_value_t = 100)]
        rate_limit: u32,
        #[arg(long, value_parser = size)]
        compress_over: Option<usize>,
        #[arg(long, default_value_t = 1)]
        workers: u16,
        #[arg(long, hide_env_values = true)]
        directory: Option<String>,
        #[arg(long, hide_env_values = true)]
        token: Option<String>,
    }

    fn settings(words: &[&str]) -> Settings {
        let command = Flags::command();
        let words = ["program"].iter().chain(words);
        let matches: ArgMatches = command.clone().get_matches_from(words);
        let shown = [("directory", "redis://***@host".to_owned())];
        Settings::new(&command, &matches, &shown)
    }

    #[test]
    fn what_differs_from_the_defaults_is_shown_and_all_of_them_in_their_order() {
        assert_eq!(settings(&[]).changed(), "all defaults");
        let words = [
            "--workers=4",
            "--classic",
            "--max-packet=2KiB",
            "--listen=a",
            "--listen=b,c",
        ];
        let changed = "classic=true listen=a,b,c max-packet=2KiB workers=4";
        assert_eq!(settings(&words).changed(), changed);
        assert_eq!(
            listed(&settings(&words).0),
            "batch-scheduling=true bind=127.0.0.1:80 classic=true drain=10s ipv6-prefix=64 listen=a,b,c \
             max-packet=2KiB rate-limit=100 workers=4"
        );
    }

    #[test]
    fn the_default_is_no_change_when_it_is_typed() {
        let words = ["--drain=10s", "--rate-limit=100", "--batch-scheduling=on"];
        assert_eq!(settings(&words).changed(), "all defaults");
        assert_eq!(
            settings(&["--batch-scheduling=no"]).changed(),
            "batch-scheduling=false"
        );
    }

    #[test]
    fn each_has_a_json_value_of_its_kind_however_it_is_written() {
        let words = [
            "--drain=1m",
            "--max-packet=2KiB",
            "--listen=a",
            "--listen=b,c",
            "--compress-over=1KiB",
            "--classic",
        ];
        let expected = json!({
            "batch-scheduling": true,
            "bind": "127.0.0.1:80",
            "classic": true,
            "compress-over": 1_024,
            "drain": 60,
            "ipv6-prefix": 64,
            "listen": ["a", "b", "c"],
            "max-packet": 2_048,
            "rate-limit": 100,
            "workers": 1,
        });
        assert_eq!(settings(&words).json(), expected);
        assert_eq!(settings(&["--drain=500ms"]).json()["drain"], 0.5);
    }

    #[test]
    fn a_secret_is_in_no_log() {
        let settings = settings(&["--directory=redis://:secret@host", "--token=secret"]);
        assert_eq!(settings.changed(), "directory=redis://***@host token=***");
        let expected = json!({"directory": "redis://***@host", "token": "***"});
        for (flag, value) in expected.as_object().unwrap() {
            assert_eq!(settings.json()[flag], *value);
        }
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
