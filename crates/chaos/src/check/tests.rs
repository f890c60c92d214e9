//! Records that are written down by hand: one that keeps the promise, and one for each way to break it.

use proptest::prelude::*;

use super::*;
use crate::record::{Age, Ages, Diary, Noted, Place};

const EPOCH: u64 = 7;

/// Writes a record: users of one room.
struct Writer {
    ages: Ages,
    diaries: Vec<Diary>,
}

impl Writer {
    fn new(users: usize) -> Self {
        let diaries = (0..users).map(|_| Diary::default()).collect();
        let ages = Ages::default();
        Self { ages, diaries }
    }

    fn note(&mut self, generation: u64, number: u64) -> Noted {
        self.note_in(EPOCH, generation, number)
    }

    fn note_in(&mut self, epoch: u64, generation: u64, number: u64) -> Noted {
        let age = Age { generation, epoch };
        self.ages.note(Place { age, number })
    }

    fn write(&mut self, user: usize, events: &[Event]) -> &mut Self {
        self.diaries[user].events.extend(events);
        self
    }

    /// They come to an empty room.
    fn come(&mut self) -> &mut Self {
        let start = self.note(1, 0);
        for user in 0..self.diaries.len() {
            self.write(user, &[Event::Came, Event::Stands(start)]);
        }
        self
    }

    /// One says something, all hear it, and it is answered.
    fn chat(&mut self, user: u16, number: u32, generation: u64, place: u64) -> &mut Self {
        let stands = self.note(generation, place);
        self.write(usize::from(user), &[Event::Said(number)]);
        for hears in 0..self.diaries.len() {
            self.write(hears, &[Event::Heard(text(user, number)), Event::Stands(stands)]);
        }
        self.write(usize::from(user), &[Event::Answered(number, STORED)])
    }

    /// One comes back behind a place of generation 1.
    fn ask(&mut self, user: usize, behind: u64) -> &mut Self {
        let behind = self.note(1, behind);
        self.write(user, &[Event::Lost, Event::Asked(Some(behind))])
    }

    fn told(&mut self, user: usize, generation: u64, number: u64, text: Text) -> &mut Self {
        let noted = self.note(generation, number);
        self.write(user, &[Event::Told(noted, text)])
    }

    fn findings(self) -> Findings {
        check(&Record::new(self.ages, self.diaries))
    }

    #[track_caller]
    fn violates(self, expected: &[&str]) {
        let violations = self.findings().violations;
        let words: Vec<_> = violations.iter().map(ToString::to_string).collect();
        assert_eq!(words, expected);
    }
}

fn text(user: u16, number: u32) -> Text {
    Text { user, number }
}

/// Two users, each of whom has said something.
fn two() -> Writer {
    let mut writer = Writer::new(2);
    writer.come().chat(0, 1, 1, 1).chat(1, 1, 1, 2);
    writer
}

#[test]
fn a_record_without_a_fault_keeps_the_promise() {
    let mut writer = two();
    // One is away while the other says something to the next owner, and what had no answer is there.
    writer.write(1, &[Event::Said(2)]);
    writer
        .ask(1, 2)
        .told(1, 1, 3, text(1, 2))
        .told(1, 2, 1, text(0, 2));
    writer.write(1, &[Event::ToldAll(1)]);
    writer
        .ask(0, 2)
        .told(0, 1, 3, text(1, 2))
        .write(0, &[Event::ToldAll(1)]);
    let stands = writer.note(2, 1);
    writer.write(
        0,
        &[Event::Said(2), Event::Heard(text(0, 2)), Event::Stands(stands)],
    );
    writer.write(
        0,
        &[
            Event::Answered(2, STORED),
            Event::Said(3),
            Event::Answered(3, NOT_STORED),
        ],
    );
    let findings = writer.findings();
    assert_eq!(findings.violations, []);
    let expected = Counts {
        said: 5,
        answered: 3,
        not_stored: 1,
        unanswered_there: 1,
        deliveries: 8,
        from_history: 3,
        lost_connections: 2,
        takeovers: 1,
        ..Counts::default()
    };
    assert_eq!(findings.counts, expected);
}

