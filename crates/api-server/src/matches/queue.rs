//! The queue: who waits for a match, who is matched, who has come. No thread and no clock in here: time comes in as an
//! argument, and what is to be asked of game servers goes out as errands, whose answers come in again.
//!
//! A ticket is in one place at each moment: in the line of its kind, or in a party, or at its end. So nobody is lost
//! between two of them, whoever fails in between.

mod line;
mod parties;

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::time::{Duration, Instant};

use super::id::MatchId;
use super::party::{Errand, Party, Stage};
use super::tally::Tally;
use super::ticket::{KNOWN_FOR, Phase, Reason, State, Ticket, View};
use super::wish::{Kind, Wish};
use line::Line;

/// Users in the queue at most. Each takes some hundred bytes, and all of them are looked at twice a second.
const MOST_OPEN: usize = 10_000;

/// Parties of one game for which seats are asked at the same time. A server that does not answer keeps so many of those
/// that ask, and no more.
pub(crate) const MOST_ASKED: usize = 2;

/// Why a ticket cannot be had.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JoinError {
    /// The user has this one.
    AlreadyWaiting(MatchId),
    /// There are too many.
    Full,
}

/// What has become of a wish to cancel.
pub(crate) enum Cancelled {
    /// The ticket is gone.
    Done,
    /// There is a seat already.
    TooLate(View),
    /// This user has no such ticket.
    Unknown,
}

/// All tickets.
pub(crate) struct Queue {
    /// How long users have to enter.
    entry_time: Duration,
    tickets: HashMap<MatchId, Ticket>,
    /// The open ticket of each user.
    open: HashMap<String, MatchId>,
    lines: BTreeMap<Kind, Line>,
    parties: BTreeMap<u64, Party>,
    /// The last number of a ticket or a party.
    last: u64,
    errands: Vec<Errand>,
    changed: Vec<MatchId>,
    tally: Tally,
}

