//! Tables that this server takes: the rounds that an earlier owner has left open there are closed first.

use std::sync::Arc;

use tracing::{error, info};

use super::super::draft::Draft;
use super::super::request::Numbers;
use super::super::store::{Attempt, Store, Stored, Tables};
use super::super::table::Table;
use super::super::{LedgerError, Refusal, RoundId};
use super::{LedgerThread, MOST_TRIES};

/// Tables whose open rounds are closed in one batch. A thousand tables full of players would hold up everybody else.
const TABLES_AT_ONCE: usize = 100;

impl<S: Store> LedgerThread<S> {
    /// From now on no other server stores anything for these tables. Says how far each has come.
    pub(super) fn take_tables(&mut self, tables: &Tables) -> Result<Vec<(i32, Numbers)>, Refusal> {
        if let Some(error) = self.retry.in_doubt() {
            return Err(Refusal::NotStored(Arc::clone(error)));
        }
        let mut taken = Vec::new();
        for first in tables.numbers.clone().step_by(TABLES_AT_ONCE) {
            let end = tables
                .numbers
                .end
                .min(first.saturating_add(TABLES_AT_ONCE as i32));
            let some = Tables {
                numbers: first..end,
                ..tables.clone()
            };
            let numbers = self.take_some(&some);
            taken.extend(numbers.map_err(|error| Refusal::NotStored(Arc::new(error)))?);
        }
        Ok(taken)
    }

    fn take_some(&mut self, tables: &Tables) -> Result<Vec<(i32, Numbers)>, LedgerError> {
        let found = match self.store.take(tables)? {
            Some(found) => found,
            None => self.known(tables),
        };
        let numbers = found
            .iter()
            .map(|(number, table)| (*number, table.last))
            .collect();
        let open: Vec<RoundId> = found
            .iter()
            .flat_map(|(table, state)| state.open_rounds(*table))
            .collect();
        self.book.tables.extend(found);
        if !open.is_empty() {
            self.refund(&open)?;
            info!(
                rounds = open.len(),
                first = tables.numbers.start,
                "an earlier server has left rounds open: their stakes are given back"
            );
        }
        Ok(numbers)
    }

    /// Where all tables are of this process alone, an earlier owner was in it too: what it has done is known.
    fn known(&self, tables: &Tables) -> Vec<(i32, Table)> {
        let of_these = self.book.tables.iter();
        let of_these = of_these.filter(|(number, _)| tables.numbers.contains(number));
        of_these.map(|(number, table)| (*number, table.clone())).collect()
    }

    /// Where a result is stored, so are its payouts: so a round that is open has no result.
    fn refund(&mut self, rounds: &[RoundId]) -> Result<(), LedgerError> {
        for _ in 0..MOST_TRIES {
            let mut draft = Draft::new(&self.book);
            for round in rounds {
                // Of a table that was lost meanwhile, or with balances that do not fit together.
                if let Err(refusal) = draft.refund(*round) {
                    error!(
                        table = round.table,
                        round = round.number,
                        "cannot give stakes back: {refusal}"
                    );
                }
            }
            let changes = draft.into_changes();
            match self.store.store(&self.book, &changes, Attempt::First)? {
                Stored::Yes => {
                    changes.enter(&mut self.book);
                    return Ok(());
                }
                // A table that has moved on is taken again by whoever has asked for it.
                Stored::Outdated(corrections) => self.book.correct(corrections),
            }
        }
        Err(LedgerError::Contended(MOST_TRIES))
    }

    /// The store has gone back to an older state of a table that is still ours: its rounds begin anew.
    pub(super) fn take_anew(&mut self, table: i32) {
        let Some(state) = self.book.tables.remove(&table) else {
            return;
        };
        let again = Tables {
            numbers: table..table + 1,
            generation: state.generation,
        };
        match self.take_some(&again) {
            Err(error) => {
                // It is tried again with the next request for this table.
                self.book.tables.insert(table, state);
                error!(
                    table,
                    "the store has lost the last changes of this table: {error}"
                );
            }
            Ok(_) => error!(
                table,
                "the store has lost the last changes of this table: its rounds are given back"
            ),
        }
    }
}
