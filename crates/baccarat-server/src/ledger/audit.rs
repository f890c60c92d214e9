//! An audit of a ledger's file: every balance is computed again from the rows, and compared with what the file says.

use std::collections::BTreeMap;
use std::path::Path;

use database::DatabaseError;

use super::book::Book;
use super::row::{Account, StakeId};
use super::sqlite::{Sqlite, amount, round, user};
use super::{Amount, LedgerError, Numbers, RoundId, UserId};

/// What the rows of a file add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// What each user has.
    pub users: BTreeMap<UserId, Amount>,
    /// Below nothing by what all others have.
    pub house: Amount,
    /// What is staked in rounds that have not ended, in the order of rounds, users and sides.
    pub open: Vec<OpenStake>,
    /// How far each table has come.
    pub tables: BTreeMap<i32, Numbers>,
    /// How many movements there are.
    pub movements: usize,
}

/// A stake in a round that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStake {
    /// In which round.
    pub round: RoundId,
    /// Whose.
    pub user: UserId,
    /// On which side, 1 to 5.
    pub side: i8,
    /// How much.
    pub amount: Amount,
}

impl Audit {
    /// What all accounts have together, in hundredths of a chip: zero, where none was lost or made.
    #[must_use]
    pub fn total(&self) -> i128 {
        let stakes = self.open.iter().map(|stake| &stake.amount);
        let amounts = self.users.values().chain(stakes).chain([&self.house]);
        amounts.map(|amount| i128::from(amount.hundredths())).sum()
    }
}

/// Reads a ledger that no server has open, and changes nothing in it: rounds that a server left open stay so.
///
/// # Errors
/// When the file cannot be used, or is damaged: a balance is not what the rows add up to.
pub fn audit(file: &Path) -> Result<Audit, LedgerError> {
    if !file.exists() {
        return Err(DatabaseError::CannotOpen(file.to_owned()).into());
    }
    let store = Sqlite::open(file)?;
    let mut book = Book::default();
    store.load(&mut book)?;
    let (accounts, movements) = from_rows(&store)?;
    let stored = from_book(&book);
    let differs = |(account, sum): &(&Account, &i128)| stored.get(*account) != Some(*sum);
    if let Some((account, sum)) = accounts.iter().find(differs) {
        let says = stored.get(account).copied().unwrap_or_default();
        let problem = format!("the rows of {account:?} add up to {sum}, and its balance is {says}");
        return Err(store.damaged(problem));
    }
    if let Some(account) = stored.keys().find(|account| !accounts.contains_key(account)) {
        return Err(store.damaged(format!("{account:?} has a balance, and no rows")));
    }
    Ok(summary(book, movements))
}

/// In hundredths. Empty accounts are left out, but for users.
type Sums = BTreeMap<Account, i128>;

fn from_rows(store: &Sqlite) -> Result<(Sums, usize), LedgerError> {
    const ROWS: &str = "SELECT table_number, round, user, amount, source, target FROM movements";
    let mut sums = Sums::new();
    let mut movements = 0;
    let mut add = |account, change: i128| *sums.entry(account).or_default() += change;
    store.for_each(ROWS, |row| {
        let (round, user, amount) = (round(row)?, user(row, 2)?, amount(row, 3)?);
        let (source, target): (String, String) = (row.get(4)?, row.get(5)?);
        let amount = i128::from(amount.hundredths());
        add(account(&source, round, &user), -amount);
        add(account(&target, round, &user), amount);
        movements += 1;
        Ok(())
    })?;
    sums.retain(|account, sum| *sum != 0 || matches!(account, Account::User(_)));
    Ok((sums, movements))
}

/// As [`write`](super::sqlite) has named it. Whatever else stands there is an account of its own, which then is too
/// much.
fn account(name: &str, round: RoundId, user: &UserId) -> Account {
    let user = UserId::clone(user);
    match name.strip_prefix("stake ") {
        _ if name == "house" => Account::House,
        _ if name == "user" => Account::User(user),
        side => {
            let side = side.and_then(|side| side.parse().ok()).unwrap_or_default();
            Account::Stake(StakeId { round, user, side })
        }
    }
}

fn from_book(book: &Book) -> Sums {
    let users = book
        .users
        .iter()
        .map(|(user, amount)| (Account::User(UserId::clone(user)), *amount));
    let house = [(Account::House, book.house)]
        .into_iter()
        .filter(|(_, amount)| *amount != Amount::ZERO);
    let stakes = book
        .stakes()
        .map(|(stake, amount)| (Account::Stake(stake), amount));
    let accounts = users.chain(house).chain(stakes);
    accounts
        .map(|(account, amount)| (account, i128::from(amount.hundredths())))
        .collect()
}

fn summary(book: Book, movements: usize) -> Audit {
    let open = book
        .stakes()
        .map(|(StakeId { round, user, side }, amount)| OpenStake {
            round,
            user,
            side,
            amount,
        });
    let mut open: Vec<OpenStake> = open.collect();
    open.sort_by(|one, other| (one.round, &one.user, one.side).cmp(&(other.round, &other.user, other.side)));
    let tables = book
        .tables
        .iter()
        .map(|(table, state)| (*table, state.last))
        .collect();
    let users = book.users.into_iter().collect();
    Audit {
        users,
        house: book.house,
        open,
        tables,
        movements,
    }
}
