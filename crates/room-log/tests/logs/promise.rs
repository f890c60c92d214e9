//! What a writer answers, fault by fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use room_log::{Entry, Fault, MemoryLog, Outcome, Ownership, Position, Request, Since, Wish, Writer};

/// Whose generation a test can change, and whether its lease has ended.
#[derive(Clone, Default)]
pub(crate) struct Owner(pub(crate) Arc<AtomicU64>, Arc<AtomicBool>);

impl Ownership for Owner {
    fn generation(&self, _: i32) -> Option<u64> {
        Some(self.0.load(Ordering::SeqCst)).filter(|generation| *generation > 0)
    }

    fn may_answer(&self, room: i32, generation: u64) -> bool {
        self.generation(room) == Some(generation) && !self.1.load(Ordering::SeqCst)
    }
}

pub(crate) fn say(room: i32, text: &str) -> Request<String> {
    let entry = Entry {
        user_id: "alice".into(),
        message: text.into(),
    };
    Request {
        room,
        wish: Wish::Store { entry, from: 5 },
        token: text.to_owned(),
    }
}

pub(crate) fn history(room: i32, since: Since) -> Request<String> {
    Request {
        room,
        wish: Wish::History(since),
        token: "history".to_owned(),
    }
}

fn at(generation: u64, number: u64) -> Position {
    Position { generation, number }
}

/// A writer of generation 3, and its log.
fn writer() -> (Writer, MemoryLog, Owner) {
    let (log, owner) = (MemoryLog::default(), Owner::default());
    owner.0.store(3, Ordering::SeqCst);
    let writer = Writer::new(log.clone(), owner.clone()).unwrap();
    (writer.with_patience(Duration::ZERO), log, owner)
}

fn outcomes(writer: &mut Writer, requests: Vec<Request<String>>) -> Vec<Outcome> {
    let done = writer.turn(requests);
    assert!(done.late.is_empty(), "{:?}", done.late);
    done.answers.into_iter().map(|answer| answer.outcome).collect()
}

fn stored(number: u64, is_last: bool) -> Outcome {
    Outcome::Stored {
        epoch: 1,
        at: at(3, number),
        is_last,
    }
}

fn texts(outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::History { messages, .. } => {
            let entries = messages.iter().filter_map(|kept| kept.entry.as_ref());
            entries.map(|entry| entry.message.to_string()).collect()
        }
        other => panic!("no history but {other:?}"),
    }
}

#[test]
fn a_history_has_what_was_said_before_it_in_the_same_turn_and_nothing_else() {
    let (mut writer, _, _) = writer();
    let since = Since::Beginning;
    let requests = vec![
        say(1, "a"),
        history(1, since),
        say(2, "x"),
        say(1, "b"),
        history(1, since),
    ];
    let outcomes = outcomes(&mut writer, requests);
    assert_eq!(outcomes[0], stored(1, false));
    assert_eq!(texts(&outcomes[1]), ["a"]);
    assert_eq!(outcomes[2], stored(1, true));
    assert_eq!(outcomes[3], stored(2, true));
    assert_eq!(texts(&outcomes[4]), ["a", "b"]);
    assert_eq!(writer.counts().appends(), 1, "all in one call");
}

#[test]
fn what_is_refused_is_not_stored_and_takes_no_number() {
    let (mut writer, log, _) = writer();
    assert_eq!(outcomes(&mut writer, vec![say(1, "a")]), [stored(1, true)]);
    log.set_faults(|| Fault::Refused);
    assert_eq!(
        outcomes(&mut writer, vec![say(1, "b"), say(1, "c")]),
        [Outcome::NotStored, Outcome::NotStored]
    );
    log.set_faults(|| Fault::None);
    assert_eq!(outcomes(&mut writer, vec![say(1, "d")]), [stored(2, true)]);
}

#[test]
fn what_is_in_doubt_is_settled_before_anything_newer() {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::Late] {
        let (mut writer, log, _) = writer();
        assert_eq!(outcomes(&mut writer, vec![say(1, "a")]), [stored(1, true)]);
        log.set_faults(move || fault);
        assert_eq!(outcomes(&mut writer, vec![say(1, "b")]), [Outcome::Unknown]);
        // Meanwhile nothing is stored, and nobody is told what is in that room.
        let position = Since::Position {
            epoch: 1,
            position: at(3, 1),
        };
        let meanwhile = outcomes(&mut writer, vec![say(1, "c"), history(1, position), say(2, "x")]);
        assert_eq!(
            meanwhile,
            [Outcome::NotStored, Outcome::Unknown, Outcome::NotStored]
        );
        log.set_faults(|| Fault::None);
        let done = writer.turn(vec![say(1, "d"), history(1, position)]);
        let late: Vec<_> = done.late.iter().flat_map(|late| &late.messages).collect();
        let [(5, kept)] = &late[..] else {
            panic!("{fault:?}: {late:?}");
        };
        assert_eq!(kept.at, at(3, 2), "{fault:?}");
        assert_eq!(done.answers[0].outcome, stored(3, true));
        assert_eq!(texts(&done.answers[1].outcome), ["b", "d"]);
        assert_eq!(log.messages(1).len(), 3);
    }
}

