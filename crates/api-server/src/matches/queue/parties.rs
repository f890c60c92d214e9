//! What becomes of a party: it gets seats or not, and its users come or not.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Queue;
use crate::matches::party::{Errand, NextRoll, Party, Roll, Seats, Stage};
use crate::matches::ticket::{KNOWN_FOR, Reason, Seating, State};

/// Where no server has had seats, nobody is asked again before.
const PAUSE: Duration = Duration::from_secs(1);

impl Queue {
    // ANCHOR: reserved
    /// The answer to [`Errand::Reserve`]: all have seats, or nobody has. Whoever has cancelled meanwhile is not among
    /// them any more, and then the others cannot play either: their seats are given up by not being taken.
    pub(crate) fn reserved(&mut self, number: u64, seats: Option<Seats>, now: Instant) {
        let Some(party) = self.parties.remove(&number) else {
            return;
        };
        let kind = party.kind.clone();
        let is_whole = party.members.len() == kind.size;
        match seats {
            Some(seats) if is_whole => self.seat(number, party, seats, now),
            seats => {
                if seats.is_none() {
                    self.tally.no_seats += 1;
                    self.line(&kind).pause_until(now + PAUSE);
                }
                for id in &party.members {
                    self.set(id, State::Waiting);
                    self.stand(id);
                }
            }
        }
        self.choose_again(&kind, now);
    }
    // ANCHOR_END: reserved

    // ANCHOR: roll_called
    /// The answer to [`Errand::CallRoll`]: with all of them there the match stands. Else those who have come are at the
    /// front of the queue again. Nobody is out because a server has gone.
    pub(crate) fn roll_called(&mut self, number: u64, roll: &Roll, now: Instant) {
        let Some(mut party) = self.parties.remove(&number) else {
            return;
        };
        let came = match roll {
            Roll::Unknown if party.call_again(now) => {
                self.parties.insert(number, party);
                return;
            }
            Roll::Came(came) if came.contains(&false) => came,
            Roll::Gone => {
                self.tally.server_gone += 1;
                return self.come_back(&party, |_| true, now);
            }
            // Nobody knows, and nobody will: then the users know better, and the match stands.
            Roll::Came(_) | Roll::Unknown => return self.settle(&party, now),
        };
        self.tally.deserted += 1;
        self.come_back(&party, |place| came.get(place) == Some(&true), now);
    }
    // ANCHOR_END: roll_called

    fn seat(&mut self, number: u64, mut party: Party, seats: Seats, now: Instant) {
        let members = self.users(&party.members).into();
        for (id, assigned) in party.members.iter().zip(seats.assigned) {
            if let Some(ticket) = self.tickets.get(id) {
                self.tally.add_wait(now.saturating_duration_since(ticket.since));
            }
            let seating = Seating {
                assigned,
                ends: now + seats.worth,
                members: Arc::clone(&members),
            };
            self.set(id, State::Matched(seating));
        }
        party.stage = Stage::Entering {
            table: seats.table,
            since: now,
            roll: NextRoll::At(now + self.entry_time),
        };
        self.parties.insert(number, party);
    }

    fn settle(&mut self, party: &Party, now: Instant) {
        self.tally.settled += 1;
        for id in &party.members {
            let Some(ticket) = self.tickets.get_mut(id) else {
                continue;
            };
            if let State::Matched(seating) = mem::replace(&mut ticket.state, State::Waiting) {
                let user = ticket.wish.user.clone();
                self.open.remove(&user);
                self.set(id, State::Settled(seating, now + KNOWN_FOR));
            }
        }
    }

    /// A party comes to nothing: some are at the front of the queue again, the others out of it.
    fn come_back(&mut self, party: &Party, is_back: impl Fn(usize) -> bool, now: Instant) {
        for (place, id) in party.members.iter().enumerate() {
            if !is_back(place) {
                self.tally.no_show += 1;
                self.fail(id, Reason::NoShow, now);
            } else if let Some(ticket) = self.tickets.get_mut(id) {
                ticket.come_back(now);
                self.changed.push(id.clone());
                self.stand(id);
            }
        }
        self.choose_again(&party.kind, now);
    }

    pub(super) fn call_rolls(&mut self, now: Instant) {
        let mut due = Vec::new();
        for (number, party) in &mut self.parties {
            if let Some(table) = party.call_if_due(now) {
                due.push((*number, table, party.members.clone()));
            }
        }
        for (party, table, members) in due {
            let users = self.users(&members);
            self.errands.push(Errand::CallRoll { party, table, users });
        }
    }
}
