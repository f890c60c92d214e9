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
}

impl Book {
    pub(super) fn new(chips: Amount) -> Self {
        Self {
            chips,
            ..Self::default()
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
