//! The ledger in a SQLite file: opened, checked, and written in one transaction a batch.
//!
//! | file | what is in it |
//! |---|---|
//! | `schema` | the tables, and how a file of an older version becomes one of this |
//! | `load` | from the file to the book |
//! | `write` | from the changes of a batch to the file |
//! | `reason` | what an error of SQLite means for people |

mod load;
mod reason;
mod schema;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

pub(super) use self::load::{Results, amount, round, user};
use self::reason::{Why, because};
use super::LedgerError;
use super::draft::Changes;
use super::store::Store;

/// How long another process may take to end: a server that is restarted meets its predecessor.
const PATIENCE: Duration = Duration::from_secs(2);

/// The one connection to the file. No other process can have one meanwhile, since the book would be wrong then.
#[derive(Debug)]
pub(super) struct Sqlite {
    file: PathBuf,
    connection: Connection,
}

impl Sqlite {
    /// Opens the file, or makes it.
    pub(super) fn open(file: &Path) -> Result<Self, LedgerError> {
        check_folder(file)?;
        check_kind(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = Connection::open_with_flags(plain(file), flags).because(file)?;
        let mut store = Self {
            file: file.to_owned(),
            connection,
        };
        store.take_alone()?;
        if store.connection.is_readonly("main").because(file)? {
            return Err(LedgerError::ReadOnly(store.file));
        }
        schema::check(&store.connection, file)?;
        store.make_durable()?;
        schema::migrate(&mut store.connection, file)?;
        Ok(store)
    }

    /// From now on another process finds the file locked.
    fn take_alone(&self) -> Result<(), LedgerError> {
        self.connection.busy_timeout(PATIENCE).because(&self.file)?;
        self.set("locking_mode", "exclusive")
    }

    // ANCHOR: durable
    /// A commit appends to a log beside the file, the WAL, and waits until the disk has it. With `synchronous = NORMAL`
    /// it would not wait: after a power failure, stakes and payouts that players were told of would be gone.
    fn make_durable(&self) -> Result<(), LedgerError> {
        self.set("journal_mode", "wal")?;
        self.set("synchronous", "full")
    }
    // ANCHOR_END: durable

    fn set(&self, pragma: &str, value: &str) -> Result<(), LedgerError> {
        // Some answer with the value that holds now.
        let set = self
            .connection
            .pragma_update_and_check(None, pragma, value, |_| Ok(()));
        match set {
            Err(rusqlite::Error::QueryReturnedNoRows) | Ok(()) => Ok(()),
            Err(error) => Err(because(&self.file, error)),
        }
    }

    pub(super) fn damaged(&self, problem: impl Into<String>) -> LedgerError {
        LedgerError::Damaged {
            file: self.file.clone(),
            problem: problem.into(),
        }
    }
}

// ANCHOR: store
impl Store for Sqlite {
    fn store(&mut self, changes: &Changes) -> Result<(), LedgerError> {
        let file = &self.file;
        let begin = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate);
        // Dropped before its commit, a transaction is rolled back.
        let transaction = begin.because(file)?;
        write::changes(&transaction, changes).because(file)?;
        transaction.commit().because(file)
    }
}
// ANCHOR_END: store

/// SQLite says only that it cannot open.
fn check_folder(file: &Path) -> Result<(), LedgerError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(LedgerError::NoFolder(folder.to_owned())),
        _ => Ok(()),
    }
}

/// A device or a pipe keeps no chips, and opening one may do something.
fn check_kind(file: &Path) -> Result<(), LedgerError> {
    match file.metadata() {
        Ok(found) if !found.is_file() => Err(LedgerError::CannotOpen(file.to_owned())),
        _ => Ok(()),
    }
}

/// The same file by a name that SQLite takes for nothing else: `:memory:` would be no file at all, nor need
/// `file:chips` be one, see <https://sqlite.org/uri.html>.
fn plain(file: &Path) -> PathBuf {
    Path::new(".").join(file)
}

#[cfg(test)]
mod tests;
