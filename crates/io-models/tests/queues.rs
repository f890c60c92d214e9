//! Tests of the program `queues`: its table, its JSON, its refusals.

use std::process::{Command, Output};

const NAMES: [&str; 6] = [
    "blocking",
    "ring",
    "ring-sleep",
    "array-queue",
    "crossbeam-channel",
    "std-channel",
];

fn queues(arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_queues"));
    command
        .args(arguments.split_whitespace())
        .output()
        .expect("it is built")
}

/// What it prints, when all is well.
fn printed(arguments: &str) -> String {
    let output = queues(arguments);
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {problem}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_queue_has_its_row() {
    // So few places that everybody waits; a number of items that cannot be divided.
    let table = printed("bench --producers 3 --consumers 2 --items 2000 --capacity 2 --rounds 2");
    let mut lines = table.lines();
    assert_eq!(
        lines.next(),
        Some("producers 3, consumers 2, items 2000, capacity 2; rounds 2")
    );
    let rows: Vec<_> = lines.skip(1).take(NAMES.len()).collect();
    for (row, name) in rows.iter().zip(NAMES) {
        assert_eq!(row.split_whitespace().next(), Some(name), "{table}");
    }
    assert!(table.contains("\nstd-channel has one receiver"), "{table}");
    assert!(
        table.ends_with("\nnothing was lost, doubled, or out of its producer's order\n"),
        "{table}"
    );
}

#[test]
fn more_threads_than_items() {
    for name in NAMES {
        let table = printed(&format!(
            "bench --only {name} --producers 4 --consumers 4 --items 2 --rounds 1"
        ));
        assert!(table.contains(&format!("\n  {name} ")), "{table}");
    }
}

#[test]
fn one_consumer_needs_no_mutex() {
    let table = printed("bench --only std-channel --consumers 1 --items 500 --rounds 1");
    assert!(!table.contains("mutex"), "{table}");
}

#[test]
fn json_is_one_object() {
    let text = printed("bench --only ring --only blocking --items 500 --rounds 3 --json");
    let object: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&object["items"], &object["rounds"]), (&500.into(), &3.into()));
    let names: Vec<_> = object["queues"]
        .as_array()
        .expect("queues")
        .iter()
        .map(|queue| &queue["name"])
        .collect();
    assert_eq!(names, ["ring", "blocking"]);
    assert_eq!(object["queues"][0]["ratio"], 1.0);
    let used = &object["queues"][0]["cpu_seconds_per_million_items"];
    assert_eq!(used.is_f64(), cfg!(unix), "{used}");
}

#[test]
fn wrong_flags_are_said_in_one_line() {
    for (arguments, problem) in [
        ("bench --capacity 1", "expected a power of two from 2 to"),
        ("bench --capacity 1000", "expected a power of two from 2 to"),
        ("bench --producers 0", "expected a number from 1 to 1000"),
        ("bench --consumers 100000", "expected a number from 1 to 1000"),
        ("bench --items 0", "expected a number of at least 1"),
        ("bench --only nothing", "possible values: blocking, ring"),
        ("", "subcommand"),
    ] {
        let output = queues(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert!(said.contains(problem) && said.lines().count() == 1, "{said}");
    }
}
