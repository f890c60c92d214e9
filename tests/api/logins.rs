//! Wrong passwords and their pauses, races, and logins that wait for their turn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::api_server;
use crate::caller::PASSWORD;
use crate::support::eventually;

/// How often each status came.
fn counted(statuses: impl IntoIterator<Item = u16>) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for status in statuses {
        *counts.entry(status).or_default() += 1;
    }
    counts
}

/// The statuses of so many calls at the same time.
fn at_once(count: usize, call: impl Fn() -> u16 + Sync) -> BTreeMap<u16, usize> {
    thread::scope(|scope| {
        let calls: Vec<_> = (0..count).map(|_| scope.spawn(&call)).collect();
        counted(calls.into_iter().map(|call| call.join().expect("no panic")))
    })
}

#[test]
fn five_wrong_passwords_are_a_pause_for_this_user_alone() {
    let server = api_server(&[]);
    server.register("alice", PASSWORD).expect(201, "");
    server.register("bob", PASSWORD).expect(201, "");
    for last in 1..=5 {
        server
            .log_in_from(last, "alice", "wrong horse")
            .expect(401, "wrong_credentials");
    }
    let paused = server
        .log_in_from(6, "alice", PASSWORD)
        .expect(429, "too_many_attempts");
    let seconds: u64 = paused
        .field("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    server.log_in_from(6, "bob", PASSWORD).expect(200, "");
}

/// However short it is, on a busy machine it may be over before the next login.
#[test]
fn a_pause_ends() {
    let server = api_server(&["--user-attempts", "1", "--user-pause", "500ms"]);
    server.register("alice", PASSWORD).expect(201, "");
    server
        .log_in("alice", "wrong horse")
        .expect(401, "wrong_credentials");
    eventually("the pause is over", || {
        let answer = server.log_in("alice", PASSWORD);
        assert!([200, 429].contains(&answer.status), "{answer:?}");
        answer.status == 200
    });
}

#[test]
fn ten_wrong_passwords_are_a_pause_for_this_address_alone() {
    let server = api_server(&[]);
    server.register("alice", PASSWORD).expect(201, "");
    // Nobody need exist for that.
    for number in 0..10 {
        let user = format!("user {}", number / 4);
        server
            .log_in_from(1, &user, "wrong horse")
            .expect(401, "wrong_credentials");
    }
    let paused = server
        .log_in_from(1, "alice", PASSWORD)
        .expect(429, "too_many_attempts");
    let seconds: u64 = paused
        .field("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    assert!((500..=600).contains(&seconds), "{seconds}");
    server.log_in_from(2, "alice", PASSWORD).expect(200, "");
}

#[test]
fn a_right_password_makes_a_new_beginning_and_zero_is_never() {
    let server = api_server(&[]);
    server.register("alice", PASSWORD).expect(201, "");
    for _ in 0..3 {
        for _ in 0..4 {
            server
                .log_in("alice", "wrong horse")
                .expect(401, "wrong_credentials");
        }
        server.log_in("alice", PASSWORD).expect(200, "");
    }
    let patient = api_server(&["--user-attempts", "0", "--address-attempts", "0"]);
    for _ in 0..12 {
        patient
            .log_in("alice", "wrong horse")
            .expect(401, "wrong_credentials");
    }
}

#[test]
fn a_hundred_registrations_of_one_name_have_one_winner() {
    let server = api_server(&["--hash-wait", "60s"]);
    let counts = at_once(100, || server.register("alice", PASSWORD).status);
    assert_eq!(counts, BTreeMap::from([(201, 1), (409, 99)]));
}

/// Two at once: all others get there, without the memory that each needs when it is its turn.
#[test]
fn logins_wait_outside_of_the_memory_and_nobody_else_waits_for_them() {
    const LOGINS: usize = 16;
    const HASH: u64 = 19 * 1024 * 1024;
    let server = api_server(&["--hash-wait", "60s"]);
    server.register("alice", PASSWORD).expect(201, "");
    let token = server.new_user("bob");
    let (is_over, mut most) = (AtomicBool::new(false), 0);
    let before = server.process.resident_bytes();
    let counts = thread::scope(|scope| {
        let logins = scope.spawn(|| {
            let counts = at_once(LOGINS, || server.log_in("alice", PASSWORD).status);
            is_over.store(true, Ordering::SeqCst);
            counts
        });
        while !is_over.load(Ordering::SeqCst) {
            server.call("GET /v1/me", &token, "").expect(200, "");
            most = most.max(server.process.resident_bytes());
        }
        logins.join().expect("no panic")
    });
    assert_eq!(counts, BTreeMap::from([(200, LOGINS)]));
    let grown = most.saturating_sub(before);
    assert!(grown < 3 * HASH, "{grown} bytes more for {LOGINS} logins");
}

#[test]
fn who_waits_for_too_long_is_told_so() {
    let server = api_server(&["--hashes", "1", "--hash-wait", "1ms", "--address-attempts", "0"]);
    server.register("alice", PASSWORD).expect(201, "");
    let mut seen = BTreeSet::new();
    eventually("one is hashed, and another one waits", || {
        seen.extend(at_once(4, || server.log_in("alice", PASSWORD).status).into_keys());
        seen.len() > 1
    });
    assert_eq!(seen, BTreeSet::from([200, 503]));
    server.log_in("alice", PASSWORD).expect(200, "");
}
