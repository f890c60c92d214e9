//! For tests: the rules that every log keeps, wherever it is.

use std::sync::Arc;

use crate::entry::{Entry, Kept};
use crate::log::{Appended, LogError, Opened, RoomLog, Run, Verdict};
use crate::position::Position;

/// Messages of a generation, from this number on.
#[must_use]
pub fn messages(generation: u64, first: u64, texts: &[&str]) -> Vec<Arc<Kept>> {
    let numbered = (first..).zip(texts);
    let kept = numbered.map(|(number, text)| {
        Arc::new(Kept {
            at: Position { generation, number },
            entry: Some(Entry {
                user_id: "alice".into(),
                message: (*text).into(),
            }),
        })
    });
    kept.collect()
}

/// Every rule, on logs that `new` makes, each of them empty. `generation` is the lowest that the log takes.
///
/// # Panics
/// Where a rule is broken.
pub fn check<L: RoomLog>(generation: u64, mut new: impl FnMut() -> L) {
    let rules: [fn(&mut L, u64); 6] = [
        a_room_begins_with_its_fence,
        what_was_appended_is_read_in_its_order,
        an_append_that_is_made_again_stores_nothing_twice,
        a_lower_generation_can_do_nothing,
        runs_of_several_rooms_have_a_verdict_each,
        an_append_of_another_epoch_does_nothing,
    ];
    for rule in rules {
        rule(&mut new(), generation);
    }
}

fn open(log: &mut impl RoomLog, room: i32, generation: u64) -> (u64, Vec<Kept>) {
    match log.open(room, generation) {
        Ok(Opened::Ready { epoch, kept }) => (epoch, kept),
        other => panic!("generation {generation} gets {other:?}"),
    }
}

fn append(
    log: &mut impl RoomLog,
    room: i32,
    behind: Position,
    entries: &[Arc<Kept>],
) -> Result<Appended, LogError> {
    let epoch = log.epoch()?;
    let run = Run {
        room,
        behind,
        entries,
    };
    log.append(epoch, &[run])
}

/// The one run has this verdict.
fn expect(appended: Result<Appended, LogError>, verdict: Verdict) {
    assert_eq!(appended.expect("the log answers"), Appended::Runs(vec![verdict]));
}

fn a_room_begins_with_its_fence(log: &mut impl RoomLog, generation: u64) {
    let (epoch, kept) = open(log, 7, generation);
    assert_eq!(kept, [Kept::fence(generation)]);
    assert_eq!(log.epoch().expect("the log answers"), epoch);
    // Once more is the same.
    assert_eq!(open(log, 7, generation), (epoch, kept));
    let kept = open(log, 7, generation + 5).1;
    assert_eq!(kept, [generation, generation + 5].map(Kept::fence));
}

fn what_was_appended_is_read_in_its_order(log: &mut impl RoomLog, generation: u64) {
    open(log, 7, generation);
    let said = messages(generation, 1, &["hi", "", "안녕\n\u{1b}[2J", "-"]);
    expect(
        append(log, 7, Position::fence(generation), &said),
        Verdict::Stored,
    );
    let more = messages(generation, 5, &["x"]);
    expect(append(log, 7, said[3].at, &more), Verdict::Stored);
    let kept = open(log, 7, generation + 1).1;
    let expected = said.iter().chain(&more).map(|kept| Kept::clone(kept));
    let fences = [generation, generation + 1].map(Kept::fence);
    assert_eq!(kept[0], fences[0]);
    assert_eq!(kept[1..6], expected.collect::<Vec<_>>());
    assert_eq!(kept[6], fences[1]);
    // Another room knows nothing of it.
    assert_eq!(open(log, 8, generation).1.len(), 1);
}

fn an_append_that_is_made_again_stores_nothing_twice(log: &mut impl RoomLog, generation: u64) {
    open(log, 7, generation);
    let fence = Position::fence(generation);
    let (first, second) = (
        messages(generation, 1, &["a", "b"]),
        messages(generation, 3, &["c"]),
    );
    for _ in 0..3 {
        expect(append(log, 7, fence, &first), Verdict::Stored);
    }
    expect(append(log, 7, first[1].at, &second), Verdict::Stored);
    // One that was under way for a long time.
    expect(append(log, 7, fence, &first), Verdict::Changed);
    assert_eq!(open(log, 7, generation).1.len(), 4);
}

fn a_lower_generation_can_do_nothing(log: &mut impl RoomLog, generation: u64) {
    open(log, 7, generation);
    let fence = Position::fence(generation);
    open(log, 7, generation + 1);
    let said = messages(generation, 1, &["a"]);
    expect(append(log, 7, fence, &said), Verdict::Deposed);
    assert_eq!(log.open(7, generation).expect("the log answers"), Opened::Deposed);
    let said = messages(generation + 1, 1, &["a"]);
    expect(
        append(log, 7, Position::fence(generation + 1), &said),
        Verdict::Stored,
    );
    assert_eq!(open(log, 7, generation + 1).1.len(), 3);
}

fn runs_of_several_rooms_have_a_verdict_each(log: &mut impl RoomLog, generation: u64) {
    let (epoch, _) = open(log, 1, generation);
    open(log, 2, generation);
    open(log, 3, generation);
    open(log, 3, generation + 1);
    let said = messages(generation, 1, &["a", "b"]);
    let run = |room, behind| Run {
        room,
        behind,
        entries: &said,
    };
    let fence = Position::fence(generation);
    let runs = [run(1, fence), run(2, fence.next().next().next()), run(3, fence)];
    let verdicts = vec![Verdict::Stored, Verdict::Changed, Verdict::Deposed];
    let appended = log.append(epoch, &runs).expect("the log answers");
    assert_eq!(appended, Appended::Runs(verdicts));
    assert_eq!(open(log, 1, generation).1.len(), 3);
    assert_eq!(open(log, 2, generation).1.len(), 1);
}

fn an_append_of_another_epoch_does_nothing(log: &mut impl RoomLog, generation: u64) {
    let (epoch, _) = open(log, 7, generation);
    let said = messages(generation, 1, &["a"]);
    let run = Run {
        room: 7,
        behind: Position::fence(generation),
        entries: &said,
    };
    let appended = log.append(epoch ^ 1, &[run]).expect("the log answers");
    assert_eq!(appended, Appended::OtherEpoch);
    assert_eq!(open(log, 7, generation).1.len(), 1);
}