#[test]
fn what_was_heard_before_its_place_was_known_is_told_once_more() {
    let mut writer = two();
    writer.write(0, &[Event::Heard(text(1, 2))]);
    writer.write(
        1,
        &[
            Event::Said(2),
            Event::Heard(text(1, 2)),
            Event::Answered(2, STORED),
        ],
    );
    for user in 0..2 {
        writer
            .ask(user, 2)
            .told(user, 1, 3, text(1, 2))
            .write(user, &[Event::ToldAll(1)]);
    }
    let findings = writer.findings();
    assert_eq!((findings.violations, findings.counts.deliveries), (vec![], 6));
}

#[test]
fn an_answered_message_that_is_not_in_the_log_is_lost() {
    let mut writer = two();
    writer.write(0, &[Event::Said(2), Event::Answered(2, STORED)]);
    writer.violates(&["lost: 0/2 was answered with 1, and is not in the log"]);
}

#[test]
fn a_message_that_was_heard_and_is_not_in_the_log_has_vanished() {
    for later in [None, Some(text(1, 2))] {
        let mut writer = two();
        writer.write(0, &[Event::Heard(text(0, 2))]).ask(0, 2);
        if let Some(later) = later {
            writer.told(0, 2, 1, later).ask(1, 2).told(1, 2, 1, later);
        }
        writer.write(0, &[Event::ToldAll(1)]);
        writer.violates(&["vanished: user 0 has heard 0/2, and the log does not have it there"]);
    }
}

#[test]
fn a_message_that_was_not_stored_must_be_nowhere() {
    let mut writer = two();
    writer
        .chat(0, 2, 1, 3)
        .write(0, &[Event::Answered(2, NOT_STORED)]);
    writer.violates(&["seen: 0/2 was answered with NOT_STORED, and somebody has it"]);
}

#[test]
fn a_message_that_comes_twice_is_seen() {
    let mut writer = two();
    writer
        .ask(0, 1)
        .told(0, 1, 2, text(1, 1))
        .write(0, &[Event::ToldAll(1)]);
    writer.violates(&[
        "twice: user 0 has got 1/1 twice",
        "out of order: user 0 has got 1-2 behind a later one",
    ]);
}

#[test]
fn a_message_that_is_stored_twice_is_seen() {
    let mut writer = two();
    writer.write(0, &[Event::SaidAgain(1)]);
    let stands = writer.note(1, 3);
    for user in 0..2 {
        writer.write(user, &[Event::Heard(text(0, 1)), Event::Stands(stands)]);
    }
    writer.violates(&[
        "twice: user 0 has got 0/1 twice",
        "twice: user 1 has got 0/1 twice",
        "stored twice: 0/1 stands at 1-1 and at 1-3",
    ]);
}

#[test]
fn two_orders_are_seen() {
    let mut writer = Writer::new(2);
    writer.come();
    let stands = writer.note(1, 2);
    let [one, other] = [text(0, 1), text(1, 1)];
    writer.write(
        0,
        &[Event::Heard(one), Event::Heard(other), Event::Stands(stands)],
    );
    writer.write(
        1,
        &[Event::Heard(other), Event::Heard(one), Event::Stands(stands)],
    );
    writer.violates(&[
        "two orders: at 1-1 some have 0/1, and others 1/1",
        "two orders: at 1-2 some have 1/1, and others 0/1",
    ]);
}

#[test]
fn a_message_that_one_has_and_another_has_not_is_missed() {
    let mut writer = two();
    let stands = writer.note(1, 3);
    writer.write(0, &[Event::Heard(text(0, 2)), Event::Stands(stands)]);
    writer.ask(1, 2).write(1, &[Event::ToldAll(1)]);
    writer.violates(&["missed: user 1 has not got 0/2 at 1-3, and was told of no gap"]);
}

