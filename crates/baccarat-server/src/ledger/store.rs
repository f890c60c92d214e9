//! The storage of the ledger as a trait: a file has one implementation, and memory another.

use super::LedgerError;
use super::draft::Changes;

/// Keeps what a batch has changed.
pub(super) trait Store: Send + 'static {
    /// All of it or none: where this fails, it is as if the batch had never been.
    fn store(&mut self, changes: &Changes) -> Result<(), LedgerError>;
}

impl Store for Box<dyn Store> {
    fn store(&mut self, changes: &Changes) -> Result<(), LedgerError> {
        (**self).store(changes)
    }
}
