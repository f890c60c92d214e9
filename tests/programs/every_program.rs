//! Help, version, wrong flags, and output that cannot be printed: the same for all programs that are installed.

use std::fs::OpenOptions;
use std::io::pipe;
use std::process::Stdio;

use crate::support::{Finished, Process, Program};

const PROGRAMS: [&str; 21] = [
    "api-server",
    "baccarat-client",
    "baccarat-server",
    "calc-client",
    "calc-server",
    "chat-client",
    "chat-server",
    "echo-client",
    "echo-server",
    "events",
    "examine",
    "fleet",
    "http-head",
    "io-models",
    "loadgen",
    "parse-ip",
    "queues",
    "resolve",
    "time-server",
    "triggers",
    "udp-client",
];

/// Programs that show one thing, and have no flags of their own.
const WITHOUT_EXAMPLES: [&str; 2] = ["events", "triggers"];

#[track_caller]
fn run(name: &str, flag: &str) -> Finished {
    Program::of_this_build(name).args(&[flag]).run()
}

/// With an output that something is wrong with.
#[track_caller]
fn run_into(output: Stdio, name: &str, flag: &str) -> Finished {
    let program = Program::of_this_build(name).args(&[flag]);
    Process::new(program.spawn(Stdio::null(), output, Stdio::piped())).finish()
}

#[test]
fn help_has_examples_of_the_program() {
    for name in PROGRAMS {
        let finished = run(name, "--help").expect_success();
        assert!(finished.stderr.is_empty(), "{}", finished.stderr);
        let help = finished.text();
        assert!(help.contains(&format!("\nUsage: {name}")), "{help}");
        if WITHOUT_EXAMPLES.contains(&name) {
            continue;
        }
        let (_, examples) = help.split_once("\nExamples:\n").expect(name);
        let examples: Vec<_> = examples.lines().take_while(|line| !line.is_empty()).collect();
        assert!(examples.len() >= 3, "{help}");
        assert!(examples.iter().all(|line| line.contains(name)), "{help}");
    }
}

#[test]
fn version_is_that_of_the_workspace() {
    for name in PROGRAMS {
        let finished = run(name, "--version").expect_success();
        assert_eq!(finished.text(), format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn a_flag_that_is_not_known_is_one_line_without_colours() {
    // To `parse-ip` this is a text like any other, and no address.
    for name in PROGRAMS.into_iter().filter(|name| *name != "parse-ip") {
        let finished = run(name, "--no-such-flag");
        finished.refuses_flags(name, "--no-such-flag");
        assert!(!finished.stderr.contains('\x1b'), "{:?}", finished.stderr);
    }
}

/// What was asked for and cannot be printed is a failure.
#[test]
fn a_full_disk_is_said_and_is_exit_code_1() {
    for name in PROGRAMS {
        for flag in ["--help", "-h", "--version"] {
            let full = OpenOptions::new().write(true).open("/dev/full");
            let finished = run_into(full.expect("a device").into(), name, flag);
            let expected = format!("{name}: cannot print: No space left on device (os error 28)");
            assert_eq!(finished.expect_failure(1), expected, "{flag}");
        }
    }
}

/// As in `--help | head -1`.
#[test]
fn help_that_nobody_reads_any_more_is_no_failure() {
    for name in PROGRAMS {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let finished = run_into(writer.into(), name, "--help").expect_success();
        assert_eq!(finished.stderr, "", "{name}");
    }
}
