//! The book of the ledger: what each account has. Pure: no file, no thread, no clock.

use std::collections::HashMap;

use super::row::StakeId;
use super::table::{Round, Table};
use super::{Amount, RoundId, UserId};

/// All balances, as they are stored.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// What a new user gets.
    pub(super) chips: Amount,
    /// Below nothing by what all others have.
    pub(super) house: Amount,
    pub(super) users: HashMap<UserId, Amount>,
    pub(super) tables: HashMap<i32, Table>,
    /// Whether other processes write to the same store: then the tables here are those that were taken, and no other may
    /// be touched; and the balances are what this process has seen of them.
    pub(super) is_shared: bool,
}

/// What the book has to learn, where others write to the same store.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Corrections {
    /// What users have now; None for one who has no account.
    pub(super) users: Vec<(UserId, Option<Amount>)>,
    /// Tables that somebody else has taken.
    pub(super) lost: Vec<i32>,
    /// Tables that are still ours, and not as the book has them: the store has gone back to an older state.
    pub(super) moved: Vec<i32>,
}

impl Book {
    pub(super) fn new(chips: Amount) -> Self {
        Self {
            chips,
            ..Self::default()
        }
    }

    /// Whether requests for this table are for this ledger. A table of its own begins with its first request.
    pub(super) fn has_table(&self, number: i32) -> bool {
        !self.is_shared || self.tables.contains_key(&number)
    }

    /// What others have done meanwhile, and the book did not know.
    pub(super) fn correct(&mut self, corrections: Corrections) {
        for (user, balance) in corrections.users {
            match balance {
                Some(balance) => drop(self.users.insert(user, balance)),
                None => drop(self.users.remove(&user)),
            }
        }
        for table in corrections.lost {
            self.tables.remove(&table);
        }
    }

    pub(super) fn balance(&self, user: &UserId) -> Amount {
        self.users.get(user).copied().unwrap_or_default()
    }

    /// What is staked in open rounds.
    pub(super) fn stakes(&self) -> impl Iterator<Item = (StakeId, Amount)> {
        let of_table = |(number, state): (&i32, &Table)| {
            let table = *number;
            let of_round = move |(number, round): (&u64, &Round)| {
                round.accounts(RoundId {
                    table,
                    number: *number,
                })
            };
            state.open.iter().flat_map(of_round).collect::<Vec<_>>()
        };
        self.tables.iter().flat_map(of_table)
    }

    /// The sum of all accounts in hundredths, which is zero at any time.
    pub(super) fn total(&self) -> i128 {
        let stakes = self.stakes().map(|(_, amount)| amount);
        let amounts = self.users.values().copied().chain(stakes).chain([self.house]);
        amounts.map(|amount| i128::from(amount.hundredths())).sum()
    }
}

#[cfg(test)]
mod tests;
