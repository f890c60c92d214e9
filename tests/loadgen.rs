//! The load generator as its users have it: the real program on the real servers, and on some that are wrong.
//!
//! | file | what is in it |
//! |---|---|
//! | `loadgen/requests` | echo and calculator |
//! | `loadgen/rooms` | the chat |
//! | `loadgen/codecs` | the chat in other codecs, by servers that are right in their own way, or wrong |
//! | `loadgen/web_socket` | the chat over WebSocket |
//! | `loadgen/open_loop` | messages at fixed times, and servers that stall |
//! | `loadgen/wrong` | servers that do something wrong, and what is told of them |
//! | `loadgen/compare` | several servers in turns |
//! | `loadgen/suite` | many comparisons, one after the other |
//! | `loadgen/chaos` | servers of durable rooms that are killed |
//! | `loadgen/interrupted` | signals: the figures so far, and no server left behind |
//! | `loadgen/command_line` | flags, output, exit codes |
//! | `loadgen/fake` | servers of a few lines, right or wrong |
//!
//! Nothing here asserts how fast anything is. Messages are counted, and they are right or they are not.
#![cfg(unix)]

mod support;

#[cfg(target_os = "linux")]
#[path = "loadgen/chaos.rs"]
mod chaos;
#[path = "loadgen/codecs.rs"]
mod codecs;
#[path = "loadgen/command_line.rs"]
mod command_line;
#[path = "loadgen/compare.rs"]
mod compare;
#[path = "loadgen/fake.rs"]
mod fake;
#[cfg(target_os = "linux")]
#[path = "support/folder.rs"]
mod folder;
#[path = "loadgen/interrupted.rs"]
mod interrupted;
#[path = "loadgen/open_loop.rs"]
mod open_loop;
#[path = "loadgen/requests.rs"]
mod requests;
#[path = "loadgen/rooms.rs"]
mod rooms;
#[path = "loadgen/suite.rs"]
mod suite;
#[path = "loadgen/web_socket.rs"]
mod web_socket;
#[path = "loadgen/wrong.rs"]
mod wrong;

use serde_json::Value;
use support::{Finished, Program, Server};

const LOADGEN: &str = env!("CARGO_BIN_EXE_loadgen");

/// A server of this build, on a free port.
#[track_caller]
fn server(name: &str, flags: &[&str]) -> Server {
    Program::of_this_build(name)
        .args(&["--max-connections", "100"])
        .serve_with(flags)
}

#[track_caller]
fn run(arguments: &[&str]) -> Finished {
    Program::new(LOADGEN).args(arguments).run()
}

/// What a load says that found nothing wrong.
#[track_caller]
fn measure(load: &str, address: impl ToString, flags: &str) -> Value {
    let finished = drive(load, address, flags);
    let report = json(&finished);
    finished.expect_success();
    assert_eq!(report["load"], load);
    assert_eq!(report["errors"], serde_json::json!({}), "{report}");
    report
}

/// What a load says that found something wrong, and its last line.
#[track_caller]
fn measure_wrong(load: &str, address: impl ToString, flags: &str) -> (Value, String) {
    let finished = drive(load, address, flags);
    let line = finished.expect_failure(1).to_owned();
    (json(&finished), line)
}

#[track_caller]
fn drive(load: &str, address: impl ToString, flags: &str) -> Finished {
    let address = address.to_string();
    let arguments = [load, &address, "--json"]
        .into_iter()
        .chain(flags.split_whitespace());
    run(&arguments.collect::<Vec<_>>())
}

#[track_caller]
fn json(finished: &Finished) -> Value {
    let text = finished.text();
    assert_eq!(text.lines().count(), 1, "{finished:#?}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A number of the report.
#[track_caller]
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("not a number: {value}"))
}

/// How many errors of this kind the report has.
fn errors(report: &Value, kind: &str) -> u64 {
    report["errors"][kind]["count"].as_u64().unwrap_or(0)
}
