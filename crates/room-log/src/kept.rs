//! The last messages of one room in memory, and the history that is read from there.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::entry::Kept;
use crate::log::{KEPT_ENTRIES, KEPT_MESSAGES};
use crate::position::Position;

/// The last entries of a room, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct LastEntries {
    entries: VecDeque<Arc<Kept>>,
    messages: usize,
    bytes: usize,
}

impl LastEntries {
    /// What the log has given.
    pub(crate) fn new(kept: Vec<Kept>) -> Self {
        let mut entries = Self::default();
        kept.into_iter().for_each(|entry| entries.push(Arc::new(entry)));
        entries
    }

    /// One more, behind all others. The oldest goes where there are too many.
    pub(crate) fn push(&mut self, entry: Arc<Kept>) {
        self.messages += usize::from(entry.entry.is_some());
        self.bytes += size(&entry);
        self.entries.push_back(entry);
        while self.messages > KEPT_MESSAGES || self.entries.len() > KEPT_ENTRIES {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.entries.pop_front() {
            self.messages -= usize::from(oldest.entry.is_some());
            self.bytes -= size(&oldest);
        }
    }

    /// Where the last one stands.
    pub(crate) fn last(&self) -> Option<Position> {
        self.entries.back().map(|entry| entry.at)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// All messages.
    pub(crate) fn all(&self) -> Vec<Arc<Kept>> {
        messages(self.entries.iter())
    }

    // ANCHOR: since
    /// The messages behind this position, or `None` where that cannot be said for sure. A position was given out where its
    /// entry is kept, or the one right behind it. And between the entries that follow, nothing must be missing: a Redis that
    /// has lost the last second of its file has lost messages that were seen.
    pub(crate) fn since(&self, position: Position) -> Option<Vec<Arc<Kept>>> {
        let first = self.entries.partition_point(|entry| entry.at <= position);
        let mut before = position;
        for entry in self.entries.range(first..) {
            if !before.is_right_before(entry.at) {
                return None;
            }
            before = entry.at;
        }
        let is_kept = first > 0 && self.entries[first - 1].at == position;
        let is_right_before_one = self
            .entries
            .get(first)
            .is_some_and(|next| next.at == position.next());
        (is_kept || is_right_before_one).then(|| messages(self.entries.range(first..)))
    }
    // ANCHOR_END: since
}

fn messages<'k>(entries: impl Iterator<Item = &'k Arc<Kept>>) -> Vec<Arc<Kept>> {
    entries.filter(|kept| kept.entry.is_some()).cloned().collect()
}

fn size(kept: &Kept) -> usize {
    kept.entry.as_ref().map_or(size_of::<Kept>(), crate::Entry::size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Entry;

    fn at(generation: u64, number: u64) -> Position {
        Position { generation, number }
    }

    fn kept(at: Position) -> Kept {
        let entry = || Entry {
            user_id: "bob".into(),
            message: at.to_string().into(),
        };
        Kept {
            at,
            entry: (at.number > 0).then(entry),
        }
    }

    fn since(entries: &LastEntries, position: Position) -> Option<Vec<Position>> {
        let messages = entries.since(position)?;
        Some(messages.iter().map(|message| message.at).collect())
    }

    #[test]
    fn a_history_begins_behind_its_position_and_fences_are_no_messages() {
        let all = [at(1, 0), at(1, 1), at(1, 2), at(4, 0), at(7, 0), at(7, 1)];
        let entries = LastEntries::new(all.map(kept).into());
        assert_eq!(
            since(&entries, at(1, 0)),
            Some(vec![at(1, 1), at(1, 2), at(7, 1)])
        );
        assert_eq!(since(&entries, at(1, 2)), Some(vec![at(7, 1)]));
        assert_eq!(since(&entries, at(4, 0)), Some(vec![at(7, 1)]));
        assert_eq!(since(&entries, at(7, 1)), Some(vec![]));
        assert_eq!(entries.all().len(), 3);
    }

    #[test]
    fn a_position_that_was_never_given_out_is_known_for_nothing() {
        let entries = LastEntries::new([at(3, 0), at(3, 1), at(5, 0)].map(kept).into());
        for position in [at(0, 0), at(3, 2), at(4, 0), at(5, 1), at(6, 0)] {
            assert_eq!(since(&entries, position), None, "{position}");
        }
    }

    #[test]
    fn what_is_too_old_is_a_gap_but_for_the_one_right_before() {
        let numbers = 1..=KEPT_MESSAGES as u64 + 50;
        let entries = LastEntries::new(numbers.map(|number| kept(at(1, number))).collect());
        assert_eq!(entries.all().len(), KEPT_MESSAGES);
        assert_eq!(since(&entries, at(1, 49)), None);
        assert_eq!(since(&entries, at(1, 50)).unwrap().len(), KEPT_MESSAGES);
        assert_eq!(since(&entries, at(1, 51)).unwrap().len(), KEPT_MESSAGES - 1);
    }

    #[test]
    fn what_the_log_has_lost_is_a_gap() {
        let entries = LastEntries::new([at(1, 0), at(1, 1), at(1, 4), at(1, 5)].map(kept).into());
        assert_eq!(since(&entries, at(1, 1)), None);
        assert_eq!(since(&entries, at(1, 2)), None);
        assert_eq!(since(&entries, at(1, 3)), Some(vec![at(1, 4), at(1, 5)]));
        assert_eq!(since(&entries, at(1, 4)), Some(vec![at(1, 5)]));
    }

    #[test]
    fn fences_alone_do_not_grow_without_end() {
        let fences = (1..=3_000).map(|generation| kept(at(generation, 0)));
        let entries = LastEntries::new(fences.collect());
        assert_eq!(entries.entries.len(), KEPT_ENTRIES);
        assert!(entries.bytes() <= KEPT_ENTRIES * size_of::<Kept>());
    }
}
