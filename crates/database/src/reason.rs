//! What an error of SQLite means for the operator of a program.

use std::path::Path;

use rusqlite::{Error, ErrorCode, ffi};

use crate::DatabaseError;

/// Finds the words.
pub(crate) fn because(file: &Path, error: Error) -> DatabaseError {
    let path = file.to_owned();
    match error.sqlite_error_code() {
        _ if has_no_room_for_the_index(&error) => DatabaseError::Full(path),
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

/// The log of a database has an index in a file of its own; where that cannot grow, SQLite does not say why.
fn has_no_room_for_the_index(error: &Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(ffi::SQLITE_IOERR_SHMSIZE)
}
