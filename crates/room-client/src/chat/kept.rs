//! A room whose messages are kept, as its user sees it: where the user is in the log, what was said while the user was away,
//! and which of the user's own messages have arrived although no answer has.
//!
//! A server tells a position behind a message, so what was heard since the last one is counted: a client that comes back
//! asks behind the position, and passes over as many messages as it has shown already.

use std::collections::VecDeque;
use std::mem;

use protocol::message::RoomPositionNtf;

use crate::line::Line;

/// Messages that are shown to a user who comes back, at most: twice as many as a server keeps.
const MOST: usize = 2_000;

/// Where a message stands in the log of a room. All zero: before the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) epoch: u64,
    pub(crate) generation: u64,
    pub(crate) number: u64,
}

impl From<&RoomPositionNtf> for Position {
    fn from(position: &RoomPositionNtf) -> Self {
        let (epoch, generation, number) = (position.epoch, position.generation, position.number);
        Self {
            epoch,
            generation,
            number,
        }
    }
}

/// What becomes of messages that had no answer when the connection was lost.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Not in the log, and nobody else can say them any more: so they are said again, in this order.
    pub(crate) again: Vec<String>,
    /// Nobody knows.
    pub(crate) unknown: Vec<String>,
}

/// What the user has of the room.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Of the logs of the server at the other end. None where it keeps nothing.
    epoch: Option<u64>,
    /// The room, and the last position in it that is known.
    place: Option<(i32, Position)>,
    /// Messages that were shown since.
    since: usize,
    /// Own ones among what was shown, whose answers have not come.
    heard_own: VecDeque<String>,
    /// Own ones that had no answer when the connection was lost, in the order in which they were said.
    doubtful: Vec<String>,
    /// Those before it were said before one that has arrived.
    arrived: usize,
    /// What was said while the user was away, and is not shown yet.
    missed: VecDeque<Line>,
    /// The history is being read.
    reading: Option<Reading>,
    settled: Settled,
    /// What is to be shown now.
    shown: Vec<Line>,
}

/// A history that is not over.
#[derive(Debug, Default)]
struct Reading {
    /// So many messages of it were shown before the connection was lost.
    known: usize,
    /// What was said meanwhile: it stands in the history as well, if there is one.
    heard: VecDeque<Line>,
    /// Where that begins, as far as the server has told.
    place: Option<Position>,
    /// What of it was heard since then.
    since: usize,
}

impl Kept {
    /// The server keeps messages.
    pub(crate) fn synced(&mut self, epoch: u64) {
        self.epoch = Some(epoch);
    }

    /// Behind which position this room goes on for the user, where that is known.
    pub(crate) fn position_in(&self, room: i32) -> Option<Position> {
        let (there, position) = self.place?;
        (there == room).then_some(position)
    }

    /// Whether the room can tell later what has arrived.
    pub(crate) fn can_tell(&self) -> bool {
        self.place.is_some()
    }

    /// The connection is lost, and these have no answer.
    pub(crate) fn lost(&mut self, unanswered: Vec<String>) {
        self.epoch = None;
        // What was shown is a part of the history that was read, or comes behind it.
        if let Some(reading) = self.reading.take() {
            self.since = reading.known;
        }
        self.doubtful.extend(unanswered);
        for message in mem::take(&mut self.heard_own) {
            self.has_arrived(&message);
        }
    }

    /// The user is in this room, and has asked for its history, or not.
    pub(crate) fn entered(&mut self, room: i32, has_asked: bool) {
        if has_asked && self.position_in(room).is_some() {
            self.reading = Some(Reading {
                known: self.since,
                ..Reading::default()
            });
        } else {
            self.left();
        }
    }

    /// The user is in no room, or in one about which nothing is known yet.
    pub(crate) fn left(&mut self) {
        (self.place, self.since, self.reading) = (None, 0, None);
        self.heard_own.clear();
        self.give_up();
    }

    /// Somebody has said this in the room; `own` is what, where it was the user. What is to be shown now.
    pub(crate) fn heard(&mut self, line: Line, own: Option<&str>) -> Option<Line> {
        if let Some(reading) = &mut self.reading {
            push(&mut reading.heard, line);
            reading.since += 1;
            return None;
        }
        self.since += 1;
        // Without a position nobody asks.
        let own = own.filter(|_| self.epoch.is_some());
        self.heard_own.extend(own.map(ToOwned::to_owned));
        Some(line)
    }

    /// A message of the user was answered.
    pub(crate) fn answered(&mut self) {
        self.heard_own.pop_front();
    }

