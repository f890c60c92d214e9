//! Whether a record keeps the promise of durable rooms: a pure function, so that its tests are records that are written down
//! by hand, one for each way to break the promise.
//!
//! | file | what is in it |
//! |---|---|
//! | `findings` | counts, and violations in words |
//! | `replay` | what one member has, and where it stands |
//! | `log` | the log of a room, put together from what its members have |
//!
//! The promise, and what is checked of it:
//!
//! - A message that was answered with 1 is in the log, and stays there; one that was answered with 157 is nowhere.
//! - Each member has each message once, and all have the same order.
//! - A member misses nothing, unless it was told of a gap; and it is told of one only where there is one.
//! - A message without an answer is there once or not at all, whatever its user has done about that.

mod findings;
mod log;
mod replay;

use std::collections::{BTreeMap, HashMap, HashSet};

pub(crate) use self::findings::{Counts, Findings, Violation};
use self::log::Log;
use self::replay::{Replay, View};
use crate::record::{Event, Record, Text};

/// The answer to a message that is in the log.
const STORED: i16 = 1;
/// The answer to one that nobody has seen.
const NOT_STORED: i16 = 157;

// ANCHOR: check
/// Checks it all.
pub(crate) fn check(record: &Record) -> Findings {
    let mut findings = Findings::default();
    let mut rooms: BTreeMap<i32, Vec<(usize, View)>> = BTreeMap::new();
    for (user, diary) in record.diaries.iter().enumerate() {
        let view = Replay::run(record, user, diary, &mut findings);
        once_and_in_order(user, &view, &mut findings);
        rooms.entry(diary.room).or_default().push((user, view));
    }
    let mut stored = HashSet::new();
    for (room, views) in &rooms {
        let log = Log::of(views, &mut findings);
        log.has_no_holes(*room, views, &mut findings);
        for (user, view) in views {
            log.is_all_in(*user, view, &mut findings);
            log.is_kept(*user, view, &mut findings);
        }
        let ages: HashSet<_> = log.ages().collect();
        findings.counts.takeovers += (ages.len() as u64).saturating_sub(1);
        stored.extend(log.texts());
        overtaken(&log, record, &mut findings);
    }
    for (user, diary) in record.diaries.iter().enumerate() {
        answers(user, &diary.events, &stored, &mut findings);
    }
    findings
}
// ANCHOR_END: check

fn once_and_in_order(user: usize, view: &View, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (_, text) in &view.entries {
        if !seen.insert(*text) {
            findings.violate(Violation::Twice { user, text: *text });
        }
    }
    for pair in view.entries.windows(2) {
        if pair[1].0 <= pair[0].0 {
            let place = pair[1].0;
            findings.violate(Violation::OutOfOrder { user, place });
        }
    }
}

/// What a user was answered, against what is in the log.
fn answers(user: usize, events: &[Event], stored: &HashSet<Text>, findings: &mut Findings) {
    let user = u16::try_from(user).unwrap_or(u16::MAX);
    let mut results: HashMap<u32, Option<i16>> = HashMap::new();
    for event in events {
        match *event {
            Event::Said(number) => drop(results.insert(number, None)),
            Event::Answered(number, result) => drop(results.insert(number, Some(result))),
            Event::SaidAgain(_) => findings.counts.said_again += 1,
            _ => {}
        }
    }
    let mut numbers: Vec<_> = results.into_iter().collect();
    numbers.sort_unstable();
    for (number, result) in numbers {
        let text = Text { user, number };
        let is_stored = stored.contains(&text);
        let counts = &mut findings.counts;
        counts.said += 1;
        *match result {
            Some(STORED) => &mut counts.answered,
            Some(NOT_STORED) => &mut counts.not_stored,
            Some(_) => &mut counts.refused,
            None if is_stored => &mut counts.unanswered_there,
            None => &mut counts.unanswered_gone,
        } += 1;
        match result {
            Some(STORED) if !is_stored => findings.violate(Violation::Lost { text }),
            Some(NOT_STORED) if is_stored => findings.violate(Violation::SeenThoughRefused { text }),
            _ => {}
        }
    }
}

/// What a user has said once stands in the log in the order in which it was said.
fn overtaken(log: &Log, record: &Record, findings: &mut Findings) {
    let again = |text: &Text| {
        let diary = record.diaries.get(usize::from(text.user));
        let events = diary.map_or(&[][..], |diary| &diary.events);
        events
            .iter()
            .filter_map(|event| match event {
                Event::SaidAgain(number) => Some(*number),
                _ => None,
            })
            .collect::<HashSet<_>>()
    };
    let mut repeated: HashMap<u16, HashSet<u32>> = HashMap::new();
    let mut last: HashMap<u16, u32> = HashMap::new();
    for text in log.texts() {
        if repeated
            .entry(text.user)
            .or_insert_with(|| again(&text))
            .contains(&text.number)
        {
            continue;
        }
        let before = last.entry(text.user).or_insert(text.number);
        if *before > text.number {
            let by = Text {
                number: *before,
                ..text
            };
            findings.violate(Violation::Overtaken { text, by });
        }
        *before = text.number.max(*before);
    }
}

#[cfg(test)]
mod tests;
