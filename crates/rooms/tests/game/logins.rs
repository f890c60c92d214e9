//! Logins that the game checks: who is asked and how often, in what order the answers come, and a check that takes long,
//! panics or never ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use net::{Limits, RateLimit};
use protocol::{ErrorCode, PacketId};
use rooms::{Config, Login};

use crate::notes::{Check, MIRROR, NOTE};
use crate::server::{
    Running, ends, enter, entered, error, logged_in, login, login_result, login_with, note, packet,
};

const SECRET: &str = "0123456789abcdef";

/// Lets in whoever knows the secret.
fn secret(login: &Login<'_>) -> Result<(), ErrorCode> {
    match login.password {
        SECRET => Ok(()),
        "later" => Err(ErrorCode::LOGIN_UNAVAILABLE),
        _ => Err(ErrorCode::LOGIN_FAILED),
    }
}

/// The same, and counts how often it is asked.
fn counted() -> (Check, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&count);
    let check = move |login: &Login<'_>| {
        asked.fetch_add(1, Ordering::SeqCst);
        secret(login)
    };
    (Arc::new(check), count)
}

fn with_workers(check: Check, test: impl Fn(&Running)) {
    for workers in [1, 4] {
        let config = Config {
            workers,
            ..Config::default()
        };
        test(&Running::start_with_check(config, Arc::clone(&check)));
    }
}

fn mirror(text: &str) -> Vec<u8> {
    packet(MIRROR, text)
}

#[test]
fn the_answers_come_in_the_order_of_the_requests() {
    with_workers(Arc::new(secret), |server| {
        let mut alice = server.connect();
        let requests = [
            login_with("alice", "guess"),
            mirror("too early"),
            login_with("alice", "later"),
            login_with("alice", SECRET),
            mirror("in time"),
            enter(7),
            packet(NOTE, "hi"),
        ];
        let answers = [
            login_result(ErrorCode::LOGIN_FAILED),
            error(ErrorCode::PACKET_NOT_LOGIN_USER),
            login_result(ErrorCode::LOGIN_UNAVAILABLE),
            logged_in(),
            mirror("in time"),
            entered(7, 1, &[]),
            note("alice is in 7"),
            note("alice: hi"),
        ];
        alice.exchange(&requests.concat(), &answers.concat());
    });
}

#[test]
fn only_a_login_that_may_be_let_in_is_checked() {
    let (check, count) = counted();
    let server = Running::start_with_check(Config::default(), check);
    let mut alice = server.connect();
    let too_short = [6, 0, 0xbd, 2, 0, b'a'];
    alice.exchange(&too_short, &login_result(ErrorCode::PACKET_DECODING_FAIL));
    let nobody = login_result(ErrorCode::LOGIN_USER_INVALID_ID);
    alice.exchange(&login_with("", SECRET), &nobody);
    let mut no_text = login_with("alice", SECRET);
    no_text[30] = 0xff;
    alice.exchange(&no_text, &login_result(ErrorCode::LOGIN_FAILED));
    assert_eq!(count.load(Ordering::SeqCst), 0);
    alice.exchange(&login_with("alice", SECRET), &logged_in());
    let again = login_result(ErrorCode::LOGIN_USER_DUPLICATION);
    alice.exchange(&login_with("bob", SECRET), &again);
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn a_login_over_the_rate_limit_costs_no_check() {
    const BURST: u32 = 20;
    let (check, count) = counted();
    let limits = Limits {
        rate_limit: Some(RateLimit {
            per_second: 1,
            burst: BURST,
        }),
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..Config::default()
    };
    let server = Running::start_with_check(config, check);
    let mut alice = server.connect();
    alice.send(&login_with("alice", "guess").repeat(500));
    let refused = login_result(ErrorCode::LOGIN_FAILED).repeat(BURST as usize);
    alice.expect(&[refused, error(ErrorCode::RATE_LIMITED)].concat());
    alice.half_close();
    alice.receive_until_ended();
    // One more for each second that it may have taken.
    let checks = count.load(Ordering::SeqCst);
    assert!(checks < 2 * BURST as usize, "{checks}");
}

#[test]
fn nobody_else_waits_for_a_check() {
    let gate = Arc::new(Barrier::new(2));
    let check: Check = {
        let gate = Arc::clone(&gate);
        Arc::new(move |login| {
            if login.user_id == "slow" {
                gate.wait();
                gate.wait();
            }
            Ok(())
        })
    };
    with_workers(check, |server| {
        let mut slow = server.connect();
        slow.send(&[login("slow"), mirror("then")].concat());
        gate.wait();
        let mut alice = server.user("alice");
        alice.exchange(&enter(7), &[entered(7, 1, &[]), note("alice is in 7")].concat());
        let whisper = PacketId(999);
        alice.exchange(
            &packet(whisper, ""),
            &error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        );
        gate.wait();
        slow.expect(&[logged_in(), mirror("then")].concat());
    });
}

#[test]
fn guessing_takes_no_longer_than_silence() {
    const TIMEOUT: Duration = Duration::from_millis(300);
    let config = Config {
        login_timeout: Some(TIMEOUT),
        ..Config::default()
    };
    let check = |_: &Login<'_>| {
        thread::sleep(TIMEOUT / 4);
        Err(ErrorCode::LOGIN_FAILED)
    };
    let server = Running::start_with_check(config, Arc::new(check));
    let mut alice = server.connect();
    let start = Instant::now();
    alice.send(&login_with("alice", "guess").repeat(100));
    let answers = alice.receive_rest();
    assert!(start.elapsed() >= TIMEOUT);
    let last_word = error(ErrorCode::DISCONNECT_UNAUTHENTICATED_USER);
    let refused = answers.strip_suffix(&last_word[..]).expect("the last word");
    let guesses = refused.len() / login_result(ErrorCode::LOGIN_FAILED).len();
    assert_eq!(refused, login_result(ErrorCode::LOGIN_FAILED).repeat(guesses));
    assert!((1..=5).contains(&guesses), "{guesses}");
}

