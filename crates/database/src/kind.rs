//! Which program a file is of, its versions, and how an older one becomes one of today.

use std::path::Path;

use rusqlite::{Connection, Transaction};

use crate::DatabaseError;
use crate::reason::because;

/// What a program keeps in its file.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Tells the file from the databases of other programs: four letters, see `PRAGMA application_id`.
    pub application: i32,
    /// Makes version 1, and so on: each step makes one version of the one before. A step that was released is never
    /// changed.
    pub steps: &'static [&'static str],
    /// Whether other processes may use the file meanwhile.
    pub sharing: Sharing,
}

/// Whether other processes may use a file while it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// None, since the program has in memory what is in the file.
    Alone,
    /// They may read it, a backup above all, and write to it between the transactions.
    WithOthers,
}

impl Kind {
    /// Refuses the file of another program before anything is written to it, or of a newer version of this one.
    pub(crate) fn check(&self, file: &Path, connection: &Connection) -> Result<(), DatabaseError> {
        let marks = marks(connection).map_err(|error| because(file, error))?;
        let is_of_this_program = marks == Marks::NEW || marks.application == self.application;
        if !is_of_this_program {
            return Err(DatabaseError::Foreign(file.to_owned()));
        }
        let known = self.steps.len() as i64;
        if marks.version > known {
            return Err(DatabaseError::Newer {
                file: file.to_owned(),
                found: marks.version,
                known,
            });
        }
        Ok(())
    }

    /// Makes this version of the file.
    pub(crate) fn migrate(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let version = number(transaction, "user_version")?;
        let steps = (1_i64..).zip(self.steps).filter(|(number, _)| *number > version);
        for (number, step) in steps {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", number)?;
        }
        if version == 0 {
            transaction.pragma_update(None, "application_id", self.application)?;
        }
        Ok(())
    }
}

/// What tells whose a file is.
#[derive(PartialEq, Eq)]
struct Marks {
    version: i64,
    application: i32,
    tables: i64,
}

impl Marks {
    /// Of a file that nobody has written to.
    const NEW: Self = Self {
        version: 0,
        application: 0,
        tables: 0,
    };
}

fn marks(connection: &Connection) -> rusqlite::Result<Marks> {
    Ok(Marks {
        version: number(connection, "user_version")?,
        application: connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
        tables: connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
    })
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}
