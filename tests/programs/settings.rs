//! The line of the log that has the settings: those that differ from the defaults, or all of them, as text and as JSON.

use serde_json::{Value, json};

use crate::flags::defaults_of;
use crate::kinds::{Kind, servers};
use crate::support::{Program, Server};

/// The server as somebody starts it who types this.
#[track_caller]
fn typed(kind: &Kind, flags: &[&str]) -> Server {
    let program = Program::of_this_build(kind.program).args(kind.listens);
    kind.started(program.args(flags))
}

/// Every flag that takes a value, with that of a server which was started with `--log debug --drain 9s`.
fn all_settings(kind: &Kind) -> Vec<(&'static str, &'static str)> {
    let settings = defaults_of(kind.program)
        .into_iter()
        .map(|(flag, default)| match flag {
            "log" => (flag, "debug"),
            "drain" => (flag, "9s"),
            _ if default.starts_with("127.0.0.1:") => (flag, "127.0.0.1:0"),
            _ => (flag, default),
        });
    settings.collect()
}

/// What was typed as the default has it, such as `--write-timeout` here, is no change.
#[test]
fn settings_that_differ_from_the_defaults_are_logged_at_start() {
    for kind in servers() {
        let flags = ["--write-timeout", "10s", "--stack-size", "1MiB"];
        let server = typed(kind, &flags);
        let line = server.log().wait_for_line(" settings: ");
        let mut settings: Vec<_> = kind.as_settings().split(' ').map(str::to_owned).collect();
        settings.push("stack-size=1MiB".to_owned());
        settings.sort();
        let expected = format!(" INFO settings: {}", settings.join(" "));
        assert!(line.ends_with(&expected), "{line}");
        let log = server.terminate().expect_success().stderr;
        assert!(!log.contains("all settings"), "{log}");
    }
}

#[test]
fn the_level_debug_logs_all_settings_in_order() {
    for kind in servers() {
        let server = typed(kind, &["--log", "debug", "--drain", "9s"]);
        let changed = server.log().wait_for_line(" INFO settings: ");
        assert!(
            changed.contains(" drain=9s ") && changed.contains(" log=debug"),
            "{changed}"
        );
        let all = server.log().wait_for_line(" DEBUG all settings: ");
        let (_, all) = all.split_once(" all settings: ").expect("it is there");
        let all: Vec<_> = all.split(' ').collect();
        let names = all.iter().map(|setting| setting.split('=').next());
        assert!(names.is_sorted(), "{all:?}");
        for (flag, value) in all_settings(kind) {
            let setting = format!("{flag}={value}");
            assert!(all.contains(&&*setting), "{setting}: {all:?}");
        }
    }
}

/// Durations are seconds, and sizes are bytes.
fn as_json(value: &str) -> Value {
    let number = |text: &str| text.parse::<u64>().ok();
    let seconds = value.strip_suffix('s').and_then(number);
    let minutes = value.strip_suffix('m').and_then(number);
    let hours = value.strip_suffix('h').and_then(number);
    let kilobytes = value.strip_suffix("KiB").and_then(number);
    match value {
        "true" | "false" => json!(value == "true"),
        _ if seconds.is_some() => json!(seconds),
        _ if minutes.is_some() => json!(minutes.map(|count| count * 60)),
        _ if hours.is_some() => json!(hours.map(|count| count * 3_600)),
        _ if kilobytes.is_some() => json!(kilobytes.map(|count| count * 1024)),
        _ => number(value).map_or_else(|| json!(value), |number| json!(number)),
    }
}

#[test]
fn a_log_in_json_has_every_setting_in_a_field() {
    for kind in servers() {
        let flags = ["--log-format", "json", "--log", "debug", "--drain", "9s"];
        let line = typed(kind, &flags).log().wait_for_line("\"settings\":");
        let line: Value = serde_json::from_str(&line).expect("JSON");
        let settings = &line["fields"]["settings"];
        for (flag, value) in all_settings(kind) {
            let expected = match flag {
                "log-format" => json!("json"),
                // An amount of chips may have hundredths.
                "chips" | "max" | "min" | "unit" => json!(value),
                _ => as_json(value),
            };
            assert_eq!(settings[flag], expected, "{flag}: {line}");
        }
    }
}
