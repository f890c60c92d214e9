//! The log of a room, put together from what its members have of it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound::{Excluded, Unbounded};

use super::findings::{Findings, Violation};
use super::replay::View;
use crate::record::{Age, Place, Text};

/// Messages of a room that a server keeps at least.
const KEPT: usize = 1_000;

/// What stands where.
pub(super) struct Log {
    entries: BTreeMap<Place, Text>,
}

impl Log {
    /// All that any member has, or that anybody is told in the end to be kept.
    pub(super) fn of<'v>(views: &'v [(usize, View)], findings: &mut Findings) -> Self {
        let mut entries = BTreeMap::new();
        let mut places = HashMap::new();
        let seen = |view: &'v View| view.entries.iter().chain(view.kept.iter().flatten());
        for (place, text) in views.iter().flat_map(|(_, view)| seen(view)) {
            match entries.entry(*place) {
                // As others have it.
                Entry::Occupied(there) if there.get() == text => {}
                Entry::Occupied(there) => {
                    let texts = [*there.get(), *text];
                    findings.violate(Violation::TwoAtOnePlace { place: *place, texts });
                }
                Entry::Vacant(free) => {
                    free.insert(*text);
                    if let Some(first) = places.insert(*text, *place) {
                        let places = [first, *place];
                        findings.violate(Violation::StoredTwice { text: *text, places });
                    }
                }
            }
        }
        Self { entries }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = Text> {
        self.entries.values().copied()
    }

    pub(super) fn ages(&self) -> impl Iterator<Item = Age> {
        self.entries.keys().map(|place| place.age)
    }

    /// Numbers count up by one. Where somebody has missed something and was told, nobody may have seen it.
    pub(super) fn has_no_holes(&self, room: i32, views: &[(usize, View)], findings: &mut Findings) {
        if views.iter().any(|(_, view)| !view.gaps.is_empty()) {
            return;
        }
        // What was said before anybody of this run was there.
        let starts: BTreeSet<_> = views.iter().filter_map(|(_, view)| view.start).collect();
        let Some(start) = starts.first().copied() else {
            return;
        };
        let mut before = start;
        for place in self
            .entries
            .range((Excluded(start), Unbounded))
            .map(|(place, _)| *place)
        {
            let expected = match place.age == before.age {
                true => before.number + 1,
                false => 1,
            };
            if place.number != expected {
                findings.violate(Violation::Hole { room, before: place });
            }
            before = place;
        }
    }

    /// A member has all that stands behind its start, but for what it was told that it has missed.
    pub(super) fn is_all_in(&self, user: usize, view: &View, findings: &mut Findings) {
        let Some(start) = view.start else { return };
        let has: BTreeSet<_> = view.entries.iter().map(|(place, _)| *place).collect();
        let gaps: Vec<_> = view
            .gaps
            .iter()
            .map(|&(behind, index)| (behind, view.entries.get(index)))
            .collect();
        for (place, text) in self.entries.range((Excluded(start), Unbounded)) {
            let is_in = |&(behind, next): &(Place, Option<&(Place, Text)>)| {
                *place > behind && next.is_none_or(|(next, _)| place < next)
            };
            if !has.contains(place) && !gaps.iter().any(is_in) {
                let (place, text) = (*place, *text);
                findings.violate(Violation::Missed { user, place, text });
            }
        }
        for (behind, next) in gaps {
            self.is_gap(user, behind, next.map(|(place, _)| *place), findings);
        }
    }

    /// What a server keeps in the end is the end of the log: all of it, or as much as a server must keep.
    pub(super) fn is_kept(&self, user: usize, view: &View, findings: &mut Findings) {
        let Some(kept) = &view.kept else { return };
        let all: BTreeSet<_> = kept.iter().map(|(place, _)| *place).collect();
        let start = view.start.map_or(Unbounded, Excluded);
        let must = self.entries.range((start, Unbounded)).rev().take(KEPT);
        for (place, text) in must.filter(|(place, _)| !all.contains(place)) {
            let (place, text) = (*place, *text);
            findings.violate(Violation::Forgotten { user, place, text });
        }
    }

    /// There is one where the log is another one, or has more messages since than are kept.
    fn is_gap(&self, user: usize, behind: Place, next: Option<Place>, findings: &mut Findings) {
        let is_other = next.is_some_and(|next| next.age.epoch != behind.age.epoch);
        if !is_other && self.entries.range((Excluded(behind), Unbounded)).count() < KEPT {
            findings.violate(Violation::NeedlessGap { user, behind });
        }
    }
}
