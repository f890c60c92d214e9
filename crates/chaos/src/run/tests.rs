//! Users of this crate in the room of a server that is written down here: where that keeps the promise nothing is found, and
//! where it has a fault that fault is.

use std::time::Duration;

use super::model::{Flaw, start};
use super::*;
use crate::api::Api;
use crate::check::{Findings, check};

const USERS: usize = 6;

/// Long enough for dozens of crashes.
const TALK: Duration = Duration::from_millis(1_500);

fn flags() -> ChaosFlags {
    ChaosFlags {
        seed: 1,
        duration: TALK,
        clients: USERS as u64,
        members: USERS as u64,
        pace: Duration::from_millis(20),
        every: TALK,
        patience: Duration::from_secs(30),
        json: None,
        plot: None,
        record: None,
    }
}

/// What the checker says of users in a room of such a server.
fn findings(flaw: Flaw) -> Findings {
    let (api, _room) = start(flaw).unwrap();
    let flags = flags();
    let shared = Shared::new(Api::new(api), flags.pace);
    let diaries = thread::scope(|scope| {
        let user = |number| User::new(&shared, flags.seed, number, 0);
        let threads: Vec<_> = (0..6)
            .map(|number| scope.spawn(move || user(number).run()))
            .collect();
        let watch = Watch {
            shared: &shared,
            users: USERS,
        };
        watch.conduct(&flags, Vec::new, Ok).unwrap();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(shared.synced.load(Ordering::SeqCst), USERS);
    check(&Record::new(shared.take_ages(), diaries))
}

/// The first words of the violations that a fault must give.
#[track_caller]
fn is_found(flaw: Flaw, kinds: &[&str]) {
    let findings = findings(flaw);
    let words: Vec<_> = findings.violations.iter().map(ToString::to_string).collect();
    for kind in kinds {
        assert!(
            words.iter().any(|words| words.starts_with(kind)),
            "no `{kind}`: {words:#?}"
        );
    }
}

#[test]
fn users_of_a_server_that_keeps_the_promise_find_nothing() {
    let findings = findings(Flaw::Nothing);
    assert_eq!(findings.violations, []);
    let counts = findings.counts;
    assert!(counts.takeovers > 3 && counts.from_history > 0, "{counts:?}");
    assert!(counts.said_again > 3 && counts.answered > 30, "{counts:?}");
    assert_eq!(counts.unanswered_gone, 0, "{counts:?}");
}

#[test]
fn an_answer_before_the_log_is_found() {
    is_found(Flaw::AnswersFirst, &["forgotten: ", "missed: "]);
}

#[test]
fn an_owner_without_a_fence_is_found() {
    is_found(Flaw::HasNoFence, &["twice: ", "stored twice: "]);
}

#[test]
fn a_history_that_is_not_complete_is_found() {
    is_found(Flaw::ReadsTooLittle, &["missed: "]);
}

#[test]
fn a_server_that_always_tells_of_a_gap_is_found() {
    is_found(Flaw::SaysGap, &["needless gap: "]);
}
