//! Why the ledger refuses a request, and why it cannot use a file.

use std::io;
use std::sync::Arc;

use database::DatabaseError;
use directory::Unavailable;
use protocol::ErrorCode;

use super::request::SIDES;
use super::{Amount, RoundId};

/// Why a request has changed nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The user has less than that.
    #[error("a stake of {stake} is more than the balance of {balance}")]
    Short {
        /// What the user has.
        balance: Amount,
        /// What was asked for.
        stake: Amount,
    },
    /// It could not be stored; it may be asked again.
    #[error("not stored, so nothing has happened")]
    NotStored(#[source] Arc<LedgerError>),
    /// There are five sides.
    #[error("there is no side {0}: expected 1 to {SIDES}")]
    NoSuchSide(i8),
    /// A move of more than this user has on that side.
    #[error("there is not so much on side {0} that could be moved")]
    NoStake(i8),
    /// A move from a side to itself.
    #[error("the stake is on side {0} already")]
    SameSide(i8),
    /// A stake is whole chips, one at least.
    #[error("a stake of {0} is not allowed: expected whole chips, one at least")]
    Amount(Amount),
    /// The round is settled or refunded, or an older one than the last of its table.
    #[error("round {} of table {} is over", .0.number, .0.table)]
    RoundOver(RoundId),
    /// Another stake or move had this number.
    #[error("number {0} of this user's stakes in this round is taken by another one")]
    NumberTaken(u32),
    /// A sum does not fit into 64 bits, or a number not into 63, which is what a file can keep.
    #[error("a number is too large to be kept")]
    TooLarge,
    /// The table was never taken, or another server has taken it since.
    #[error("table {0} is kept by another server")]
    NotOurs(i32),
    /// The ledger has ended.
    #[error("the ledger is closed")]
    Closed,
}

impl Refusal {
    /// What a client is told. None where the server that asked has made a mistake, or is about to end.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Short { .. } => Some(ErrorCode::INSUFFICIENT_FUNDS),
            Self::NotStored(_) | Self::NotOurs(_) => Some(ErrorCode::NOT_STORED),
            Self::NoSuchSide(_) => Some(ErrorCode::GAME_BET_INVALID_SIDE),
            Self::SameSide(_) => Some(ErrorCode::GAME_BET_SAME_SIDE),
            Self::Amount(_) => Some(ErrorCode::BET_LIMIT),
            Self::RoundOver(_) => Some(ErrorCode::BET_WRONG_ROUND),
            Self::NoStake(_) | Self::NumberTaken(_) | Self::TooLarge | Self::Closed => None,
        }
    }
}

/// A stake or a move that has changed nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the stake is refused")]
pub struct StakeRefused {
    /// Why.
    #[source]
    pub reason: Refusal,
    /// What the user has; nothing where the ledger has ended.
    pub balance: Amount,
}

/// Why the ledger cannot be opened, or could not store what it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file cannot be used, or could not be written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Redis has not taken it, and will not.
    #[error("Redis has not stored it")]
    Redis(#[source] Unavailable),
    /// Redis was told, and has not answered: it is stored, or not.
    #[error("nobody knows whether Redis has stored it")]
    InDoubt(#[source] Unavailable),
    /// The accounts have changed under every attempt.
    #[error("others have changed the same accounts {0} times in a row")]
    Contended(usize),
    /// A later owner has a table.
    #[error("table {table} belongs to the server of generation {generation}, and this is {ours}")]
    TakenByOthers {
        /// Which one.
        table: i32,
        /// Of its owner.
        generation: u64,
        /// Of this server.
        ours: u64,
    },
    /// What is in Redis cannot be a ledger.
    #[error("the ledger in Redis is damaged: {0}")]
    Damaged(String),
    /// The system has no thread for the ledger.
    #[error("no thread for the ledger: see `ulimit -u`, and how much memory is left")]
    Thread(#[source] io::Error),
    /// The ledger was closed, and could not store the ends of some rounds before.
    #[error("{rounds} rounds could not be closed; at the next start their stakes are given back")]
    Unstored {
        /// How many.
        rounds: usize,
        /// Why.
        source: Arc<LedgerError>,
    },
    /// The thread of the ledger has panicked.
    #[error("the thread of the ledger has panicked; what it had not stored is not stored")]
    Panicked,
}
