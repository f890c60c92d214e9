//! Clients that wait for a change of a ticket, each for a while.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use crossbeam_channel::Sender;

use super::id::MatchId;
use super::ticket::{Phase, View};

/// Where an answer goes; `None` where the ticket is not there any more.
pub(crate) type ReplyTo = Sender<Option<View>>;

/// One client.
pub(crate) struct Watcher {
    pub(crate) user: String,
    /// What the client knows already.
    pub(crate) known: Phase,
    pub(crate) until: Instant,
    pub(crate) reply: ReplyTo,
}

/// All of them, by their tickets and by their time.
#[derive(Default)]
pub(crate) struct Watchers {
    of: HashMap<MatchId, BTreeMap<u64, Watcher>>,
    times: BTreeMap<(Instant, u64), MatchId>,
    last: u64,
}

impl Watchers {
    pub(crate) fn add(&mut self, id: MatchId, watcher: Watcher) {
        self.last += 1;
        self.times.insert((watcher.until, self.last), id.clone());
        self.of.entry(id).or_default().insert(self.last, watcher);
    }

    /// When the first of them has waited long enough.
    pub(crate) fn next_time(&self) -> Option<Instant> {
        self.times.keys().next().map(|(until, _)| *until)
    }

    /// Takes those who do not know that the ticket is as far as this; all of them where it is not there any more.
    pub(crate) fn take_of(&mut self, id: &MatchId, phase: Option<Phase>) -> Vec<Watcher> {
        let Some(watchers) = self.of.get_mut(id) else {
            return Vec::new();
        };
        let taken = watchers.extract_if(.., |_, watcher| Some(watcher.known) != phase);
        let taken: Vec<_> = taken.collect();
        if watchers.is_empty() {
            self.of.remove(id);
        }
        for (number, watcher) in &taken {
            self.times.remove(&(watcher.until, *number));
        }
        taken.into_iter().map(|(_, watcher)| watcher).collect()
    }

    /// Takes those who have waited long enough.
    pub(crate) fn take_due(&mut self, now: Instant) -> Vec<(MatchId, Watcher)> {
        let mut due = Vec::new();
        while let Some(first) = self.times.first_entry().filter(|first| first.key().0 <= now) {
            let ((_, number), id) = first.remove_entry();
            due.extend(self.take(id, number));
        }
        due
    }

    /// Takes all of them.
    pub(crate) fn take_all(&mut self) -> Vec<(MatchId, Watcher)> {
        let times = std::mem::take(&mut self.times);
        let all = times.into_iter();
        all.filter_map(|((_, number), id)| self.take(id, number))
            .collect()
    }

    fn take(&mut self, id: MatchId, number: u64) -> Option<(MatchId, Watcher)> {
        let watchers = self.of.get_mut(&id)?;
        let watcher = watchers.remove(&number);
        if watchers.is_empty() {
            self.of.remove(&id);
        }
        watcher.map(|watcher| (id, watcher))
    }
}
