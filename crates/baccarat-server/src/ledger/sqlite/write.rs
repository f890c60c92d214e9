//! Writes the changes of a batch: each row, then what the rows have made of the balances.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Result, Transaction, params};

use super::super::draft::{Changes, End};
use super::super::row::{Account, Row, StakeId};
use super::super::table::Table;
use super::super::{Amount, Settlement, UserId};

pub(super) fn changes(transaction: &Transaction<'_>, changes: &Changes) -> Result<()> {
    let Changes {
        rows,
        ends,
        house,
        users,
        tables,
        // Nobody else writes to the file.
        read: _,
    } = changes;
    write_movements(transaction, rows)?;
    write_rounds(transaction, ends)?;
    // Once for each account, however many rows have touched it.
    write_house(transaction, *house)?;
    write_users(transaction, users)?;
    write_stakes(transaction, &stakes(rows), tables)?;
    write_tables(transaction, tables)
}

/// A row that is there already is an error, which takes the whole batch back.
fn write_movements(transaction: &Transaction<'_>, rows: &[Row]) -> Result<()> {
    const INSERT: &str = "INSERT INTO movements VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let mut insert = transaction.prepare(INSERT)?;
    for Row {
        key,
        from,
        to,
        amount,
    } in rows
    {
        insert.execute(params![
            key.round.table,
            integer(key.round.number)?,
            &*key.user,
            key.side,
            key.kind.name(),
            key.number,
            name(from),
            name(to),
            amount.hundredths(),
        ])?;
    }
    Ok(())
}

/// Of an account in a row. User and round are those of the row.
fn name(account: &Account) -> String {
    match account {
        Account::House => "house".to_owned(),
        Account::User(_) => "user".to_owned(),
        Account::Stake(stake) => format!("stake {}", stake.side),
    }
}

fn write_rounds(transaction: &Transaction<'_>, ends: &[End]) -> Result<()> {
    const REFUNDED: &str = "INSERT INTO rounds (table_number, round) VALUES (?1, ?2)";
    const SETTLED: &str = "INSERT INTO rounds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let mut refunded = transaction.prepare(REFUNDED)?;
    let mut settled = transaction.prepare(SETTLED)?;
    for end in ends {
        match end {
            End::Refunded(round) => drop(refunded.execute(params![round.table, integer(round.number)?])?),
            End::Settled(Settlement {
                round,
                shoe,
                result,
                returns,
            }) => {
                let (number, shoe) = (integer(round.number)?, integer(*shoe)?);
                let [player, banker, tie, player_pair, banker_pair] = returns.sides();
                settled.execute(params![
                    round.table,
                    number,
                    shoe,
                    result,
                    player,
                    banker,
                    tie,
                    player_pair,
                    banker_pair
                ])?;
            }
            // Its number is kept with the table.
            End::Shoe { .. } => {}
        }
    }
    Ok(())
}

fn write_house(transaction: &Transaction<'_>, house: Option<Amount>) -> Result<()> {
    let Some(house) = house else { return Ok(()) };
    transaction.execute("UPDATE house SET balance = ?1", [house.hundredths()])?;
    Ok(())
}

fn write_users(transaction: &Transaction<'_>, users: &BTreeMap<UserId, Amount>) -> Result<()> {
    const SET: &str = "INSERT INTO users VALUES (?1, ?2)
        ON CONFLICT DO UPDATE SET balance = excluded.balance";
    let mut set = transaction.prepare(SET)?;
    for (user, balance) in users {
        set.execute(params![&**user, balance.hundredths()])?;
    }
    Ok(())
}

/// The stakes that the rows have changed.
fn stakes(rows: &[Row]) -> BTreeSet<&StakeId> {
    let accounts = rows.iter().flat_map(|row| [&row.from, &row.to]);
    let stakes = accounts.filter_map(|account| match account {
        Account::Stake(stake) => Some(stake),
        Account::House | Account::User(_) => None,
    });
    stakes.collect()
}

fn write_stakes(
    transaction: &Transaction<'_>,
    stakes: &BTreeSet<&StakeId>,
    tables: &BTreeMap<i32, Table>,
) -> Result<()> {
    const SET: &str = "INSERT INTO stakes VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET balance = excluded.balance";
    const END: &str = "DELETE FROM stakes WHERE table_number = ?1 AND round = ?2 AND user = ?3 AND side = ?4";
    let (mut set, mut end) = (transaction.prepare(SET)?, transaction.prepare(END)?);
    for StakeId { round, user, side } in stakes {
        let number = integer(round.number)?;
        let open = tables
            .get(&round.table)
            .and_then(|table| table.open.get(&round.number));
        match open.map(|open| open.stake_of(user, *side)).unwrap_or_default() {
            Amount::ZERO => end.execute(params![round.table, number, &**user, side])?,
            amount => set.execute(params![round.table, number, &**user, side, amount.hundredths()])?,
        };
    }
    Ok(())
}

fn write_tables(transaction: &Transaction<'_>, tables: &BTreeMap<i32, Table>) -> Result<()> {
    const SET: &str = "INSERT INTO tables VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET round = excluded.round, shoe = excluded.shoe";
    let mut set = transaction.prepare(SET)?;
    for (number, table) in tables {
        set.execute(params![
            number,
            integer(table.last.round)?,
            integer(table.last.shoe)?
        ])?;
    }
    Ok(())
}

/// SQLite has integers with a sign alone. The draft has refused what does not fit.
fn integer(number: u64) -> Result<i64> {
    let too_large = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    i64::try_from(number).map_err(too_large)
}