    /// The last message that was heard in this room stands here.
    pub(crate) fn is_at(&mut self, room: i32, position: Position) {
        match &mut self.reading {
            Some(reading) => (reading.place, reading.since) = (Some(position), 0),
            None => (self.place, self.since) = (Some((room, position)), 0),
        }
    }

    /// A message out of the history. `own` is what, where it was the user.
    pub(crate) fn told(&mut self, line: Line, own: Option<&str>, generation: u64, number: u64) {
        let Some(reading) = &mut self.reading else {
            return;
        };
        let is_known = reading.known > 0;
        reading.known = reading.known.saturating_sub(1);
        if let (Some((_, position)), Some(epoch)) = (&mut self.place, self.epoch) {
            *position = Position {
                epoch,
                generation,
                number,
            };
        }
        if !is_known {
            push(&mut self.missed, line);
            if let Some(own) = own {
                self.has_arrived(own);
            }
        }
    }

    /// The history is over: all of it has come.
    pub(crate) fn told_all(&mut self) {
        self.since = 0;
        self.reading = None;
        self.arrived = 0;
        self.settled.again.append(&mut self.doubtful);
        self.show_missed();
    }

    /// There is none, or not all of it: nobody knows what has arrived, and what was heard is all there is.
    pub(crate) fn not_told(&mut self) {
        let reading = self.reading.take().unwrap_or_default();
        let room = self.place.map(|(room, _)| room);
        (self.place, self.since) = (room.zip(reading.place), reading.since);
        self.give_up();
        self.shown.extend(reading.heard);
    }

    /// There will be no history.
    fn give_up(&mut self) {
        self.arrived = 0;
        self.settled.unknown.append(&mut self.doubtful);
        self.show_missed();
    }

    /// What is to be shown.
    pub(crate) fn take_shown(&mut self) -> Vec<Line> {
        mem::take(&mut self.shown)
    }

    /// What has become of the messages that had no answer.
    pub(crate) fn take_settled(&mut self) -> Settled {
        mem::take(&mut self.settled)
    }

    fn show_missed(&mut self) {
        let title = match self.missed.len() {
            0 => return,
            1 => "1 message while you were away".to_owned(),
            count => format!("{count} messages while you were away"),
        };
        self.shown.push(Line::Notice(title));
        self.shown.extend(mem::take(&mut self.missed));
    }

    /// One of the user's own messages is in the log. Where two are alike, the first that can be meant is: they have kept their
    /// order, and it makes no difference which of the two is said again.
    fn has_arrived(&mut self, message: &str) {
        let later = self.doubtful.iter().skip(self.arrived);
        let found = later.into_iter().position(|doubtful| doubtful == message);
        if let Some(index) = found {
            self.arrived += index;
            self.doubtful.remove(self.arrived);
        }
    }
}

