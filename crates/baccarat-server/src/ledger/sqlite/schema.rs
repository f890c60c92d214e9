//! The tables of a ledger's file, and its versions.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::super::LedgerError;
use super::reason::Why;

/// Tells a ledger from the databases of other programs, see `PRAGMA application_id`: "bacc".
const APPLICATION: i64 = 0x6261_6363;

/// Makes version 1, and so on: each step makes one version of the one before. A step that was released is never changed.
const STEPS: [&str; 1] = [include_str!("1.sql")];

/// Refuses the file of another program before anything is written to it, or of a newer version of this one.
pub(super) fn check(connection: &Connection, file: &Path) -> Result<(), LedgerError> {
    let (version, application) = (
        version(connection, file)?,
        number(connection, file, "application_id")?,
    );
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    let tables: i64 = tables.because(file)?;
    let is_new = tables == 0 && version == 0 && application == 0;
    if !is_new && application != APPLICATION {
        return Err(LedgerError::Foreign(file.to_owned()));
    }
    let known = STEPS.len() as i64;
    if version > known {
        return Err(LedgerError::Newer {
            file: file.to_owned(),
            found: version,
            known,
        });
    }
    Ok(())
}

/// Makes this version of the file, in one transaction.
pub(super) fn migrate(connection: &mut Connection, file: &Path) -> Result<(), LedgerError> {
    let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let transaction = begin.because(file)?;
    let version = version(&transaction, file)?;
    let steps = (1_i64..).zip(STEPS).filter(|(number, _)| *number > version);
    for (number, step) in steps {
        transaction.execute_batch(step).because(file)?;
        transaction
            .pragma_update(None, "user_version", number)
            .because(file)?;
    }
    if version == 0 {
        transaction
            .pragma_update(None, "application_id", APPLICATION)
            .because(file)?;
    }
    transaction.commit().because(file)
}

fn version(connection: &Connection, file: &Path) -> Result<i64, LedgerError> {
    number(connection, file, "user_version")
}

fn number(connection: &Connection, file: &Path, pragma: &str) -> Result<i64, LedgerError> {
    let number = connection.pragma_query_value(None, pragma, |row| row.get(0));
    number.because(file)
}