#[test]
fn what_all_have_got_and_the_log_has_forgotten_is_seen() {
    let mut writer = two();
    let kept = writer.note(1, 2);
    writer.write(1, &[Event::Kept(kept, text(1, 1)), Event::KeptAll]);
    writer.violates(&["forgotten: 0/1 was got at 1-1, and user 1 is told in the end that it is not kept"]);
    let mut writer = two();
    let [first, second] = [writer.note(1, 1), writer.note(1, 2)];
    writer.write(1, &[Event::Kept(first, text(0, 1))]);
    writer.write(1, &[Event::Kept(second, text(0, 1)), Event::KeptAll]);
    writer.violates(&["two orders: at 1-2 some have 1/1, and others 0/1"]);
}

#[test]
fn what_the_log_has_and_nobody_has_got_is_missed() {
    let mut writer = two();
    for (number, text) in [(1, text(0, 1)), (2, text(1, 1)), (3, text(0, 2))] {
        let kept = writer.note(1, number);
        writer.write(1, &[Event::Kept(kept, text)]);
    }
    writer.write(1, &[Event::KeptAll]);
    writer.violates(&[
        "missed: user 0 has not got 0/2 at 1-3, and was told of no gap",
        "missed: user 1 has not got 0/2 at 1-3, and was told of no gap",
    ]);
}

#[test]
fn a_number_that_nobody_has_seen_is_a_hole() {
    let mut writer = two();
    writer.chat(0, 2, 1, 4);
    writer.violates(&["hole: in room 0 nobody has seen what stands right before 1-4"]);
    let mut writer = two();
    writer.chat(0, 2, 2, 2);
    writer.violates(&["hole: in room 0 nobody has seen what stands right before 2-2"]);
}

#[test]
fn a_position_that_cannot_be_is_seen() {
    let mut writer = two();
    let stands = writer.note(2, 1);
    writer.write(
        0,
        &[
            Event::Heard(text(0, 2)),
            Event::Heard(text(0, 3)),
            Event::Stands(stands),
        ],
    );
    writer.violates(&["position: user 0 is told to be at 2-1 and has heard more messages than that"]);
}

#[test]
fn a_gap_that_was_told_is_none_of_the_servers_faults() {
    let mut writer = two();
    // The log is another one, of which user 1 has seen the beginning.
    let stands = writer.note_in(8, 2, 2);
    writer.write(
        1,
        &[
            Event::Heard(text(1, 2)),
            Event::Heard(text(1, 3)),
            Event::Stands(stands),
        ],
    );
    writer
        .ask(0, 2)
        .write(0, &[Event::ToldAll(156), Event::Asked(None)]);
    writer.write(0, &[Event::Told(stands, text(1, 3)), Event::ToldAll(1)]);
    let findings = writer.findings();
    assert_eq!((findings.violations, findings.counts.gaps), (vec![], 1));
}

#[test]
fn a_gap_where_there_is_none_is_seen() {
    let mut writer = two();
    writer
        .ask(0, 2)
        .write(0, &[Event::ToldAll(156), Event::Asked(None), Event::ToldAll(1)]);
    writer.violates(&["needless gap: user 0 asked behind 1-2, which must be kept"]);
}

#[test]
fn messages_of_one_user_keep_their_order_unless_they_were_said_again() {
    let write = |writer: &mut Writer| {
        writer.chat(0, 3, 1, 3).chat(0, 2, 1, 4);
    };
    let mut writer = two();
    write(&mut writer);
    writer.violates(&["overtaken: 0/2 stands behind 0/3 of the same user"]);
    let mut writer = two();
    write(&mut writer);
    writer.write(0, &[Event::SaidAgain(2)]);
    assert_eq!(writer.findings().violations, []);
}

