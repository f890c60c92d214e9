//! A ledger without a file: the book alone, which ends with the process.

use super::LedgerError;
use super::book::Book;
use super::draft::Changes;
use super::store::{Attempt, Store, Stored};

/// Keeps no rows. What has to be known of them, the balances and the open rounds, is in the book, so a server that runs
/// for months does not grow by what has been played.
pub(super) struct Memory;

impl Store for Memory {
    fn store(&mut self, _: &Book, _: &Changes, _: Attempt) -> Result<Stored, LedgerError> {
        Ok(Stored::Yes)
    }
}
