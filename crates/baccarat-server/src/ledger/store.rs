//! The storage of the ledger as a trait: memory, a file and Redis have an implementation each.

use std::ops::Range;

use directory::Taken;

use super::LedgerError;
use super::book::{Book, Corrections};
use super::draft::Changes;
use super::table::Table;

/// What has become of a batch.
#[derive(Debug)]
pub(super) enum Stored {
    /// All of it is stored.
    Yes,
    /// Nothing of it is stored: others have changed what it was made from, and this is how it is now.
    Outdated(Corrections),
}

/// Tables of one server in a row, taken for the time of one lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Their numbers.
    pub numbers: Range<i32>,
    /// Of the owner of their slot: a later owner has a higher one.
    pub generation: u64,
}

impl Tables {
    /// Those of a slot that a server has taken. They are another's as soon as the slot is.
    #[must_use]
    pub fn of(slot: &Taken) -> Self {
        Self {
            numbers: slot.first_room..slot.last_room.saturating_add(1),
            generation: slot.generation,
        }
    }
}

/// Whether a batch has been brought to the store before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    /// The same changes of the same book, of which nobody knows whether they are stored.
    Again,
}

/// Keeps what a batch has changed.
pub(super) trait Store: Send + 'static {
    /// All of it or none: where this fails, it is as if the batch had never been. Only after [`LedgerError::InDoubt`]
    /// nobody knows, until there is another answer to the same batch, or it is given up: then it will never be stored
    /// from the next batch on, and may have been before.
    fn store(&mut self, book: &Book, changes: &Changes, attempt: Attempt) -> Result<Stored, LedgerError>;

    /// Takes tables away from whoever has had them, and reads them with the rounds that are open there. None where all
    /// tables are this process's own, and in the book.
    ///
    /// # Errors
    /// [`LedgerError::TakenByOthers`] where a later owner has one of them.
    fn take(&mut self, tables: &Tables) -> Result<Option<Vec<(i32, Table)>>, LedgerError> {
        let _ = tables;
        Ok(None)
    }

    /// Requests in one batch. A sync of the disk takes milliseconds, and so do a thousand rows: more of them would make
    /// the first one wait for the last.
    fn largest_batch(&self) -> usize {
        1_024
    }

    /// The ledger is closed, and nothing is in doubt: what was kept for this process alone can go.
    fn close(&mut self) {}
}

impl Store for Box<dyn Store> {
    fn store(&mut self, book: &Book, changes: &Changes, attempt: Attempt) -> Result<Stored, LedgerError> {
        (**self).store(book, changes, attempt)
    }

    fn take(&mut self, tables: &Tables) -> Result<Option<Vec<(i32, Table)>>, LedgerError> {
        (**self).take(tables)
    }

    fn largest_batch(&self) -> usize {
        (**self).largest_batch()
    }

    fn close(&mut self) {
        (**self).close();
    }
}
