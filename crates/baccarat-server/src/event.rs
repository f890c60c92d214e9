//! Events from outside to a table: the answer of the ledger to a stake, to a question for a balance, to the end of a round,
//! and the answers of other servers.

use std::sync::Arc;

use baccarat::Side;
use protocol::ErrorCode;

use crate::ledger::{Amount, Closed, Refusal, StakeRefused, Staked};

/// What the ledger tells, once it is stored, and what other servers do.
#[derive(Debug)]
pub enum Event {
    /// What a user has: the answer to a `BALANCE_REQ`.
    Balance(Result<Amount, Refusal>),
    /// What a user has whose `STAKE_REQ` the table has refused: its answer names the balance.
    Refused(ErrorCode, Result<Amount, Refusal>),
    /// Whether a stake is stored.
    Staked(Asked, Result<Staked, StakeRefused>),
    /// The result of a round is stored, with what it pays.
    Settled(Result<Closed, Refusal>),
    /// What another server has answered to a whisper, an invitation, or a question for a room.
    Talk(talk::Event),
}

impl From<talk::Event> for Event {
    fn from(event: talk::Event) -> Self {
        Self::Talk(event)
    }
}

/// A stake that the ledger was asked to store.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(crate) user: Arc<str>,
    pub(crate) unique_id: u64,
    pub(crate) how: How,
}

/// By which request a stake came.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// A `STAKE_REQ`.
    Stake(Side),
    /// A `GAME_BET_REQ`.
    Bet(Side),
    /// A second one, which moves the chips of the first to the other side.
    Move { from: Side, to: Side },
}

impl How {
    /// The side on which the chips are afterwards.
    pub(crate) fn side(self) -> Side {
        match self {
            Self::Stake(side) | Self::Bet(side) | Self::Move { to: side, .. } => side,
        }
    }
}
