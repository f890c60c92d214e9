//! The rounds that the last process has left open: those with a result are paid, all others refunded.

use std::collections::BTreeSet;

use tracing::info;

use super::book::Book;
use super::draft::Draft;
use super::sqlite::{Results, Sqlite};
use super::store::{Attempt, Store};
use super::{LedgerError, RoundId};

/// Closes them all in one transaction. A process that is killed meanwhile has done nothing, and the next one does it.
pub(super) fn close_open_rounds(
    book: &mut Book,
    store: &mut Sqlite,
    results: &Results,
) -> Result<(), LedgerError> {
    let mut draft = Draft::new(book);
    let (mut paid, mut refunded) = (0, 0);
    for round in open_rounds(book) {
        let (closed, count) = match results.get(&round) {
            Some(returns) => (draft.pay(round, returns), &mut paid),
            None => (draft.refund(round), &mut refunded),
        };
        closed.map_err(|refusal| store.damaged(refusal.to_string()))?;
        *count += 1;
    }
    let changes = draft.into_changes();
    if !changes.are_none() {
        store.store(book, &changes, Attempt::First)?;
        changes.enter(book);
        info!(
            paid,
            refunded, "rounds were open when the last server ended; all are closed now"
        );
    }
    Ok(())
}

fn open_rounds(book: &Book) -> BTreeSet<RoundId> {
    book.stakes().map(|(stake, _)| stake.round).collect()
}
