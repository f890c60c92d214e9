//! What `tables.lua` answers: tables as their last owner has left them.

use redis::Value;

use super::super::table::{Round, Table};
use super::super::{LedgerError, Numbers};
use super::texts::{self, Position, amount, number, position};

/// The last row, and the tables, which have this owner now.
pub(super) fn read(answer: &Value, generation: u64) -> Result<(Position, Vec<(i32, Table)>), LedgerError> {
    let parts = list(answer)?;
    match (text(parts.first())?, &parts[1..]) {
        ("tables", [last, tables @ ..]) => {
            let tables = tables.iter().map(|table| read_table(table, generation));
            Ok((position(text(Some(last))?)?, tables.collect::<Result<_, _>>()?))
        }
        ("other", [table, owner]) => Err(LedgerError::TakenByOthers {
            table: number(text(Some(table))?)?,
            generation: number(text(Some(owner))?)?,
            ours: generation,
        }),
        (other, _) => Err(LedgerError::Damaged(format!("`{other}` is no answer"))),
    }
}

fn read_table(value: &Value, generation: u64) -> Result<(i32, Table), LedgerError> {
    let parts = list(value)?;
    let [table, version, round, shoe, rounds @ ..] = parts else {
        return Err(LedgerError::Damaged(format!("{parts:?} is no table")));
    };
    let last = Numbers {
        round: number(text(Some(round))?)?,
        shoe: number(text(Some(shoe))?)?,
    };
    let state = Table {
        generation,
        version: number(text(Some(version))?)?,
        last,
        open: rounds.iter().map(read_round).collect::<Result<_, _>>()?,
        closed: None,
    };
    Ok((number(text(Some(table))?)?, state))
}

/// Its stakes; which requests have made them, nobody will ask any more.
fn read_round(value: &Value) -> Result<(u64, Round), LedgerError> {
    let parts = list(value)?;
    let mut round = Round::default();
    for pair in parts[1..].chunks(2) {
        let account = texts::read_stake(text(pair.first())?);
        if let Some(account) = account {
            round.stakes.insert(account, amount(text(pair.get(1))?)?);
        }
    }
    Ok((number(text(parts.first())?)?, round))
}

/// Of one element at least.
fn list(value: &Value) -> Result<&[Value], LedgerError> {
    match value {
        Value::Array(values) if !values.is_empty() => Ok(values),
        other => Err(LedgerError::Damaged(format!("{other:?} is no list"))),
    }
}

fn text(value: Option<&Value>) -> Result<&str, LedgerError> {
    let bytes = match value {
        Some(Value::BulkString(bytes)) => bytes,
        other => return Err(LedgerError::Damaged(format!("{other:?} is no text"))),
    };
    std::str::from_utf8(bytes).map_err(|_| LedgerError::Damaged(format!("{bytes:?} is no text")))
}
