//! What each step passes and fails: the end of its chapter, as a table.

use std::collections::BTreeSet;
use std::thread;

use serde_json::Value;

use crate::examine;
use crate::support::Program;

/// Checks that must fail, in one examination: most of them wait, so several examinations wait side by side.
const AT_ONCE: usize = 4;

/// Which of these checks fail.
#[track_caller]
fn failed(kind: &str, flags: &[&str], step: &str, only: &[String]) -> BTreeSet<String> {
    let program = Program::path_of_this_build(step);
    let command = ["--", &*program, "127.0.0.1:0"];
    let only = only.iter().flat_map(|name| ["--only", name]);
    let examined = [kind, "127.0.0.1:0", "--json"].into_iter().chain(only);
    let arguments = [&examined.collect::<Vec<_>>(), flags, &command].concat();
    let finished = examine(&arguments);
    let report: Value = serde_json::from_slice(&finished.stdout).unwrap_or_else(|_| panic!("{finished:#?}"));
    let checks = report["checks"].as_array().expect("checks");
    let failed = checks.iter().filter(|check| check["verdict"] == "failed");
    let names: BTreeSet<_> = failed
        .map(|check| check["name"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(
        finished.status.code(),
        Some(i32::from(!names.is_empty())),
        "{step}"
    );
    names
}

/// The names of all checks.
fn all(kind: &str) -> Vec<String> {
    let list = examine(&[kind, "--list"]).text();
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[track_caller]
fn fails(kind: &str, flags: &[&str], step: &str, declared: &[&str]) {
    fails_among(&all(kind), kind, flags, step, declared);
}

/// Those that are declared fail, and all others of these pass.
#[track_caller]
fn fails_among(checks: &[String], kind: &str, flags: &[&str], step: &str, declared: &[&str]) {
    let (must_fail, must_pass): (Vec<_>, Vec<_>) = checks
        .iter()
        .cloned()
        .partition(|name| declared.contains(&name.as_str()));
    // What must come may take its time on a busy machine. What must fail waits in vain.
    let (patient, in_vain) = (
        &[flags, &["--patience", "8s"]].concat(),
        &[flags, &["--patience", "1s"]].concat(),
    );
    let found: BTreeSet<_> = thread::scope(|scope| {
        let mut threads = vec![scope.spawn(|| failed(kind, patient, step, &must_pass))];
        let several = must_fail.chunks(AT_ONCE);
        threads.extend(several.map(|several| scope.spawn(|| failed(kind, in_vain, step, several))));
        let found = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        found.flatten().collect()
    });
    let declared: BTreeSet<_> = declared.iter().map(ToString::to_string).collect();
    assert_eq!(found, declared, "{step}");
}

#[test]
fn echo_step_1_is_for_one_client_and_one_line() {
    let lines = ["lines", "blanks", "merged", "split", "cut-second", "half-close"];
    let clients = [
        "next-client",
        "two-clients",
        "silence",
        "vanishing",
        "unread",
        "slow-reader",
    ];
    fails("echo-line", &[], "echo-1-once", &[&lines[..], &clients].concat());
}

#[test]
fn echo_step_2_is_for_one_client() {
    let clients = [
        "next-client",
        "two-clients",
        "silence",
        "vanishing",
        "unread",
        "slow-reader",
    ];
    fails("echo-line", &[], "echo-2-keep", &clients);
}

#[test]
fn echo_step_3_is_for_one_client_after_another() {
    fails(
        "echo-line",
        &[],
        "echo-3-iterate",
        &["two-clients", "silence", "slow-reader"],
    );
}

#[test]
fn echo_steps_4_and_5_pass() {
    fails("echo-line", &[], "echo-4-threads", &[]);
    fails("echo-packets", &[], "echo-5-packets", &[]);
}

/// What no step of the calculator does: the finished server does.
const ONLY_FINISHED: [&str; 3] = ["division", "unknown-operator", "division-by-zero"];

#[test]
fn calc_step_1_takes_one_request_in_one_read() {
    let pieces = [
        "division",
        "requests",
        "merged",
        "split",
        "cut-second",
        "byte-by-byte",
        "half-close",
        "end-inside",
    ];
    let declared = [&pieces[..], &["two-clients", "silence"]].concat();
    fails("calc", &["--no-length"], "calc-1-raw", &declared);
}

#[test]
fn calc_step_2_takes_what_a_read_brings_for_a_whole_request() {
    // Whether it loses its place among many requests, or hangs on one who does not read, is a matter of luck.
    let mut checks = all("calc");
    checks.retain(|name| name != "slow-reader");
    let pieces = ["split", "cut-second", "byte-by-byte", "end-inside"];
    let clients = ["two-clients", "others-stay", "silence"];
    let declared = [&ONLY_FINISHED[..], &pieces, &clients].concat();
    fails_among(&checks, "calc", &[], "calc-2-length", &declared);
}

#[test]
fn calc_steps_3_to_5_serve_one_client_after_another() {
    for step in ["calc-3-readn", "calc-4-packet", "calc-5-socket"] {
        let clients = ["two-clients", "others-stay", "silence", "slow-reader"];
        let declared = [&ONLY_FINISHED[..], &clients].concat();
        fails("calc", &[], step, &declared);
    }
}

#[test]
fn calc_step_6_serves_all_clients() {
    fails("calc", &[], "calc-6-facade", &ONLY_FINISHED);
}

#[test]
fn chat_step_3_has_users_and_no_rooms() {
    let passed = [
        "login",
        "next-client",
        "split",
        "cut-second",
        "byte-by-byte",
        "two-clients",
        "silence",
        "vanishing",
        "unread",
        "size-0",
        "size-1",
        "size-4",
        "size-over-maximum",
        "size-negative",
        "others-stay",
        "end-inside",
        "login-twice",
        "duplicate-name",
        "racing-names",
        "name-kept",
        "name-freed",
        "names-refused",
        "names-allowed",
        "before-login",
        "unknown-id",
    ];
    let skipped = ["login-timeout", "idle-timeout", "compressed"];
    let all = all("chat");
    let names = all.iter().map(String::as_str);
    let declared: Vec<_> = names
        .filter(|name| !passed.contains(name) && !skipped.contains(name))
        .collect();
    fails("chat", &[], "chat-3-packets", &declared);
}

/// What the steps with rooms leave to the finished server.
const NOT_IN_THE_STEPS: [&str; 19] = [
    // No ECHO, no PING, no relays, no whispers, no invitations.
    "echo",
    "largest",
    "ping",
    "bad-ping",
    "relay",
    "relay-largest",
    "whisper",
    "whisper-refused",
    "bad-whisper",
    "invite",
    "invite-refused",
    "bad-invitation",
    "decline",
    "decline-uninvited",
    "accept",
    // The packet_type is not looked at.
    "packet-type",
    "bomb",
    // The exercise of step 4, and what is left for the finished server.
    "room-full",
    "slow-reader",
];

#[test]
fn chat_steps_4_and_5_have_rooms() {
    fails("chat", &[], "chat-4-rooms", &NOT_IN_THE_STEPS);
    fails("chat", &[], "chat-5-workers", &NOT_IN_THE_STEPS);
}

#[test]
fn time_steps_tell_the_time() {
    fails("time", &["--service", "daytime"], "time-1-daytime", &[]);
    fails("time", &["--service", "daytime"], "time-2-threads", &[]);
    // A read is taken for a request, and what does not fit into the buffer for the next one.
    let sessions = ["--service", "sessions"];
    fails("time", &sessions, "time-3-sessions", &["merged", "too-long"]);
    fails("time", &["--service", "udp"], "time-4-udp", &[]);
}
