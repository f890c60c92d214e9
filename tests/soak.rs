//! `loadgen soak` against the finished servers, which must pass, and against servers with one fault each,
//! where the right rows must fail.
//!
//! | file | what is in it |
//! |---|---|
//! | `soak/good` | the finished servers |
//! | `soak/wrong` | servers with a fault |
//! | `soak/wrong_servers` | those servers: this very program, started once more |
//! | `soak/command_line` | what is refused, what is listed, and Ctrl-C |
//!
//! The counts are small and no speed is asserted: what the rows do in full is for a machine of its own.
#![cfg(target_os = "linux")]

#[path = "soak/command_line.rs"]
mod command_line;
#[path = "soak/good.rs"]
mod good;
mod support;
#[path = "soak/wrong.rs"]
mod wrong;
#[path = "soak/wrong_servers.rs"]
mod wrong_servers;

use serde_json::Value;

use support::{Finished, Program, Server};

/// What makes a soak short.
const SHORT: [[&str; 2]; 5] = [
    ["--scale", "0.01"],
    ["--clients", "60"],
    ["--duration", "1s"],
    ["--patience", "3s"],
    // The machine is busy with other tests.
    ["--p99", "0"],
];

/// A short soak of this server, but for what the flags say.
fn soak(kind: &str, server: &Server, flags: &[&str]) -> Program {
    let (address, pid) = (server.host_and_port(), server.process.id().to_string());
    let program = Program::new(env!("CARGO_BIN_EXE_loadgen"));
    let program = program
        .args(&["soak", kind, &address, "--pid", &pid, "--json"])
        .args(flags);
    let missing = SHORT.iter().filter(|[flag, _]| !flags.contains(flag));
    missing.fold(program, |program, default| program.args(default))
}

/// The verdicts of a soak, and what was noted beside each.
struct Verdicts(Value);

impl Verdicts {
    #[track_caller]
    fn of(finished: &Finished) -> Self {
        let report = serde_json::from_str(&finished.text());
        Self(report.unwrap_or_else(|error| panic!("{error}: {finished:#?}")))
    }

    /// The rows with this verdict.
    fn that_are(&self, verdict: &str) -> Vec<&str> {
        let rows = self.0["rows"].as_array().expect("a list of rows");
        let rows = rows.iter().filter(|row| row["verdict"] == verdict);
        rows.map(|row| row["row"].as_str().expect("a name")).collect()
    }

    #[track_caller]
    fn note(&self, name: &str) -> &str {
        let rows = self.0["rows"].as_array().expect("a list of rows");
        let row = rows.iter().find(|row| row["row"] == name).expect("this row");
        row["note"].as_str().expect("a note")
    }
}
