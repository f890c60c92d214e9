//! What an error of SQLite means for the operator of a server.

use std::path::Path;

use rusqlite::ErrorCode;

use super::super::LedgerError;

/// Adds the file, and finds the words.
pub(super) trait Why<T> {
    fn because(self, file: &Path) -> Result<T, LedgerError>;
}

impl<T> Why<T> for rusqlite::Result<T> {
    fn because(self, file: &Path) -> Result<T, LedgerError> {
        self.map_err(|error| because(file, error))
    }
}

pub(super) fn because(file: &Path, error: rusqlite::Error) -> LedgerError {
    let path = file.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => LedgerError::NoDatabase(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Locked(path),
        Some(ErrorCode::DiskFull) => LedgerError::Full(path),
        Some(ErrorCode::ReadOnly) => LedgerError::ReadOnly(path),
        Some(ErrorCode::CannotOpen) if file.is_file() => LedgerError::ReadOnly(path),
        Some(ErrorCode::CannotOpen) => LedgerError::CannotOpen(path),
        Some(ErrorCode::DatabaseCorrupt) => LedgerError::Damaged {
            file: path,
            problem: error.to_string(),
        },
        _ => LedgerError::Sqlite {
            file: path,
            source: error,
        },
    }
}
