//! The line of one kind: those who wait, in their order.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::matches::choice::{self, Candidate, choose};
use crate::matches::id::MatchId;
use crate::matches::ticket::Order;
use crate::matches::wish::window;

/// Those who wait for the same.
#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: BTreeMap<Order, MatchId>,
    /// Nobody is chosen before.
    paused_until: Option<Instant>,
}

impl Line {
    pub(super) fn stand(&mut self, order: Order, id: MatchId) {
        self.waiting.insert(order, id);
    }

    pub(super) fn leave(&mut self, order: Order) {
        self.waiting.remove(&order);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// All of them, in their order.
    #[cfg(test)]
    pub(super) fn members(&self) -> impl Iterator<Item = &MatchId> {
        self.waiting.values()
    }

    pub(super) fn pause_until(&mut self, until: Instant) {
        self.paused_until = Some(until);
    }

    /// Takes so many out who can play together, the first of them first. `known` tells of each the rating, and since when
    /// it has waited.
    pub(super) fn take_group(
        &mut self,
        size: usize,
        now: Instant,
        known: impl Fn(&MatchId) -> Option<(u64, Instant)>,
    ) -> Option<Vec<MatchId>> {
        if self.waiting.len() < size || self.paused_until.is_some_and(|until| now < until) {
            return None;
        }
        let first = self.waiting.iter().take(choice::MOST);
        let candidates = first.filter_map(|(order, id)| {
            let (rating, since) = known(id)?;
            let window = window(now.saturating_duration_since(since));
            Some((*order, Candidate { rating, window }))
        });
        let (orders, candidates): (Vec<_>, Vec<_>) = candidates.unzip();
        let chosen = choose(&candidates, size)?;
        let members = chosen
            .into_iter()
            .map(|place| self.waiting.remove(&orders[place]));
        Some(members.flatten().collect())
    }
}