/// Where there are too many, the oldest goes.
fn push(lines: &mut VecDeque<Line>, line: Line) {
    if lines.len() == MOST {
        lines.pop_front();
    }
    lines.push_back(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPOCH: u64 = 7;

    fn position(generation: u64, number: u64) -> Position {
        Position {
            epoch: EPOCH,
            generation,
            number,
        }
    }

    fn message(text: &str) -> Line {
        Line::Message(text.to_owned())
    }

    /// In room 1, where 5 messages were said.
    fn there() -> Kept {
        let mut kept = Kept::default();
        kept.synced(EPOCH);
        kept.entered(1, false);
        kept.is_at(1, position(3, 5));
        kept
    }

    /// Back, with a question for what came since.
    fn back(kept: &mut Kept) {
        kept.synced(EPOCH);
        kept.entered(1, true);
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn again(texts: &[&str]) -> Settled {
        Settled {
            again: owned(texts),
            unknown: Vec::new(),
        }
    }

    #[test]
    fn what_was_missed_is_shown_below_its_count() {
        let mut kept = there();
        kept.lost(Vec::new());
        assert_eq!(kept.position_in(1), Some(position(3, 5)));
        assert_eq!(kept.position_in(2), None);
        back(&mut kept);
        kept.told(message("bob: one"), None, 3, 6);
        kept.told(message("bob: two"), None, 9, 1);
        assert_eq!(kept.take_shown(), []);
        kept.told_all();
        let title = Line::Notice("2 messages while you were away".to_owned());
        assert_eq!(
            kept.take_shown(),
            [title, message("bob: one"), message("bob: two")]
        );
        assert_eq!(kept.position_in(1), Some(position(9, 1)));
        assert_eq!(kept.take_settled(), Settled::default());
    }

    #[test]
    fn what_was_shown_before_its_position_came_is_passed_over() {
        let mut kept = there();
        for text in ["bob: one", "bob: two"] {
            assert_eq!(kept.heard(message(text), None), Some(message(text)));
        }
        kept.lost(Vec::new());
        // The history breaks off behind the first of them.
        back(&mut kept);
        kept.told(message("bob: one"), None, 3, 6);
        kept.lost(Vec::new());
        assert_eq!(kept.position_in(1), Some(position(3, 6)));
        back(&mut kept);
        kept.told(message("bob: two"), None, 3, 7);
        kept.told(message("bob: three"), None, 3, 8);
        kept.told_all();
        let title = Line::Notice("1 message while you were away".to_owned());
        assert_eq!(kept.take_shown(), [title, message("bob: three")]);
    }

    #[test]
    fn what_is_said_while_the_history_is_read_is_shown_once() {
        for is_told in [true, false] {
            let mut kept = there();
            kept.lost(Vec::new());
            back(&mut kept);
            kept.is_at(1, position(3, 6));
            assert_eq!(kept.heard(message("bob: two"), None), None);
            let expected = match is_told {
                true => {
                    kept.told(message("bob: one"), None, 3, 6);
                    kept.told(message("bob: two"), None, 3, 7);
                    kept.told_all();
                    vec!["* 2 messages while you were away", "bob: one", "bob: two"]
                }
                false => {
                    kept.not_told();
                    vec!["bob: two"]
                }
            };
            let shown: Vec<_> = kept.take_shown().iter().map(Line::to_string).collect();
            assert_eq!(shown, expected);
            // Where there was no history, it begins anew where the user has come in.
            let number = if is_told { 7 } else { 6 };
            assert_eq!(kept.position_in(1), Some(position(3, number)));
            assert_eq!(kept.since, usize::from(!is_told));
        }
    }

    #[test]
    fn what_has_arrived_is_not_said_again() {
        let mut kept = there();
        kept.heard(message("alice: one"), Some("one"));
        kept.lost(owned(&["one", "two", "three"]));
        back(&mut kept);
        kept.told(message("alice: one"), Some("one"), 3, 6);
        kept.told(message("alice: three"), Some("three"), 3, 7);
        kept.told_all();
        assert_eq!(kept.take_settled(), again(&["two"]));
    }

    #[test]
    fn of_texts_that_are_alike_as_many_are_said_again_as_are_missing() {
        for (arrived, missing) in [
            (&[][..], &["a", "b", "a", "a"][..]),
            (&["a"], &["b", "a", "a"]),
            (&["a", "a"], &["b", "a"]),
            (&["b"], &["a", "a", "a"]),
            (&["b", "a"], &["a", "a"]),
            (&["a", "b", "a", "a"], &[]),
        ] {
            let mut kept = there();
            kept.lost(owned(&["a", "b", "a", "a"]));
            back(&mut kept);
            for (text, number) in arrived.iter().zip(6..) {
                kept.told(message(text), Some(text), 3, number);
            }
            kept.told_all();
            assert_eq!(kept.take_settled(), again(missing), "{arrived:?}");
        }
    }

    #[test]
    fn an_answer_is_the_end_of_what_was_heard() {
        let mut kept = there();
        kept.heard(message("alice: a"), Some("a"));
        kept.answered();
        kept.is_at(1, position(3, 6));
        kept.lost(owned(&["a"]));
        back(&mut kept);
        kept.told_all();
        assert_eq!(kept.take_settled(), again(&["a"]));
    }

    #[test]
    fn without_a_history_nobody_knows() {
        let leave: [fn(&mut Kept); 3] = [Kept::not_told, Kept::left, |kept| kept.entered(2, true)];
        for leave in leave {
            let mut kept = there();
            kept.lost(owned(&["one"]));
            kept.synced(EPOCH);
            kept.entered(1, true);
            leave(&mut kept);
            let unknown = owned(&["one"]);
            let settled = kept.take_settled();
            assert_eq!((settled.unknown, settled.again), (unknown, Vec::new()));
        }
    }

    #[test]
    fn what_is_told_without_end_is_bounded() {
        let mut kept = there();
        kept.lost(Vec::new());
        back(&mut kept);
        for number in 0..MOST as u64 + 10 {
            kept.told(message(&number.to_string()), None, 4, number);
        }
        kept.told_all();
        let shown = kept.take_shown();
        assert_eq!((shown.len(), &shown[1]), (MOST + 1, &message("10")));
    }
}
