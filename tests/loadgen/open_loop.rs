//! Messages at fixed times, and what a stall of the server does to them.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use crate::{errors, fake, measure, measure_wrong, number};

const STALL: Duration = Duration::from_millis(200);

/// An echo server that stalls once, behind 100 messages of 64 bytes.
fn stalling() -> SocketAddr {
    fake::echo(|piece, before| {
        let stalls_at = 100 * 64;
        if (before..before + piece.len()).contains(&stalls_at) {
            thread::sleep(STALL);
        }
        Ok(())
    })
}

#[test]
fn in_an_open_loop_a_stall_shows_in_all_messages_that_were_due_in_it() {
    // 200 of 600 messages are due in the stall, and wait for 100 milliseconds on average.
    let report = measure("echo", stalling(), "--rate 1000 --count 600");
    let latency = &report["latency_milliseconds"];
    assert!(number(&latency["max"]) >= 199.0, "{report}");
    assert!(
        number(&latency["p90"]) >= 100.0,
        "a tenth has waited longer: {report}"
    );
}

#[test]
fn in_a_closed_loop_a_stall_hides_in_one_message() {
    let report = measure("echo", stalling(), "--count 600");
    let latency = &report["latency_milliseconds"];
    assert!(number(&latency["max"]) >= 199.0, "{report}");
    assert!(number(&latency["p90"]) < 100.0, "{report}");
}

#[test]
fn messages_are_spread_over_their_time() {
    let address = fake::echo(|_, _| Ok(()));
    let report = measure(
        "echo",
        address,
        "--rate 1000 --count 301 --connections 7 --threads 2",
    );
    // The last is due 300 milliseconds behind the first.
    assert!(number(&report["seconds"]) >= 0.3, "{report}");
    assert_eq!(report["messages"], 301);
}

#[test]
fn a_rate_and_a_duration_make_a_number_of_messages() {
    let address = fake::echo(|_, _| Ok(()));
    let report = measure(
        "echo",
        address,
        "--rate 500 --duration 400ms --warm-up 100ms --connections 3",
    );
    assert_eq!(report["messages"], 200, "those of the warm-up do not count");
}

#[test]
fn a_slow_rate_does_not_run_out_of_patience() {
    let address = fake::echo(|_, _| Ok(()));
    let report = measure("echo", address, "--rate 5 --count 3 --timeout 100ms");
    assert_eq!(report["messages"], 3);
}

#[test]
fn what_does_not_come_in_time_is_missing() {
    // It takes everything and answers nothing behind the first 10 messages.
    let address = fake::echo(|piece, before| {
        piece.truncate(640_usize.saturating_sub(before));
        Ok(())
    });
    let (report, _) = measure_wrong("echo", address, "--rate 1000 --count 100 --timeout 200ms");
    assert_eq!(
        (&report["messages"], errors(&report, "missing")),
        (&10.into(), 90)
    );
}