/// A server as it should be, and members that come and go: each is live, or away.
fn honest(members: usize, turns: &[(usize, u8)]) -> Writer {
    let mut writer = Writer::new(members);
    writer.come();
    let mut log: Vec<(u64, u64, Text)> = Vec::new();
    let (mut generation, mut number) = (1, 0);
    let mut at: Vec<(usize, usize, bool)> = vec![(0, 0, true); members];
    let mut said = vec![0; members];
    for (member, turn) in turns.iter().map(|&(member, turn)| (member % members, turn)) {
        match turn {
            // Another owner: all connections are lost.
            0 => {
                (generation, number) = (generation + 1, 0);
                for (user, state) in at.iter_mut().enumerate().filter(|(_, state)| state.2) {
                    state.2 = false;
                    writer.write(user, &[Event::Lost]);
                }
            }
            1 if at[member].2 => {
                at[member].2 = false;
                writer.write(member, &[Event::Lost]);
            }
            // Back: asks behind the last known place, and is told what it has heard since as well.
            1..=3 if !at[member].2 => {
                let known = at[member].0;
                let behind = known
                    .checked_sub(1)
                    .map_or((1, 0), |last| (log[last].0, log[last].1));
                let behind = writer.note(behind.0, behind.1);
                writer.write(member, &[Event::Asked(Some(behind))]);
                for (generation, number, text) in &log[known..] {
                    writer.told(member, *generation, *number, *text);
                }
                writer.write(member, &[Event::ToldAll(1)]);
                at[member] = (log.len(), log.len(), true);
            }
            _ if at[member].2 => {
                said[member] += 1;
                number += 1;
                let text = text(u16::try_from(member).unwrap(), said[member]);
                log.push((generation, number, text));
                writer.write(member, &[Event::Said(said[member])]);
                for (user, state) in at.iter_mut().enumerate().filter(|(_, state)| state.2) {
                    writer.write(user, &[Event::Heard(text)]);
                    state.1 = log.len();
                }
                writer.write(member, &[Event::Answered(said[member], STORED)]);
                // A batch may end here, or go on.
                if turn.is_multiple_of(2) {
                    let stands = writer.note(generation, number);
                    for (user, state) in at.iter_mut().enumerate().filter(|(_, state)| state.2) {
                        writer.write(user, &[Event::Stands(stands)]);
                        state.0 = log.len();
                    }
                }
            }
            _ => {}
        }
    }
    for (user, state) in at.iter().enumerate() {
        let behind = state
            .0
            .checked_sub(1)
            .map_or((1, 0), |last| (log[last].0, log[last].1));
        let behind = writer.note(behind.0, behind.1);
        writer.write(user, &[Event::Lost, Event::Asked(Some(behind))]);
        for (generation, number, text) in &log[state.0..] {
            writer.told(user, *generation, *number, *text);
        }
        writer.write(user, &[Event::ToldAll(1)]);
    }
    writer
}

fn turns() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0..4_usize, 0..16_u8), 1..200)
}

proptest! {
    #[test]
    fn whatever_happens_an_honest_server_violates_nothing(turns in turns()) {
        prop_assert_eq!(honest(4, &turns).findings().violations, []);
    }

    /// One message that a member has got is left out of its diary, or comes twice.
    #[test]
    fn whatever_is_lost_or_doubled_is_found(
        turns in turns(),
        chance in any::<prop::sample::Index>(),
        doubled in any::<bool>(),
    ) {
        let mut writer = honest(4, &turns);
        let places = deliveries(&writer.diaries, doubled);
        prop_assume!(!places.is_empty());
        let (user, place) = places[chance.index(places.len())];
        let events = &mut writer.diaries[user].events;
        match doubled {
            true => events.insert(place, events[place]),
            false => drop(events.remove(place)),
        }
        prop_assert!(writer.findings().violated > 0);
    }
}

/// Where members get messages. What was heard, and comes out of the history because no position had come, may as well not
/// have been heard.
fn deliveries(diaries: &[Diary], with_those: bool) -> Vec<(usize, usize)> {
    let of_one = |(user, diary): (usize, &Diary)| {
        let mut places = Vec::new();
        let mut is_known = false;
        for (place, event) in diary.events.iter().enumerate().rev() {
            match event {
                Event::Lost => is_known = false,
                Event::Stands(_) => is_known = true,
                Event::Heard(_) if is_known || with_those => places.push((user, place)),
                Event::Told(..) => places.push((user, place)),
                _ => {}
            }
        }
        places
    };
    diaries.iter().enumerate().flat_map(of_one).collect()
}
