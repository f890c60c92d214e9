//! Reads the file: what each account has, how far each table has come, and which open rounds have a result.

use std::collections::HashMap;

use rusqlite::Row;
use rusqlite::types::FromSqlError;

use super::super::book::Book;
use super::super::request::Returns;
use super::super::table::Table;
use super::super::{Amount, LedgerError, Numbers, RoundId, UserId};
use super::Sqlite;

/// Results by their rounds.
pub(in super::super) type Results = HashMap<RoundId, Returns>;

impl Sqlite {
    /// Fills an empty book, and gives the results that rounds with stakes have.
    pub(in super::super) fn load(&self, book: &mut Book) -> Result<Results, LedgerError> {
        book.house = self.house()?;
        book.users = self.rows("SELECT user, balance FROM users", |row| {
            Ok((user(row, 0)?, amount(row, 1)?))
        })?;
        book.tables = self.rows("SELECT table_number, round, shoe FROM tables", table)?;
        self.load_stakes(book)?;
        match book.total() {
            0 => self.results(),
            total => Err(self.damaged(format!(
                "all accounts together have {total} hundredths of a chip, not 0"
            ))),
        }
    }

    fn house(&self) -> Result<Amount, LedgerError> {
        let all: Vec<Amount> = self.rows("SELECT balance FROM house", |row| amount(row, 0))?;
        match all[..] {
            [house] => Ok(house),
            _ => Err(self.damaged(format!("the house has {} balances, not one", all.len()))),
        }
    }

    fn load_stakes(&self, book: &mut Book) -> Result<(), LedgerError> {
        const STAKES: &str = "SELECT table_number, round, user, side, balance FROM stakes";
        let stakes: Vec<_> = self.rows(STAKES, |row| {
            Ok((round(row)?, (user(row, 2)?, row.get(3)?), amount(row, 4)?))
        })?;
        for (round, account, amount) in stakes {
            let table = book.tables.entry(round.table).or_default();
            let open = table.open.entry(round.number).or_default();
            open.stakes.insert(account, amount);
            table.last.round = table.last.round.max(round.number);
        }
        Ok(())
    }

    /// Of rounds that have stakes still.
    fn results(&self) -> Result<Results, LedgerError> {
        const RESULTS: &str = "SELECT table_number, round, player, banker, tie, player_pair, banker_pair
            FROM rounds NATURAL JOIN (SELECT DISTINCT table_number, round FROM stakes)
            WHERE player IS NOT NULL";
        self.rows(RESULTS, |row| Ok((round(row)?, returns(row)?)))
    }

    fn rows<T, C: FromIterator<T>>(
        &self,
        query: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<C, LedgerError> {
        let rows = self.0.read(|connection| {
            let mut statement = connection.prepare(query)?;
            statement.query_map([], read)?.collect()
        })?;
        Ok(rows)
    }

    /// Without keeping them.
    pub(in super::super) fn for_each(
        &self,
        query: &str,
        mut see: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), LedgerError> {
        self.0.read(|connection| {
            let mut statement = connection.prepare(query)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                see(row)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Of the first two columns.
pub(in super::super) fn round(row: &Row<'_>) -> rusqlite::Result<RoundId> {
    let (table, number): (i32, i64) = (row.get(0)?, row.get(1)?);
    Ok(RoundId {
        table,
        number: unsigned(number)?,
    })
}

pub(in super::super) fn user(row: &Row<'_>, column: usize) -> rusqlite::Result<UserId> {
    let name: String = row.get(column)?;
    Ok(name.into())
}

pub(in super::super) fn amount(row: &Row<'_>, column: usize) -> rusqlite::Result<Amount> {
    row.get(column).map(Amount::from_hundredths)
}

fn table(row: &Row<'_>) -> rusqlite::Result<(i32, Table)> {
    let (round, shoe) = (unsigned(row.get(1)?)?, unsigned(row.get(2)?)?);
    let last = Numbers { round, shoe };
    Ok((
        row.get(0)?,
        Table {
            last,
            ..Table::default()
        },
    ))
}

fn returns(row: &Row<'_>) -> rusqlite::Result<Returns> {
    let sides = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
    Returns::new(sides).ok_or_else(|| FromSqlError::OutOfRange(0).into())
}

fn unsigned(number: i64) -> rusqlite::Result<u64> {
    u64::try_from(number).map_err(|_| FromSqlError::OutOfRange(number).into())
}
