//! Users who were chosen to play together, until all are there or it comes to nothing. And what must be asked of game
//! servers for them.

use std::time::{Duration, Instant};

use directory::Owner;

use super::id::MatchId;
use super::wish::Kind;
use crate::messages::Assigned;

/// Where nobody knows who has come, it is asked again after so long,
const ROLL_AGAIN: Duration = Duration::from_secs(1);

/// and behind so long not any more: a room forgets after a minute whose seat nobody has taken.
const LAST_ROLL: Duration = Duration::from_secs(50);

/// A room of a game server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) owner: Owner,
    pub(crate) room: i32,
}

/// A seat for each of a party, in its order.
pub(crate) struct Seats {
    pub(crate) table: Table,
    pub(crate) assigned: Vec<Assigned>,
    /// How long their tickets are worth something.
    pub(crate) worth: Duration,
}

/// Who of a party has come, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Roll {
    /// True for whoever has.
    Came(Vec<bool>),
    /// The server, or its room, is not there any more.
    Gone,
    /// Nobody knows at the moment.
    Unknown,
}

/// What is to be asked for the party of this number. Each is answered once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Seats for all of these, or for none.
    Reserve {
        party: u64,
        kind: Kind,
        users: Vec<String>,
    },
    /// Who of these has come?
    CallRoll {
        party: u64,
        table: Table,
        users: Vec<String>,
    },
}

/// Users who were chosen.
pub(crate) struct Party {
    pub(crate) kind: Kind,
    /// In the order in which they were chosen.
    pub(crate) members: Vec<MatchId>,
    pub(crate) stage: Stage,
}

/// How far a party has come.
pub(crate) enum Stage {
    /// A server is asked for seats.
    Asked,
    /// They have seats since then.
    Entering {
        table: Table,
        since: Instant,
        roll: NextRoll,
    },
}

/// When it is asked who has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextRoll {
    At(Instant),
    /// The answer is waited for.
    UnderWay,
}

impl Party {
    /// Who has come? Once, until there is an answer.
    pub(crate) fn call_if_due(&mut self, now: Instant) -> Option<Table> {
        match &mut self.stage {
            Stage::Entering { table, roll, .. } if matches!(*roll, NextRoll::At(at) if at <= now) => {
                *roll = NextRoll::UnderWay;
                Some(table.clone())
            }
            _ => None,
        }
    }

    /// Nobody has known: false where it is not asked again.
    pub(crate) fn call_again(&mut self, now: Instant) -> bool {
        match &mut self.stage {
            Stage::Entering { since, roll, .. } if now.saturating_duration_since(*since) < LAST_ROLL => {
                *roll = NextRoll::At(now + ROLL_AGAIN);
                true
            }
            _ => false,
        }
    }
}
