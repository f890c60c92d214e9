//! The trait: what every log does, wherever it keeps its entries.

use std::error::Error;
use std::sync::Arc;

use thiserror::Error;

use crate::entry::Kept;
use crate::position::Position;

/// Messages of a room that a log keeps at least.
pub(crate) const KEPT_MESSAGES: usize = 1_000;

/// Entries of a room that are kept at most: fences are among them.
pub(crate) const KEPT_ENTRIES: usize = KEPT_MESSAGES + 100;

/// The log of all rooms of a game. Its calls block, for a second or so at most, so they belong on a thread of their own.
pub trait RoomLog: Send + 'static {
    /// Which log it is: another one where the data was lost.
    ///
    /// # Errors
    /// [`LogError`], of either kind.
    fn epoch(&mut self) -> Result<u64, LogError>;

    /// Takes a room for this generation: its fence is written first, then is read what is kept. May be done again, also
    /// for the same generation.
    ///
    /// # Errors
    /// [`LogError`], of either kind: a fence that is written twice is one.
    fn open(&mut self, room: i32, generation: u64) -> Result<Opened, LogError>;

    /// Appends to rooms that are open, where the log is still that of this epoch. Each run is stored as a whole or not at
    /// all, and there is one verdict for each. Made again with the same runs, what is stored already is not stored twice.
    ///
    /// # Errors
    /// [`LogError::NotStored`] where nothing of it is stored, nor ever will be by this call; [`LogError::InDoubt`] where
    /// nobody knows.
    fn append(&mut self, epoch: u64, runs: &[Run<'_>]) -> Result<Appended, LogError>;
}

/// Entries that follow each other in one room. A call has one run of a room at most.
#[derive(Debug, Clone, Copy)]
pub struct Run<'e> {
    /// The number of the room.
    pub room: i32,
    /// What must stand last in the log of this room.
    pub behind: Position,
    /// What is to stand behind it: one entry at least, all of one generation.
    pub entries: &'e [Arc<Kept>],
}

impl Run<'_> {
    /// Where its last entry stands.
    #[must_use]
    pub fn last(&self) -> Position {
        self.entries.last().map_or(self.behind, |entry| entry.at)
    }

    /// What is to be done with this run where the log of its room ends with `tail`.
    #[must_use]
    pub fn verdict(&self, tail: Option<Position>) -> Option<Verdict> {
        match tail {
            Some(tail) if tail == self.last() => Some(Verdict::Stored),
            Some(tail) if tail == self.behind => None,
            Some(tail) if tail.generation > self.last().generation => Some(Verdict::Deposed),
            _ => Some(Verdict::Changed),
        }
    }
}

/// What has come of opening a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It is this generation's.
    Ready {
        /// Of the log.
        epoch: u64,
        /// The last entries, the oldest first. The fence is among them.
        kept: Vec<Kept>,
    },
    /// A higher generation has it.
    Deposed,
}

/// What has become of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// This, of each run.
    Runs(Vec<Verdict>),
    /// Nothing, since the log has lost its data, and is another one now.
    OtherEpoch,
}

/// What has become of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is stored.
    Stored,
    /// Nothing is stored, nor will be: a higher generation has the room.
    Deposed,
    /// Nothing is stored: something else stands last, though no other generation has the room. The log has lost something,
    /// so it has to be opened again.
    Changed,
}

/// Why a log has not done something.
#[derive(Debug, Error)]
pub enum LogError {
    /// It is not done, and never will be by this call.
    #[error("not stored")]
    NotStored(#[source] Box<dyn Error + Send + Sync>),
    /// It may be done, or not, or later.
    #[error("stored or not, nobody knows")]
    InDoubt(#[source] Box<dyn Error + Send + Sync>),
}

impl LogError {
    /// The reason.
    #[must_use]
    pub fn reason(&self) -> &(dyn Error + Send + Sync) {
        match self {
            Self::NotStored(reason) | Self::InDoubt(reason) => &**reason,
        }
    }
}