#[test]
fn a_check_that_outlasts_the_login_timeout_and_says_yes_is_in_time() {
    const TIMEOUT: Duration = Duration::from_millis(200);
    let config = Config {
        login_timeout: Some(TIMEOUT),
        ..Config::default()
    };
    let check = |_: &Login<'_>| {
        thread::sleep(TIMEOUT * 2);
        Ok(())
    };
    let server = Running::start_with_check(config, Arc::new(check));
    let mut alice = server.user("alice");
    alice.expect_silence(TIMEOUT * 2);
    alice.exchange(&mirror("still here"), &mirror("still here"));
}

#[test]
fn a_check_that_panics_ends_that_client_alone() {
    let check: Check = Arc::new(|login| {
        assert_ne!(login.password, "trap");
        Ok(())
    });
    with_workers(check, |server| {
        let mut alice = server.user("alice");
        let mut bad = server.connect();
        bad.send(&[login_with("bad", "trap"), mirror("not answered")].concat());
        bad.receive_until_ended();
        alice.exchange(&mirror("on"), &mirror("on"));
        let mut again = server.user("bad");
        again.exchange(&mirror("on"), &mirror("on"));
    });
}

#[test]
fn a_check_that_never_ends_holds_up_nobody_and_no_shutdown() {
    let gate = Arc::new(Barrier::new(2));
    let check: Check = {
        let gate = Arc::clone(&gate);
        Arc::new(move |login| {
            if login.user_id == "never" {
                gate.wait();
                gate.wait();
            }
            Ok(())
        })
    };
    let config = Config {
        limits: Limits {
            drain: Some(Duration::from_millis(100)),
            ..Limits::default()
        },
        ..Config::default()
    };
    let server = Running::start_with_check(config, check);
    let mut alice = server.user("alice");
    let mut never = server.connect();
    never.send(&login("never"));
    gate.wait();
    server.request_end();
    assert_eq!(
        alice.receive_until_ended(),
        error(ErrorCode::SERVER_SHUTTING_DOWN)
    );
    drop(alice);
    server.has_ended().expect("an end in order");
    // The thread that is left behind may end as well.
    gate.wait();
}

#[test]
fn a_login_that_is_being_checked_when_the_server_ends_is_answered() {
    let gate = Arc::new(Barrier::new(2));
    let check: Check = {
        let gate = Arc::clone(&gate);
        Arc::new(move |_| {
            gate.wait();
            gate.wait();
            Ok(())
        })
    };
    with_workers(check, |server| {
        let mut alice = server.connect();
        alice.send(&[login("alice"), mirror("then")].concat());
        gate.wait();
        server.request_end();
        gate.wait();
        let last_word = error(ErrorCode::SERVER_SHUTTING_DOWN);
        ends(&mut alice, &[logged_in(), mirror("then"), last_word].concat());
    });
}

#[test]
fn the_end_of_each_session_that_was_let_in_is_told_once() {
    with_workers(Arc::new(secret), |server| {
        for user_id in ["alice", "bob"] {
            let mut client = server.connect();
            client.exchange(
                &login_with(user_id, "guess"),
                &login_result(ErrorCode::LOGIN_FAILED),
            );
            client.exchange(&login_with(user_id, SECRET), &logged_in());
            let mut other = server.connect();
            other.exchange(
                &login_with("other", "guess"),
                &login_result(ErrorCode::LOGIN_FAILED),
            );
            drop(other);
            drop(client);
            let (ended, _) = server.ended();
            assert_eq!(ended, user_id);
        }
        assert!(server.further_ends().is_empty());
    });
}
