//! The chat: every message to every member.

use crate::{errors, measure, measure_wrong, server};

/// The load is meant.
const NO_LIMIT: [&str; 2] = ["--rate-limit", "0"];

#[test]
fn each_message_comes_to_each_member() {
    for workers in ["1", "2"] {
        let server = server("chat-server", &[NO_LIMIT, ["--workers", workers]].concat());
        for flags in [
            "--rooms 3 --members 4 --senders 2 --count 50",
            "--rooms 3 --members 4 --senders 4 --in-flight 8 --count 50 --threads 2",
            "--rooms 3 --members 4 --senders 2 --rate 1000 --count 50",
        ] {
            let report = measure("chat", server.address, flags);
            assert_eq!(report["messages"], 200, "50 to 4 members each: {flags}");
            assert_eq!(report["connections"], 12);
            // It is that of the messages, and not of their copies.
            let reached = report["rate_reached"].as_f64();
            assert_eq!(reached.is_some(), flags.contains("--rate"), "{report}");
            assert!(reached.is_none_or(|reached| reached <= 1_000.0), "{report}");
        }
    }
}

#[test]
fn rooms_can_be_driven_for_a_time() {
    let server = server("chat-server", &NO_LIMIT);
    let report = measure("chat", server.address, "--rooms 2 --members 3 --duration 200ms");
    let messages = report["latency_messages"].as_u64().unwrap();
    assert!(messages > 0 && messages.is_multiple_of(3), "{report}");
}

#[test]
fn a_limit_of_the_server_is_an_error_packet() {
    let server = server("chat-server", &["--rate-limit", "5"]);
    let flags = "--members 2 --count 200 --in-flight 50 --timeout 2s";
    let (report, line) = measure_wrong("chat", server.address, flags);
    assert_eq!(errors(&report, "error_packet"), 1, "{report}");
    let first = &report["errors"]["error_packet"]["first"];
    assert_eq!(first, "the server says RATE_LIMITED (63)");
    assert!(line.starts_with("loadgen: the server was not right: "), "{line}");
}

#[test]
fn rooms_that_cannot_be_entered_are_one_line() {
    let server = server("chat-server", &["--room-size", "3"]);
    let address = server.address.to_string();
    let finished = crate::run(&["chat", &address, "--members", "4", "--count", "1"]);
    let expected = format!("loadgen: {address}: ROOM_ENTER_RES (722) says ENTER_ROOM_USER_FULL (134)");
    assert_eq!(finished.expect_failure(1), expected);
    assert!(finished.stdout.is_empty(), "{}", finished.text());
}

#[test]
fn members_that_never_read_are_counted_and_those_that_are_cut_off() {
    let small = ["--outbox-limit", "4KiB", "--send-buffer", "4KiB"];
    let server = server("chat-server", &[&NO_LIMIT[..], &small].concat());
    for (count, cut_off) in [(1, 0), (10_000, 2)] {
        let flags = format!("--rooms 2 --members 3 --stalled 1 --in-flight 8 --count {count}");
        let report = measure("chat", server.address, &flags);
        assert_eq!(report["messages"], 3 * count, "those of the others: {report}");
        let expected = serde_json::json!({"members": 2, "cut_off": cut_off});
        assert_eq!(report["stalled"], expected);
    }
}
