//! `loadgen compare --cells`: many comparisons, one after the other, none of them twice.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::compare::started;
use crate::support::{Finished, Program, Signal, eventually};
use crate::{LOADGEN, number, run};

/// A folder of this test, and in it a file of cells.
fn cells(name: &str) -> (PathBuf, String) {
    let folder = format!("{}/{name}-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let folder = PathBuf::from(folder);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let chat = |name, more| started(name, "chat-server", &format!("--rate-limit 0 {more}"));
    let cells = json!({
        "drive": "--duration 1h",
        "tables": [
            {
                "file": "echo.json",
                "servers": [started("one", "echo-server", ""), started("two", "echo-server", "")],
                "cells": [
                    {"load": "echo --connections 2", "in_flight": 4, "figure": "echo.svg"},
                    {"load": "echo", "in_flight": 1},
                ],
            },
            {
                "file": "chat.json",
                "servers": [chat("plain", ""), chat("other", "--codec msgpack")],
                "cells": [{"load": "chat --members 3", "in_flight": 2}],
            },
        ],
    });
    let file = folder.join("cells.json");
    fs::write(&file, cells.to_string()).expect("a file");
    let file = file.to_str().expect("text").to_owned();
    (folder, file)
}

fn measure(file: &str) -> Finished {
    run(&[
        "compare", "--cells", file, "--rounds", "1", "--", "--count", "300",
    ])
}

fn results(folder: &Path, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(name)).expect("results");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn each_cell_is_measured_in_both_loops_and_once_only() {
    let (folder, file) = cells("suite");
    let finished = measure(&file).expect_success();
    assert_eq!(
        finished
            .stderr
            .lines()
            .filter(|line| line.starts_with('['))
            .count(),
        6,
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
    let again = measure(&file).expect_success();
    assert_eq!(again.stderr.matches("] is done: ").count(), 6, "{}", again.stderr);
    assert_eq!(results(&folder, "echo.json"), echo);
    fs::remove_dir_all(folder).expect("the folder of this test");
}

#[test]
fn a_suite_that_was_stopped_goes_on() {
    let (folder, file) = cells("stopped");
    fs::remove_file(folder.join("echo.json")).unwrap_or_default();
    let flags = [
        "compare", "--cells", &file, "--rounds", "3", "--", "--count", "300",
    ];
    let running = Program::new(LOADGEN).args(&flags).start();
    running.stderr.wait_for_line("[3/6] ");
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
        6
    );
    fs::remove_dir_all(folder).expect("the folder of this test");
}

#[test]
fn a_cell_that_cannot_be_measured_does_not_keep_the_others_from_it() {
    let (folder, file) = cells("failing");
    let right = fs::read_to_string(&file).expect("cells");
    let wrong = right.replace("two=", "two=/no/such/program ");
    fs::write(&file, wrong).expect("a file");
    let finished = measure(&file);
    assert_eq!(finished.status.code(), Some(1), "{finished:#?}");
    let last = finished.stderr.lines().last().expect("a line");
    assert!(
        last.starts_with("loadgen: 2 cells could not be measured"),
        "{last}"
    );
    assert!(
        finished
            .stderr
            .contains("\necho: two: cannot start two (/no/such/program)"),
        "{}",
        finished.stderr
    );
    assert!(!results(&folder, "chat.json")["cells"][0]["open_loop"].is_null());
    fs::write(&file, right).expect("a file");
    let again = measure(&file).expect_success();
    assert_eq!(again.stderr.matches("] is done: ").count(), 2, "{}", again.stderr);
    fs::remove_dir_all(folder).expect("the folder of this test");
}

#[test]
fn a_mistake_is_found_before_the_first_measurement() {
    let (folder, file) = cells("wrong");
    for (from, to, problem) in [
        (
            "chat --members 3",
            "chat --members 0",
            "chat --members 0: invalid value '0'",
        ),
        ("\"in_flight\":2", "\"inflight\":2", "unknown field `inflight`"),
        ("plain=", "=", "is not NAME=COMMAND"),
        ("chat.json", "no/such/chat.json", "cannot write "),
    ] {
        let text = fs::read_to_string(&file).expect("cells");
        fs::write(&file, text.replace(from, to)).expect("a file");
        let finished = measure(&file);
        let line = finished.expect_failure(1);
        assert!(line.starts_with("loadgen: ") && line.contains(problem), "{line}");
        fs::write(&file, text).expect("a file");
    }
    eventually("nothing was measured", || !folder.join("echo.json").exists());
    fs::remove_dir_all(folder).expect("the folder of this test");
}