#[test]
fn a_deposed_owner_says_nothing() {
    let (mut writer, log, owner) = writer();
    assert_eq!(outcomes(&mut writer, vec![say(1, "a")]), [stored(1, true)]);
    let other = Owner::default();
    other.0.store(9, Ordering::SeqCst);
    let mut next = Writer::new(log.clone(), other).unwrap();
    let told = outcomes(&mut next, vec![history(1, Since::Beginning)]);
    assert_eq!(texts(&told[0]), ["a"]);
    // It does not know yet.
    let hundred = (0..100).map(|number| say(1, &number.to_string()));
    let told = outcomes(&mut writer, hundred.collect());
    assert!(told.iter().all(|outcome| *outcome == Outcome::Lost), "{told:?}");
    assert_eq!(log.messages(1).len(), 1);
    owner.0.store(0, Ordering::SeqCst);
    assert_eq!(outcomes(&mut writer, vec![say(2, "b")]), [Outcome::Lost]);
}

/// Its lease has ended, Redis is back, and nobody else has had its rooms: their members are still here.
#[test]
fn what_is_stored_behind_the_end_of_a_lease_is_told_when_the_lease_is_there_again() {
    for fault in [Fault::None, Fault::LostAfter] {
        let (mut writer, log, owner) = writer();
        outcomes(&mut writer, vec![say(1, "a"), say(2, "w")]);
        owner.1.store(true, Ordering::SeqCst);
        log.set_faults(move || fault);
        // It is in the log, and nobody may say so.
        let told = outcomes(&mut writer, vec![say(1, "b"), say(1, "c"), say(2, "x")]);
        assert!(
            told.iter().all(|outcome| *outcome == Outcome::Unknown),
            "{fault:?}: {told:?}"
        );
        log.set_faults(|| Fault::None);
        let told = outcomes(&mut writer, vec![say(1, "d"), history(1, Since::Beginning)]);
        assert_eq!(told, [Outcome::NotStored, Outcome::Unknown], "{fault:?}");
        owner.1.store(false, Ordering::SeqCst);
        let done = writer.turn(vec![say(1, "e")]);
        let late = done.late.iter().flat_map(|late| &late.messages);
        let late: Vec<_> = late.map(|(_, kept)| kept.at).collect();
        assert_eq!(late, [at(3, 2), at(3, 3), at(3, 2)], "{fault:?}");
        let counts = writer.counts();
        assert_eq!((counts.stored(), counts.unknown()), (6, 3), "{fault:?}");
        assert_eq!(done.answers[0].outcome, stored(4, true), "{fault:?}");
    }
}

#[test]
fn a_log_that_has_lost_all_is_another_epoch() {
    let (mut writer, log, _) = writer();
    outcomes(&mut writer, vec![say(1, "a"), say(1, "b")]);
    log.lose_all();
    let told = outcomes(&mut writer, vec![say(1, "c")]);
    let Outcome::Stored { epoch: 2, .. } = told[0] else {
        panic!("{told:?}");
    };
    let before = Since::Position {
        epoch: 1,
        position: at(3, 1),
    };
    let told = outcomes(
        &mut writer,
        vec![history(1, before), history(1, Since::Beginning)],
    );
    assert_eq!(told[0], Outcome::Gap);
    assert_eq!(texts(&told[1]), ["c"]);
}

#[test]
fn a_number_that_was_used_is_not_used_again_and_what_was_lost_is_a_gap() {
    let (mut writer, log, _) = writer();
    outcomes(&mut writer, vec![say(1, "a"), say(1, "b"), say(1, "c")]);
    log.lose_last(1, 2);
    assert_eq!(outcomes(&mut writer, vec![say(1, "d")]), [stored(4, true)]);
    let since = |number| {
        history(
            1,
            Since::Position {
                epoch: 1,
                position: at(3, number),
            },
        )
    };
    let told = outcomes(&mut writer, vec![since(1), since(3), since(4), since(5)]);
    assert_eq!((&told[0], &told[3]), (&Outcome::Gap, &Outcome::Gap));
    assert_eq!((texts(&told[1]), texts(&told[2])), (vec!["d".to_owned()], vec![]));
}

#[test]
fn a_log_that_was_trimmed_is_a_gap_for_the_next_owner() {
    let (mut writer, log, owner) = writer();
    outcomes(
        &mut writer,
        (0..10).map(|number| say(1, &number.to_string())).collect(),
    );
    log.trim(1, 3);
    owner.0.store(4, Ordering::SeqCst);
    let since = |number| {
        history(
            1,
            Since::Position {
                epoch: 1,
                position: at(3, number),
            },
        )
    };
    let told = outcomes(&mut writer, vec![since(6), since(7), since(10)]);
    assert_eq!(told[0], Outcome::Gap);
    assert_eq!(texts(&told[1]), ["7", "8", "9"]);
    assert_eq!(texts(&told[2]), [""; 0]);
}
