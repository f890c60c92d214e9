//! The rounds of one table, as far as the ledger has to know them: the open ones, and the one that ended last.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::request::Numbers;
use super::row::StakeId;
use super::{Amount, Closed, Refusal, RoundId, UserId};

/// What is known of a table. A round that is over is forgotten when the next one ends: a number that is not above the
/// last one and not open is over.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Of the owner that has taken it; 0 where no other process could.
    pub(super) generation: u64,
    /// Counts its changes, so that one that somebody else has made is noticed.
    pub(super) version: u64,
    pub(super) last: Numbers,
    pub(super) open: BTreeMap<u64, Round>,
    pub(super) closed: Option<(u64, Arc<Closed>)>,
}

/// An open round: its escrow, and which requests have made it.
#[derive(Debug, Clone, Default)]
pub(super) struct Round {
    /// None of nothing.
    pub(super) stakes: BTreeMap<(UserId, i8), Amount>,
    /// By user and number.
    pub(super) asked: HashMap<(UserId, u32), Asked>,
}

/// What was asked under a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Stake { side: i8, amount: Amount },
    Move { from: i8, to: i8, amount: Amount },
}

impl Table {
    /// What the table becomes by the next change.
    pub(super) fn changing(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// The rounds that have begun and not ended.
    pub(super) fn open_rounds(&self, table: i32) -> impl Iterator<Item = RoundId> {
        let numbers = self.open.keys();
        numbers.map(move |number| RoundId {
            table,
            number: *number,
        })
    }

    /// A round that takes stakes. It begins where it is the next one.
    pub(super) fn playing(&mut self, round: RoundId) -> Result<&mut Round, Refusal> {
        if round.number > self.last.round {
            self.last.round = round.number;
            self.open.insert(round.number, Round::default());
        }
        self.open.get_mut(&round.number).ok_or(Refusal::RoundOver(round))
    }

    /// How the round that ended last has ended, where it is this one.
    pub(super) fn ended(&self, round: RoundId) -> Option<&Closed> {
        let (_, closed) = self
            .closed
            .as_ref()
            .filter(|(number, _)| *number == round.number)?;
        Some(closed)
    }
}

impl Round {
    /// The stakes, in the order of users and sides.
    pub(super) fn accounts(&self, round: RoundId) -> Vec<(StakeId, Amount)> {
        let account = |((user, side), amount): (&(UserId, i8), &Amount)| {
            let user = UserId::clone(user);
            (
                StakeId {
                    round,
                    user,
                    side: *side,
                },
                *amount,
            )
        };
        self.stakes.iter().map(account).collect()
    }

    pub(super) fn stake_of(&self, user: &UserId, side: i8) -> Amount {
        let stake = self.stakes.get(&(UserId::clone(user), side));
        stake.copied().unwrap_or_default()
    }

    /// Whether this very request has been applied.
    pub(super) fn has_asked(&self, user: &UserId, number: u32, asked: Asked) -> Result<bool, Refusal> {
        match self.asked.get(&(UserId::clone(user), number)) {
            None => Ok(false),
            Some(before) if *before == asked => Ok(true),
            Some(_) => Err(Refusal::NumberTaken(number)),
        }
    }
}
