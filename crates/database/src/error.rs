//! Why a file cannot be used as a database, or what it could not store.

use std::path::PathBuf;

/// Why a database cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The folder of the file does not exist.
    #[error("{}: there is no such folder; make it first", .0.display())]
    NoFolder(PathBuf),
    /// The file or its folder cannot be written to.
    #[error("{}: cannot be written to; this user must be allowed to write to the file and to its folder", .0.display())]
    ReadOnly(PathBuf),
    /// It cannot be opened at all: a folder, or not allowed.
    #[error("{}: cannot be opened as a file that this user may read and write", .0.display())]
    CannotOpen(PathBuf),
    /// The file is not a SQLite database.
    #[error("{}: is no SQLite database; name another file", .0.display())]
    NoDatabase(PathBuf),
    /// It is a database of another program.
    #[error("{}: is a database of another program; name another file", .0.display())]
    Foreign(PathBuf),
    /// A newer version of the program has written it.
    #[error("{}: has version {found}, and this program knows {known} at most; use a newer program", .file.display())]
    Newer {
        /// Which file.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// Another process uses a file that only one can use.
    #[error("{}: is in use by another process; one at a time can have it", .0.display())]
    InUse(PathBuf),
    /// Another process holds the lock for too long.
    #[error("{}: is locked by another process; end its transaction, or wait", .0.display())]
    Locked(PathBuf),
    /// The disk is full.
    #[error("{}: the disk is full", .0.display())]
    Full(PathBuf),
    /// The file contradicts itself.
    #[error("{}: is damaged: {problem}; keep a copy, then restore a backup", .file.display())]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Anything else that SQLite answers.
    #[error("{}", .file.display())]
    Sqlite {
        /// Which file.
        file: PathBuf,
        /// The answer.
        source: rusqlite::Error,
    },
}
