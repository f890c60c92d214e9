//! Opens the file, or a database in memory, and reads and writes it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::reason::because;
use crate::{DatabaseError, Kind, Sharing};

/// How long the lock of another process is waited for: a server that is restarted meets its predecessor.
const PATIENCE: Duration = Duration::from_secs(2);

/// The one connection of a program to its file.
#[derive(Debug)]
pub struct Database {
    file: PathBuf,
    connection: Connection,
}

impl Database {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// When it cannot be used, with what to do.
    pub fn open(file: &Path, kind: &Kind) -> Result<Self, DatabaseError> {
        check_folder(file)?;
        check_kind(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = Connection::open_with_flags(plain(file), flags);
        let mut database = Self {
            file: file.to_owned(),
            connection: connection.map_err(|error| because(file, error))?,
        };
        let prepared = database.prepare(kind);
        prepared.map_err(|error| match (error, kind.sharing) {
            (DatabaseError::Locked(file), Sharing::Alone) => DatabaseError::InUse(file),
            (error, _) => error,
        })?;
        Ok(database)
    }

    /// The same tables without a file: they are gone with the process.
    ///
    /// # Errors
    /// Those of the steps of the kind.
    pub fn in_memory(kind: &Kind) -> Result<Self, DatabaseError> {
        let file = PathBuf::from("in memory");
        let connection = Connection::open_in_memory().map_err(|error| because(&file, error))?;
        let mut database = Self { file, connection };
        database.write(|transaction| kind.migrate(transaction))?;
        Ok(database)
    }

    fn prepare(&mut self, kind: &Kind) -> Result<(), DatabaseError> {
        self.read(|connection| connection.busy_timeout(PATIENCE))?;
        if kind.sharing == Sharing::Alone {
            self.set("locking_mode", "exclusive")?;
        }
        if self.read(|connection| connection.is_readonly("main"))? {
            return Err(DatabaseError::ReadOnly(self.file.clone()));
        }
        kind.check(&self.file, &self.connection)?;
        self.make_durable()?;
        // It takes the lock even where there is nothing to do: a file that nobody can write to is found at the start.
        self.write(|transaction| kind.migrate(transaction))
    }

    // ANCHOR: durable
    /// A commit appends to a log beside the file, the WAL, and waits until the disk has it. With `synchronous = NORMAL`
    /// it would not wait: after a power failure, what users were told of would be gone.
    fn make_durable(&self) -> Result<(), DatabaseError> {
        self.set("journal_mode", "wal")?;
        self.set("synchronous", "full")
    }
    // ANCHOR_END: durable

    /// Sets a pragma.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set(&self, pragma: &str, value: &str) -> Result<(), DatabaseError> {
        // Some answer with the value that holds now.
        let set = self
            .connection
            .pragma_update_and_check(None, pragma, value, |_| Ok(()));
        match set {
            Err(rusqlite::Error::QueryReturnedNoRows) | Ok(()) => Ok(()),
            Err(error) => Err(because(&self.file, error)),
        }
    }

    /// Reads, or sets what is of the connection alone.
    ///
    /// # Errors
    /// Those of SQLite, in words for people.
    pub fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, DatabaseError> {
        read(&self.connection).map_err(|error| because(&self.file, error))
    }

    // ANCHOR: write
    /// Writes all of it or nothing. When it is done, the disk has it.
    ///
    /// # Errors
    /// Those of SQLite, in words for people; then nothing has changed.
    pub fn write<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, DatabaseError> {
        let begin = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate);
        // Dropped before its commit, a transaction is rolled back.
        let written = begin.and_then(|transaction| {
            let value = write(&transaction)?;
            transaction.commit()?;
            Ok(value)
        });
        written.map_err(|error| because(&self.file, error))
    }
    // ANCHOR_END: write

    /// The same, but for what nobody has to be sure of: when it is done, every process sees it, also when this one is
    /// killed; but after a power failure the last of these writes may never have been. A sync takes many times as long.
    ///
    /// # Errors
    /// Those of [`write`](Self::write).
    pub fn write_unsynced<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, DatabaseError> {
        self.set("synchronous", "normal")?;
        let written = self.write(write);
        self.set("synchronous", "full")?;
        written
    }

    /// The error for a file whose rows contradict each other.
    #[must_use]
    pub fn damaged(&self, problem: impl Into<String>) -> DatabaseError {
        DatabaseError::Damaged {
            file: self.file.clone(),
            problem: problem.into(),
        }
    }

    /// Which file it is.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// SQLite says only that it cannot open.
fn check_folder(file: &Path) -> Result<(), DatabaseError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(DatabaseError::NoFolder(folder.to_owned())),
        _ => Ok(()),
    }
}

/// A device or a pipe keeps nothing, and opening one may do something.
fn check_kind(file: &Path) -> Result<(), DatabaseError> {
    match file.metadata() {
        Ok(found) if !found.is_file() => Err(DatabaseError::CannotOpen(file.to_owned())),
        _ => Ok(()),
    }
}

/// The same file by a name that SQLite takes for nothing else: `:memory:` would be no file at all, nor need
/// `file:chips` be one, see <https://sqlite.org/uri.html>.
fn plain(file: &Path) -> PathBuf {
    Path::new(".").join(file)
}
