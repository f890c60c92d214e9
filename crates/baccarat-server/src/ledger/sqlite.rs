//! The ledger in a SQLite file, written in one transaction a batch.
//!
//! | file | what is in it |
//! |---|---|
//! | `1.sql` | the tables |
//! | `load` | from the file to the book |
//! | `write` | from the changes of a batch to the file |

mod load;
mod write;

use std::path::Path;

use database::{Database, Kind, Sharing};

pub(super) use self::load::{Results, amount, round, user};
use super::LedgerError;
use super::book::Book;
use super::draft::Changes;
use super::store::{Attempt, Store, Stored};

const KIND: Kind = Kind {
    application: 0x6261_6363, // "bacc"
    steps: &[include_str!("sqlite/1.sql")],
    // The book would be wrong when somebody else writes.
    sharing: Sharing::Alone,
};

/// The one connection to the file.
#[derive(Debug)]
pub(super) struct Sqlite(Database);

impl Sqlite {
    /// Opens the file, or makes it.
    pub(super) fn open(file: &Path) -> Result<Self, LedgerError> {
        Ok(Self(Database::open(file, &KIND)?))
    }

    pub(super) fn damaged(&self, problem: impl Into<String>) -> LedgerError {
        self.0.damaged(problem).into()
    }
}

// ANCHOR: store
impl Store for Sqlite {
    fn store(&mut self, _: &Book, changes: &Changes, _: Attempt) -> Result<Stored, LedgerError> {
        if !changes.are_none() {
            self.0.write(|transaction| write::changes(transaction, changes))?;
        }
        Ok(Stored::Yes)
    }
}
// ANCHOR_END: store

#[cfg(test)]
mod tests;
