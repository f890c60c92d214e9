//! A ticket in the queue: what its user wants, where it stands, and what the user is told of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::wish::Wish;
use crate::messages::Assigned;

/// Whoever has not been heard of for so long, between two polls, is gone.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What has become of a ticket is known for so long after its end.
pub(crate) const KNOWN_FOR: Duration = Duration::from_secs(60);

/// Where a ticket stands in its queue: those who have come back first, then the others, each by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order {
    is_new: bool,
    number: u64,
}

/// One user's wish, from the call that makes it on.
pub(crate) struct Ticket {
    pub(crate) wish: Wish,
    pub(crate) order: Order,
    pub(crate) since: Instant,
    /// Its user is gone then, if nothing is heard before.
    pub(crate) heard_until: Instant,
    pub(crate) state: State,
}

/// What a ticket is in the middle of.
pub(crate) enum State {
    Waiting,
    /// A server is asked for seats for the party of this number. The user still waits.
    Asked(u64),
    /// There is a seat, and the whole party is expected there.
    Matched(Seating),
    /// All have come. Forgotten then.
    Settled(Seating, Instant),
    /// Forgotten then.
    Failed(Reason, Instant),
}

/// Why a ticket has come to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Matched, and not there in time.
    NoShow,
    /// Not asked for while it waited.
    Gone,
}

/// A user's seat, and who else has one there.
#[derive(Clone)]
pub(crate) struct Seating {
    pub(crate) assigned: Assigned,
    /// The ticket of the game server is worth nothing any more then.
    pub(crate) ends: Instant,
    pub(crate) members: Arc<[String]>,
}

/// How far a ticket has come, as its user knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Waiting,
    Matched,
    Settled,
    Failed(Reason),
}

/// What a user is told of a ticket.
pub(crate) struct View {
    pub(crate) phase: Phase,
    pub(crate) seat: Option<(Assigned, Arc<[String]>)>,
}

impl Ticket {
    pub(crate) fn new(wish: Wish, number: u64, now: Instant) -> Self {
        Self {
            wish,
            order: Order { is_new: true, number },
            since: now,
            heard_until: now + PATIENCE,
            state: State::Waiting,
        }
    }

    /// Its user asks, and waits so long for the answer.
    pub(crate) fn hear(&mut self, now: Instant, wait: Duration) {
        self.heard_until = self.heard_until.max(now + wait + PATIENCE);
    }

    /// Back to the front of the queue.
    pub(crate) fn come_back(&mut self, now: Instant) {
        self.order.is_new = false;
        self.hear(now, Duration::ZERO);
        self.state = State::Waiting;
    }

    /// True while its user can have no other.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.state, State::Settled(..) | State::Failed(..))
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.state {
            State::Waiting | State::Asked(_) => Phase::Waiting,
            State::Matched(_) => Phase::Matched,
            State::Settled(..) => Phase::Settled,
            State::Failed(reason, _) => Phase::Failed(reason),
        }
    }

    pub(crate) fn view(&self, now: Instant) -> View {
        let seat = match &self.state {
            State::Matched(seating) | State::Settled(seating, _) => Some(seating.at(now)),
            _ => None,
        };
        View {
            phase: self.phase(),
            seat,
        }
    }
}

impl Seating {
    /// As it is worth now.
    fn at(&self, now: Instant) -> (Assigned, Arc<[String]>) {
        let mut assigned = self.assigned.clone();
        assigned.expires_in = self.ends.saturating_duration_since(now).as_secs();
        (assigned, Arc::clone(&self.members))
    }
}