impl Queue {
    /// An empty one. Whoever is matched has so long to enter.
    pub(crate) fn new(entry_time: Duration) -> Self {
        Self {
            entry_time,
            tickets: HashMap::new(),
            open: HashMap::new(),
            lines: BTreeMap::new(),
            parties: BTreeMap::new(),
            last: 0,
            errands: Vec::new(),
            changed: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// True where time changes nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    /// What is to be asked since the last call.
    pub(crate) fn take_errands(&mut self) -> Vec<Errand> {
        mem::take(&mut self.errands)
    }

    /// The tickets that have changed since the last call.
    pub(crate) fn take_changed(&mut self) -> Vec<MatchId> {
        mem::take(&mut self.changed)
    }

    /// The counts as they are now.
    pub(crate) fn tally(&self) -> Tally {
        let entering = self.parties.values().filter_map(|party| match party.stage {
            Stage::Asked => None,
            Stage::Entering { .. } => Some(party.members.len()),
        });
        let entering = entering.sum::<usize>();
        let mut tally = self.tally.clone();
        tally.waiting = count(self.open.len() - entering);
        tally.entering = count(entering);
        tally
    }

    /// One more who waits.
    pub(crate) fn join(&mut self, id: MatchId, wish: Wish, now: Instant) -> Result<(), JoinError> {
        if let Some(known) = self.open.get(&wish.user) {
            return Err(JoinError::AlreadyWaiting(known.clone()));
        }
        if self.open.len() >= MOST_OPEN {
            return Err(JoinError::Full);
        }
        let kind = wish.kind.clone();
        self.open.insert(wish.user.clone(), id.clone());
        self.last += 1;
        self.tickets.insert(id.clone(), Ticket::new(wish, self.last, now));
        self.stand(&id);
        self.choose(&kind, now);
        Ok(())
    }

    /// What is true of a user's ticket. Its user is there, and stays so while it waits for the answer.
    pub(crate) fn look(&mut self, id: &MatchId, user: &str, now: Instant, wait: Duration) -> Option<View> {
        let ticket = self
            .tickets
            .get_mut(id)
            .filter(|ticket| ticket.wish.user == user)?;
        ticket.hear(now, wait);
        Some(ticket.view(now))
    }

    /// How far a ticket is, if there is one.
    pub(crate) fn phase(&self, id: &MatchId) -> Option<Phase> {
        self.tickets.get(id).map(Ticket::phase)
    }

    /// A user does not want to wait any more.
    pub(crate) fn cancel(&mut self, id: &MatchId, user: &str, now: Instant) -> Cancelled {
        let ticket = self.tickets.get(id).filter(|ticket| ticket.wish.user == user);
        let Some(ticket) = ticket else {
            return Cancelled::Unknown;
        };
        if let State::Matched(_) | State::Settled(..) = ticket.state {
            return Cancelled::TooLate(ticket.view(now));
        }
        if ticket.is_open() {
            self.tally.cancelled += 1;
        }
        self.leave(id);
        self.forget(id);
        Cancelled::Done
    }

    /// Time has come so far: who is gone is out, who has not come is asked for, and windows are wider.
    pub(crate) fn pass(&mut self, now: Instant) {
        self.expire(now);
        self.call_rolls(now);
        let kinds: Vec<_> = self.lines.keys().cloned().collect();
        for kind in kinds {
            self.choose(&kind, now);
        }
    }

    /// Forms parties of those who wait, as long as there are some.
    fn choose(&mut self, kind: &Kind, now: Instant) {
        while self.asked_of(kind) < MOST_ASKED
            && let Some(members) = self.lines.get_mut(kind).and_then(|line| {
                let tickets = &self.tickets;
                line.take_group(kind.size, now, |id| {
                    tickets.get(id).map(|ticket| (ticket.wish.rating, ticket.since))
                })
            })
        {
            self.last += 1;
            let party = self.last;
            members.iter().for_each(|id| self.set(id, State::Asked(party)));
            let (kind, users) = (kind.clone(), self.users(&members));
            self.parties.insert(
                party,
                Party {
                    kind: kind.clone(),
                    members,
                    stage: Stage::Asked,
                },
            );
            self.errands.push(Errand::Reserve { party, kind, users });
        }
        // A line is there as long as somebody stands in it.
        if self.lines.get(kind).is_some_and(Line::is_empty) {
            self.lines.remove(kind);
        }
    }

    /// An answer has come, so that others of the game may be asked for, whatever their number.
    fn choose_again(&mut self, kind: &Kind, now: Instant) {
        let of_game = self.lines.keys().filter(|other| other.game == kind.game);
        let kinds: Vec<_> = of_game.cloned().collect();
        kinds.iter().for_each(|kind| self.choose(kind, now));
    }

    fn asked_of(&self, kind: &Kind) -> usize {
        let asked = self.parties.values().filter(|party| match party.stage {
            Stage::Asked => party.kind.game == kind.game,
            Stage::Entering { .. } => false,
        });
        asked.count()
    }

    fn expire(&mut self, now: Instant) {
        let (mut gone, mut old) = (Vec::new(), Vec::new());
        for (id, ticket) in &self.tickets {
            match ticket.state {
                State::Waiting | State::Asked(_) if ticket.heard_until <= now => gone.push(id.clone()),
                State::Settled(_, until) | State::Failed(_, until) if until <= now => old.push(id.clone()),
                _ => {}
            }
        }
        for id in gone {
            self.tally.gone += 1;
            self.leave(&id);
            self.fail(&id, Reason::Gone, now);
        }
        old.iter().for_each(|id| self.forget(id));
    }

    /// Out of the line, or of the party that is asked for.
    fn leave(&mut self, id: &MatchId) {
        let Some(ticket) = self.tickets.get(id) else {
            return;
        };
        match ticket.state {
            State::Waiting => {
                if let Some(line) = self.lines.get_mut(&ticket.wish.kind) {
                    line.leave(ticket.order);
                }
            }
            State::Asked(party) => {
                if let Some(party) = self.parties.get_mut(&party) {
                    party.members.retain(|member| member != id);
                }
            }
            State::Matched(_) | State::Settled(..) | State::Failed(..) => {}
        }
    }

    fn fail(&mut self, id: &MatchId, reason: Reason, now: Instant) {
        if let Some(ticket) = self.tickets.get(id) {
            self.open.remove(&ticket.wish.user);
            self.set(id, State::Failed(reason, now + KNOWN_FOR));
        }
    }

    fn forget(&mut self, id: &MatchId) {
        if let Some(ticket) = self.tickets.remove(id) {
            // A ticket that has ended is not the open one of its user.
            if ticket.is_open() {
                self.open.remove(&ticket.wish.user);
            }
            self.changed.push(id.clone());
        }
    }

    /// Into the line.
    fn stand(&mut self, id: &MatchId) {
        if let Some(ticket) = self.tickets.get(id) {
            let (kind, order) = (ticket.wish.kind.clone(), ticket.order);
            self.line(&kind).stand(order, id.clone());
        }
    }

    fn line(&mut self, kind: &Kind) -> &mut Line {
        self.lines.entry(kind.clone()).or_default()
    }

    fn set(&mut self, id: &MatchId, state: State) {
        if let Some(ticket) = self.tickets.get_mut(id) {
            ticket.state = state;
            self.changed.push(id.clone());
        }
    }

    fn users(&self, members: &[MatchId]) -> Vec<String> {
        let tickets = members.iter().filter_map(|id| self.tickets.get(id));
        tickets.map(|ticket| ticket.wish.user.clone()).collect()
    }
}

fn count(users: usize) -> u64 {
    users.try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
