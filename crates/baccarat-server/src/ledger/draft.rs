//! A draft of the book: requests are worked into it one after the other, and it becomes the book when it is stored.
//!
//! | file | what is in it |
//! |---|---|
//! | `stakes` | stakes and moves |
//! | `rounds` | the ends of rounds |

mod rounds;
mod stakes;

use std::collections::{BTreeMap, BTreeSet};

use super::book::Book;
use super::row::{Account, Row, StakeId};
use super::table::Table;
use super::{Amount, Refusal, RoundId, Settlement, UserId};

/// What is new against the book: the rows, and what they have made of the accounts that they touch.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Whose balance was looked at in the book. Where others write to the same store, it must still be so.
    pub(super) read: BTreeSet<UserId>,
    pub(super) rows: Vec<Row>,
    pub(super) ends: Vec<End>,
    pub(super) house: Option<Amount>,
    pub(super) users: BTreeMap<UserId, Amount>,
    pub(super) tables: BTreeMap<i32, Table>,
}

impl Changes {
    /// Whether there is nothing to be stored. A table that was only looked at has not changed.
    pub(super) fn are_none(&self) -> bool {
        self.rows.is_empty() && self.ends.is_empty()
    }

    /// They are stored, so the book has them now.
    pub(super) fn enter(self, book: &mut Book) {
        if self.are_none() {
            return;
        }
        book.house = self.house.unwrap_or(book.house);
        book.users.extend(self.users);
        book.tables.extend(self.tables);
    }
}

/// A mark that a table leaves, beside its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Settled(Settlement),
    Refunded(RoundId),
    /// A shoe has begun, whose number is then used.
    Shoe {
        table: i32,
        shoe: u64,
    },
}

/// The book with the changes laid over it: what a batch will have made of it. It is dropped where it cannot be stored.
pub(super) struct Draft<'a> {
    book: &'a Book,
    changes: Changes,
}

impl<'a> Draft<'a> {
    pub(super) fn new(book: &'a Book) -> Self {
        Self {
            book,
            changes: Changes::default(),
        }
    }

    pub(super) fn into_changes(self) -> Changes {
        self.changes
    }

    /// What the user has. A new user gets the first chips.
    pub(super) fn balance(&mut self, user: &UserId) -> Result<Amount, Refusal> {
        self.changes.read.insert(UserId::clone(user));
        let is_known = self.changes.users.contains_key(user) || self.book.users.contains_key(user);
        if !is_known && self.book.chips > Amount::ZERO {
            self.post(Row::issue(user, self.book.chips))?;
        }
        Ok(self.user(user))
    }

    /// All rows or none.
    fn post_all(&mut self, rows: Vec<Row>) -> Result<(), Refusal> {
        let before = self.changes.rows.len();
        for row in rows {
            if let Err(refusal) = self.post(row) {
                self.take_back_to(before);
                return Err(refusal);
            }
        }
        Ok(())
    }

    // ANCHOR: post
    /// The one way for chips to go from one account to another: what one loses, the other gets.
    fn post(&mut self, row: Row) -> Result<(), Refusal> {
        let (balance, other) = (self.get(&row.from), self.get(&row.to));
        let left = balance.checked_sub(row.amount).ok_or(Refusal::TooLarge)?;
        let sum = other.checked_add(row.amount).ok_or(Refusal::TooLarge)?;
        if left < Amount::ZERO && row.from != Account::House {
            return Err(Refusal::Short {
                balance,
                stake: row.amount,
            });
        }
        self.set(&row.from, left);
        self.set(&row.to, sum);
        self.changes.rows.push(row);
        Ok(())
    }
    // ANCHOR_END: post

    /// The rows behind the first so many never were.
    fn take_back_to(&mut self, count: usize) {
        while self.changes.rows.len() > count {
            let Some(Row { from, to, amount, .. }) = self.changes.rows.pop() else {
                return;
            };
            // These are the values that were there before, so they fit.
            for (account, change) in [
                (from, amount),
                (to, Amount::from_hundredths(-amount.hundredths())),
            ] {
                let before = self.get(&account).checked_add(change).unwrap_or_default();
                self.set(&account, before);
            }
        }
    }

    fn user(&mut self, user: &UserId) -> Amount {
        self.changes.read.insert(UserId::clone(user));
        let changed = self.changes.users.get(user).copied();
        changed.unwrap_or_else(|| self.book.balance(user))
    }

    /// The table as the draft has it. Its copy is made at the first look.
    fn table(&mut self, number: i32) -> &mut Table {
        let book = self.book;
        let copy = || book.tables.get(&number).map(Table::changing).unwrap_or_default();
        self.changes.tables.entry(number).or_insert_with(copy)
    }

    /// Whether this ledger keeps the table, at this time.
    fn check_table(&self, number: i32) -> Result<(), Refusal> {
        let is_ours = self.book.has_table(number);
        is_ours.then_some(()).ok_or(Refusal::NotOurs(number))
    }

    fn get(&mut self, account: &Account) -> Amount {
        match account {
            Account::House => self.changes.house.unwrap_or(self.book.house),
            Account::User(user) => self.user(user),
            Account::Stake(StakeId { round, user, side }) => {
                let open = &self.table(round.table).open;
                open.get(&round.number)
                    .map(|round| round.stake_of(user, *side))
                    .unwrap_or_default()
            }
        }
    }

    fn set(&mut self, account: &Account, amount: Amount) {
        match account {
            Account::House => self.changes.house = Some(amount),
            Account::User(user) => drop(self.changes.users.insert(UserId::clone(user), amount)),
            Account::Stake(StakeId { round, user, side }) => {
                let open = &mut self.table(round.table).open;
                let stakes = &mut open.entry(round.number).or_default().stakes;
                let key = (UserId::clone(user), *side);
                match amount {
                    Amount::ZERO => drop(stakes.remove(&key)),
                    amount => drop(stakes.insert(key, amount)),
                }
            }
        }
    }
}

/// SQLite has integers with a sign alone.
fn check_number(number: u64) -> Result<(), Refusal> {
    i64::try_from(number).map(drop).map_err(|_| Refusal::TooLarge)
}
