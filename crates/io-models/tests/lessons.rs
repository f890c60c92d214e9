//! The programs `events` and `triggers`: what they print is what the book explains.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::process::Command;

fn printed(program: &str) -> Vec<String> {
    let output = Command::new(program).output().expect("runs");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn an_event_stays_signalled_until_it_is_reset() {
    let expected = [
        "a new event, no wait: not signalled",
        "waited for 50 ms: not signalled",
        "set: signalled",
        "nobody has reset it: signalled",
        "reset: it was set 3 times",
        "reset again: it was set 0 times",
        "after that: not signalled",
        "3 threads wait, set once: 3 woke up",
        "an event and a socket: neither",
        "bytes come: the socket",
        "both are ready, the event stands first: the event",
    ];
    assert_eq!(printed(env!("CARGO_BIN_EXE_events")), expected);
}

/// The columns of a row: what happened, level-triggered, edge-triggered, bytes unread.
fn row(line: &str) -> [&str; 4] {
    let (what, rest) = line.split_at(40);
    let (level, rest) = rest.split_at(11);
    let (edge, unread) = rest.split_at(11);
    [what, level, edge, unread].map(str::trim)
}

#[test]
fn level_tells_while_bytes_are_there_and_edge_when_some_come() {
    let lines = printed(env!("CARGO_BIN_EXE_triggers"));
    let rows: Vec<_> = lines.iter().map(|line| row(line)).collect();
    let expected = [
        ["", "level", "edge", "unread"],
        ["nothing has come", "-", "-", "0"],
        ["10 bytes come", "bytes", "bytes", "10"],
        ["nobody reads", "bytes", "-", "10"],
        ["nobody reads", "bytes", "-", "10"],
        ["one read of 4, and no more", "bytes", "-", "6"],
        ["1 byte comes", "bytes", "bytes", "7"],
        ["one read of 4, and no more", "bytes", "-", "3"],
        ["reads until one would wait", "-", "-", "0"],
        ["1 byte comes", "bytes", "bytes", "1"],
        [
            "10 bytes come, and the end behind them",
            "bytes, end",
            "bytes, end",
            "10",
        ],
        ["one read of 16 gets the 10", "bytes, end", "-", "0"],
        ["one more read gets 0: the end", "bytes, end", "-", "0"],
    ];
    assert_eq!(rows, expected);
}
