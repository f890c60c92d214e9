//! What an error of SQLite means for the operator of a program.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::DatabaseError;

/// Finds the words.
pub(crate) fn because(file: &Path, error: rusqlite::Error) -> DatabaseError {
    let path = file.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => DatabaseError::NoDatabase(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseError::Locked(path),
        Some(ErrorCode::DiskFull) => DatabaseError::Full(path),
        Some(ErrorCode::ReadOnly) => DatabaseError::ReadOnly(path),
        Some(ErrorCode::CannotOpen) if file.is_file() => DatabaseError::ReadOnly(path),
        Some(ErrorCode::CannotOpen) => DatabaseError::CannotOpen(path),
        Some(ErrorCode::DatabaseCorrupt) => DatabaseError::Damaged {
            file: path,
            problem: error.to_string(),
        },
        _ => DatabaseError::Sqlite {
            file: path,
            source: error,
        },
    }
}
