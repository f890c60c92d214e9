//! Each server with a fault fails the rows that are about it, and no others.

use crate::wrong_servers::{Fault, LATE};
use crate::{Verdicts, soak};

/// Rows that a simple server without limits passes or skips.
const ROWS: &str = "crowd,wrong-sizes,claims,resets,half-close,churn";

/// A soak of a server with this fault, with these flags besides.
#[track_caller]
fn soaked(fault: Fault, rows: &str, flags: &[&str]) -> Verdicts {
    let server = fault.serve();
    let finished = soak("calc", &server, &[&["--only", rows], flags].concat()).run();
    let verdicts = Verdicts::of(&finished);
    let passes = verdicts.that_are("failed").is_empty();
    assert_eq!(finished.status.success(), passes, "{finished:#?}");
    verdicts
}

#[track_caller]
fn fails(verdicts: &Verdicts, rows: &[&str]) {
    assert_eq!(verdicts.that_are("failed"), rows, "{:#}", verdicts.0);
}

#[test]
fn a_simple_server_passes() {
    fails(&soaked(Fault::None, ROWS, &[]), &[]);
}

#[test]
fn threads_that_are_left_behind_are_seen() {
    let verdicts = soaked(Fault::LeaksAThreadPerReset, "crowd,half-close,resets", &[]);
    fails(&verdicts, &["resets", "end"]);
    let note = verdicts.note("resets");
    assert!(
        note.contains("200 threads more than before, 3s after all clients have gone"),
        "{note}"
    );
}

#[test]
fn whoever_has_to_wait_for_another_client_is_seen() {
    let verdicts = soaked(Fault::WaitsForOneClient, "crowd,claims,half-close", &[]);
    fails(&verdicts, &["claims"]);
    let note = verdicts.note("claims");
    assert!(note.contains("a new client: no answer within 10s"), "{note}");
}

#[test]
fn what_a_stall_costs_the_control_client_is_seen() {
    // A stalled second is in the figures of the control client, however few requests it could send.
    let flags = ["--p99", "1s", "--patience", "6s"];
    let verdicts = soaked(Fault::WaitsForOneClient, "byte-a-second", &flags);
    fails(&verdicts, &["byte-a-second"]);
    let note = verdicts.note("byte-a-second");
    assert!(
        note.contains("the control client's 99th percentile was "),
        "{note}"
    );
}

/// When a client was closed is when its end came, and not when its turn was to be looked at.
#[test]
fn each_silent_client_is_seen_when_it_is_closed() {
    let verdicts = soaked(Fault::ClosesOneLate, "silence", &["--patience", "20s"]);
    fails(&verdicts, &[]);
    let note = verdicts.note("silence");
    let times = note.strip_prefix("20 clients that say nothing: all closed, after ");
    let times = times.and_then(|times| times.strip_suffix(" s")?.split_once(" to "));
    let (first, last) = times.unwrap_or_else(|| panic!("{note}"));
    let [first, last] = [first, last].map(|time| time.parse::<f64>().expect("seconds"));
    assert!(first < last && last >= LATE.as_secs_f64(), "{note}");
    assert!(first < LATE.as_secs_f64(), "{note}");
}

#[test]
fn a_server_that_dies_is_seen() {
    let verdicts = soaked(Fault::DiesOfAWrongLength, ROWS, &[]);
    let rows = ["wrong-sizes", "claims", "resets", "half-close", "churn", "end"];
    fails(&verdicts, &rows);
    let note = verdicts.note("claims");
    assert_eq!(note, "not run: the server does not answer any more");
}

#[test]
fn memory_that_grows_is_seen() {
    let verdicts = soaked(Fault::KeepsWhatCame, "churn", &["--duration", "3s"]);
    let failed = verdicts.that_are("failed");
    assert!(failed.contains(&"churn"), "{failed:?}");
    let note = verdicts.note("churn");
    assert!(note.contains("the memory grows: "), "{note}");
}
