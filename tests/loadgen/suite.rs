//! `loadgen compare --suite`: many comparisons, one after the other, none of them twice.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::compare::started;
use crate::support::{Finished, Program, Signal, eventually};
use crate::{LOADGEN, number, run};

/// A folder of this test, and in it a suite.
fn suite(name: &str) -> (PathBuf, String) {
    let folder = format!("{}/{name}-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let folder = PathBuf::from(folder);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let chat = |name, more| server(name, "chat-server", &format!("--rate-limit 0 {more}"));
    let suite = json!({
        "drive": "--duration 1h",
        "tables": [
            {
                "file": "echo.json",
                "servers": [server("one", "echo-server", ""), server("two", "echo-server", "")],
                "cells": [
                    {"load": "echo --connections 2", "in_flight": 4, "figure": "echo.svg"},
                    {"load": "echo", "in_flight": 1},
                ],
            },
            {
                "file": "chat.json",
                "servers": [chat("plain", ""), chat("other", "--codec msgpack")],
                "cells": [{"load": "chat --members 3", "in_flight": 2, "at_load": [25, 50]}],
            },
        ],
    });
    let file = folder.join("suite.json");
    fs::write(&file, suite.to_string()).expect("a file");
    let file = file.to_str().expect("text").to_owned();
    (folder, file)
}

/// A server of this build, as a suite has it.
fn server(name: &str, program: &str, flags: &str) -> Value {
    let started = started(name, program, flags);
    let (name, command) = started.split_once('=').expect("NAME=COMMAND");
    json!({"name": name, "command": command})
}

fn measure(file: &str) -> Finished {
    run(&flags(file, "1"))
}

/// Results are kept beside the suite.
fn flags<'a>(file: &'a str, rounds: &'a str) -> [&'a str; 10] {
    let folder = Path::new(file).parent().and_then(Path::to_str).expect("text");
    [
        "compare", "--suite", file, "--into", folder, "--rounds", rounds, "--", "--count", "300",
    ]
}

/// One table, measured once, in a folder of this test. What it says, and what it has kept.
fn measure_table(name: &str, table: Value) -> (Finished, PathBuf) {
    let (folder, file) = suite(name);
    let suite = json!({"drive": "--count 300", "tables": [table]});
    fs::write(&file, suite.to_string()).expect("a file");
    (measure(&file), folder)
}

/// What it says in the end of what is no success.
#[track_caller]
fn last_line(finished: &Finished) -> &str {
    assert_eq!(finished.status.code(), Some(1), "{finished:#?}");
    finished.stderr.lines().last().expect("a line")
}

fn results(folder: &Path, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(name)).expect("results");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn each_cell_is_measured_in_both_loops_and_once_only() {
    let (folder, file) = suite("suite");
    let finished = measure(&file).expect_success();
    assert_eq!(
        finished
            .stderr
            .lines()
            .filter(|line| line.starts_with('['))
            .count(),
        7,
        "{}",
        finished.stderr
    );
    let echo = results(&folder, "echo.json");
    let [first, second] = [&echo["cells"][0], &echo["cells"][1]];
    assert_eq!(first["closed_loop"]["cell"]["in_flight"], 4, "{echo}");
    assert_eq!(second["closed_loop"]["cell"]["connections"], 1, "{echo}");
    assert!(fs::read_to_string(folder.join("echo.svg")).is_ok_and(|figure| figure.contains("open loop")));
    let chat = results(&folder, "chat.json");
    for (cell, copies) in [(first, 1.0), (second, 1.0), (&chat["cells"][0], 3.0)] {
        let servers = cell["closed_loop"]["servers"].as_array().expect("servers");
        let medians = servers
            .iter()
            .map(|server| number(&server["messages_per_second"]["median"]));
        let half = medians.fold(f64::INFINITY, f64::min) / copies / 2.0;
        let rate = number(&cell["open_loop"]["rate"]);
        assert!(rate <= half && rate > 0.9 * half - 1.0, "{rate} of {half}");
    }
    let parts = chat["cells"][0]["at_load"]["parts"].as_array().map(Vec::len);
    assert_eq!(parts, Some(4), "two servers at two parts: {chat}");
    assert!(echo["cells"][0]["at_load"].is_null(), "{echo}");
    let table = finished.text();
    let row = table
        .lines()
        .find(|line| line.starts_with("  other") && line.contains(" 25% "));
    assert_eq!(row.map(|row| row.split_whitespace().count()), Some(8), "{table}");
    let again = measure(&file).expect_success();
    assert_eq!(again.stderr.matches("] is done: ").count(), 7, "{}", again.stderr);
    assert_eq!(results(&folder, "echo.json"), echo);
    fs::remove_dir_all(folder).expect("the folder of this test");
}

