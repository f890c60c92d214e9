//! What one member has of its room, and where each message stands: a diary is gone through from its first line to its last.
//!
//! A server tells where a message stands only behind it, and for the last of several. So what was heard waits until its
//! place is known: from the next position, or from the history that the member asks for when it comes back.

use std::collections::VecDeque;
use std::mem;

use super::findings::{Findings, Violation};
use crate::record::{Diary, Event, Noted, Place, Record, Text};

/// `ROOM_HISTORY_RES`: that was all.
const ALL: i16 = 1;
/// The history does not reach back so far, or is another one.
const HISTORY_GAP: i16 = 156;

/// What one member has.
#[derive(Debug, Default)]
pub(super) struct View {
    /// In the order in which they came.
    pub(super) entries: Vec<(Place, Text)>,
    /// Where it was when it first knew where it was: it must have all that is behind.
    pub(super) start: Option<Place>,
    /// It was told that something is missing behind this place, and before the entry of that index.
    pub(super) gaps: Vec<(Place, usize)>,
    /// What it was told in the end, when it asked for all that is kept.
    pub(super) kept: Option<Vec<(Place, Text)>>,
}

/// Goes through a diary.
pub(super) struct Replay<'a> {
    record: &'a Record,
    user: usize,
    view: View,
    /// The last place that is known.
    at: Option<Place>,
    /// Heard since, so their places are not known yet.
    heard: VecDeque<Text>,
    /// It has asked for the history, which is not over.
    reads: bool,
    /// What is kept, as far as it has been told.
    kept: Vec<(Place, Text)>,
}

impl<'a> Replay<'a> {
    /// What this user has, and what was wrong on the way.
    pub(super) fn run(record: &'a Record, user: usize, diary: &Diary, findings: &mut Findings) -> View {
        let mut replay = Self {
            record,
            user,
            view: View::default(),
            at: None,
            heard: VecDeque::new(),
            reads: false,
            kept: Vec::new(),
        };
        for event in &diary.events {
            replay.take(*event, findings);
        }
        replay.view
    }

    fn take(&mut self, event: Event, findings: &mut Findings) {
        match event {
            Event::Asked(_) => self.reads = true,
            Event::Came => self.reads = false,
            // What is said while the history is read stands in it as well.
            Event::Heard(_) | Event::Stands(_) if self.reads => {}
            Event::Heard(text) => {
                findings.counts.deliveries += 1;
                self.heard.push_back(text);
            }
            Event::Stands(noted) => self.stands(self.record.place(noted), findings),
            Event::Told(noted, text) => self.told(noted, text, findings),
            Event::ToldAll(result) => self.told_all(result, findings),
            Event::Lost => {
                findings.counts.lost_connections += 1;
                self.reads = false;
                self.kept.clear();
            }
            Event::Kept(noted, text) => self.kept.push((self.record.place(noted), text)),
            Event::KeptAll => self.view.kept = Some(mem::take(&mut self.kept)),
            Event::Said(_) | Event::SaidAgain(_) | Event::Answered(..) => {}
        }
    }

    /// The last message that was heard stands here, so those before it stand before it.
    fn stands(&mut self, place: Place, findings: &mut Findings) {
        let count = self.heard.len() as u64;
        if count > place.number {
            let user = self.user;
            findings.violate(Violation::WrongPosition { user, place });
            self.heard.clear();
        }
        let first = place.number.saturating_sub(count) + 1;
        for (number, text) in (first..).zip(self.heard.drain(..)) {
            self.view.entries.push((Place { number, ..place }, text));
        }
        self.is_at(place);
    }

    fn told(&mut self, noted: Noted, text: Text, findings: &mut Findings) {
        let place = self.record.place(noted);
        match self.heard.pop_front() {
            // It was heard before, when its place was not known.
            Some(heard) if heard == text => {}
            Some(heard) => {
                self.vanished(heard, findings);
                let others: Vec<_> = self.heard.drain(..).collect();
                others.into_iter().for_each(|text| self.vanished(text, findings));
                self.came_out_of_history(findings);
            }
            None => self.came_out_of_history(findings),
        }
        self.view.entries.push((place, text));
        self.is_at(place);
    }

    fn told_all(&mut self, result: i16, findings: &mut Findings) {
        match result {
            ALL => {
                let heard: Vec<_> = self.heard.drain(..).collect();
                heard.into_iter().for_each(|text| self.vanished(text, findings));
                self.reads = false;
            }
            HISTORY_GAP => {
                findings.counts.gaps += 1;
                // Nobody can say where they stand.
                self.heard.clear();
                let behind = self.at.take();
                let index = self.view.entries.len();
                self.view.gaps.extend(behind.map(|behind| (behind, index)));
            }
            // It was refused, and will be asked for again.
            _ => {}
        }
    }

    fn is_at(&mut self, place: Place) {
        self.view.start.get_or_insert(place);
        self.at = Some(place);
    }

    fn vanished(&self, text: Text, findings: &mut Findings) {
        let user = self.user;
        findings.violate(Violation::Vanished { user, text });
    }

    fn came_out_of_history(&self, findings: &mut Findings) {
        findings.counts.deliveries += 1;
        findings.counts.from_history += 1;
    }
}