#[test]
fn a_suite_that_was_stopped_goes_on() {
    let (folder, file) = suite("stopped");
    fs::remove_file(folder.join("echo.json")).unwrap_or_default();
    let flags = flags(&file, "3");
    let running = Program::new(LOADGEN).args(&flags).start();
    running.stderr.wait_for_line("[3/7] ");
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.status.code(), Some(130), "{finished:#?}");
    let line = finished.stderr.lines().last().expect("a line");
    assert!(line.starts_with("loadgen: interrupted: "), "{line}");
    let again = run(&flags).expect_success();
    assert!(
        again.stderr.matches("] is done: ").count() >= 2,
        "{}",
        again.stderr
    );
    assert_eq!(
        again.stderr.lines().filter(|line| line.starts_with('[')).count(),
        7
    );
    fs::remove_dir_all(folder).expect("the folder of this test");
}

#[test]
fn a_server_that_fails_does_not_keep_the_others_from_it() {
    let (folder, file) = suite("failing");
    let right = fs::read_to_string(&file).expect("a suite");
    let mut wrong: Value = serde_json::from_str(&right).expect("JSON");
    wrong["tables"][0]["servers"][1]["command"] = "/no/such/program".into();
    fs::write(&file, wrong.to_string()).expect("a file");
    let finished = measure(&file);
    let last = last_line(&finished);
    assert!(
        last.starts_with("loadgen: 2 servers or cells could not be measured"),
        "{last}"
    );
    let table = finished.text();
    assert!(
        table.contains("\ntwo: cannot start two (/no/such/program): no such program\n"),
        "{table}"
    );
    let echo = &results(&folder, "echo.json")["cells"][0]["closed_loop"]["servers"];
    assert!(number(&echo[0]["messages_per_second"]["median"]) > 0.0, "{echo}");
    assert!(!results(&folder, "chat.json")["cells"][0]["open_loop"].is_null());
    fs::write(&file, right).expect("a file");
    let again = measure(&file).expect_success();
    assert_eq!(again.stderr.matches("] is done: ").count(), 3, "{}", again.stderr);
    fs::remove_dir_all(folder).expect("the folder of this test");
}

/// What is far from 1 does not depend on the machine.
#[test]
fn a_ratio_under_its_bound_is_an_error_in_the_end() {
    for (at_least, is_right) in [(0.001, true), (1_000.0, false)] {
        let table = json!({
            "file": "bound.json",
            "servers": [server("one", "echo-server", ""), server("two", "echo-server", "")],
            "cells": [{"load": "echo", "in_flight": 1, "at_least": {"two": at_least}}],
        });
        let (finished, folder) = measure_table(&format!("bound-{is_right}"), table);
        let text = finished.text();
        let line = text.lines().find(|line| line.starts_with("  ratio to two "));
        let line = line.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(line.ends_with(": missed"), !is_right, "{line}");
        if is_right {
            finished.expect_success();
        } else {
            assert_eq!(
                last_line(&finished),
                "loadgen: 1 ratios are under what they must be at least"
            );
        }
        fs::remove_dir_all(folder).expect("the folder of this test");
    }
}

#[test]
fn a_peer_that_is_not_installed_is_left_out() {
    let mut missing = server("theirs", "echo-server", "");
    missing["command"] = "/no/such/program".into();
    missing["may_be_missing"] = true.into();
    let table = json!({
        "file": "alone.json",
        "servers": [server("ours", "echo-server", ""), missing],
        "cells": [{"load": "echo", "in_flight": 1, "at_least": {"theirs": 1.0}}],
    });
    let (finished, folder) = measure_table("alone", table);
    let finished = finished.expect_success();
    let expected = "theirs is left out: /no/such/program is not installed\n";
    assert!(finished.stderr.starts_with(expected), "{}", finished.stderr);
    fs::remove_dir_all(folder).expect("the folder of this test");
}

#[test]
fn a_table_of_costs_is_a_page_and_a_figure() {
    let mut alone = server("alone", "echo-server", "");
    alone["most_connections"] = 1.into();
    let table = json!({
        "file": "costs.json",
        "costs": true,
        "page": "costs.txt",
        "figure": "costs.svg",
        "servers": [server("usual", "echo-server", ""), alone],
        "cells": [
            {"load": "echo --connections 1", "in_flight": 4},
            {"load": "echo --connections 2", "in_flight": 4},
        ],
    });
    let (finished, folder) = measure_table("costs", table);
    finished.expect_success();
    let page = fs::read_to_string(folder.join("costs.txt")).expect("a page");
    let part = |name: &str| {
        let (_, behind) = page
            .split_once(&format!("# ANCHOR: {name}\n"))
            .expect("its begin");
        behind
            .split_once(&format!("\n# ANCHOR_END: {name}\n"))
            .expect("its end")
            .0
    };
    assert!(
        part("conditions").contains(" processors, load threads 1, messages of 64 bytes"),
        "{page}"
    );
    assert!(
        part("in-flight-4-connections-2").ends_with("\n| alone | - | - | - | - | - | - | - | - |"),
        "{page}"
    );
    let row = part("in-flight-4-connections-1")
        .lines()
        .nth(2)
        .expect("the first row");
    let cells: Vec<_> = row.split(" | ").collect();
    assert_eq!((cells[0], cells.len()), ("| usual", 9), "{row}");
    let memory: f64 = cells[8].trim_end_matches(" |").parse().unwrap_or_default();
    assert!(memory > 0.0 || !cfg!(target_os = "linux"), "{row}");
    let figure = fs::read_to_string(folder.join("costs.svg")).expect("a figure");
    for part in [
        "4 in flight on each connection",
        "1 connection",
        "2 connections",
        "alone",
    ] {
        assert!(figure.contains(&format!("\n{part}\n")), "{part}: {figure}");
    }
    fs::remove_dir_all(folder).expect("the folder of this test");
}

#[test]
fn a_mistake_is_found_before_the_first_measurement() {
    let (folder, file) = suite("wrong");
    for (from, to, problem) in [
        (
            "chat --members 3",
            "chat --members 0",
            "chat --members 0: invalid value '0'",
        ),
        ("\"in_flight\":2", "\"inflight\":2", "unknown field `inflight`"),
        ("\"plain\"", "\"\"", "is not NAME=COMMAND"),
        ("chat.json", "no/such/chat.json", "cannot write "),
    ] {
        let text = fs::read_to_string(&file).expect("a suite");
        fs::write(&file, text.replace(from, to)).expect("a file");
        let finished = measure(&file);
        let line = finished.expect_failure(1);
        assert!(line.starts_with("loadgen: ") && line.contains(problem), "{line}");
        fs::write(&file, text).expect("a file");
    }
    eventually("nothing was measured", || !folder.join("echo.json").exists());
    fs::remove_dir_all(folder).expect("the folder of this test");
}
