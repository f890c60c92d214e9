//! Files that cannot be used: one clear error each, and the file stays as it is.

use std::fs;
use std::path::Path;

use baccarat_server::ledger::{LedgerError, audit};
use database::DatabaseError;
use rusqlite::Connection;

use crate::asking::Asking;
use crate::folder::Folder;

#[track_caller]
fn refused(file: &Path) -> LedgerError {
    match Asking::try_open(Some(file)) {
        Ok(_) => panic!("{} opens", file.display()),
        Err(error) => error,
    }
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let folder = Folder::new("no-folder");
    let error = refused(&folder.join("missing/chips.db"));
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::NoFolder(_))),
        "{error:?}"
    );
    assert!(
        error
            .to_string()
            .ends_with("missing: there is no such folder; make it first"),
        "{error}"
    );
}

#[test]
fn a_folder_is_no_file() {
    let folder = Folder::new("folder");
    let error = refused(&folder.join(""));
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::CannotOpen(_))),
        "{error:?}"
    );
}

/// Unlike a file, it would keep nothing.
#[cfg(unix)]
#[test]
fn a_device_is_no_file() {
    let error = refused(Path::new("/dev/null"));
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::CannotOpen(_))),
        "{error:?}"
    );
}

#[test]
fn a_text_is_no_database() {
    let folder = Folder::new("text");
    let file = folder.join("chips.db");
    let text = "alice 1000\n".repeat(100);
    fs::write(&file, &text).unwrap();
    let error = refused(&file);
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::NoDatabase(_))),
        "{error:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn the_database_of_another_program_stays_as_it_is() {
    let folder = Folder::new("foreign");
    let file = folder.join("chips.db");
    Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    let before = fs::read(&file).unwrap();
    let error = refused(&file);
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::Foreign(_))),
        "{error:?}"
    );
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_newer_version_stays_as_it_is() {
    let folder = Folder::new("newer");
    let file = folder.join("chips.db");
    Asking::open(&file).close();
    Connection::open(&file)
        .unwrap()
        .pragma_update(None, "user_version", 2)
        .unwrap();
    let before = fs::read(&file).unwrap();
    let error = refused(&file);
    assert!(
        matches!(
            error,
            LedgerError::Database(DatabaseError::Newer {
                found: 2,
                known: 1,
                ..
            })
        ),
        "{error:?}"
    );
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_file_that_is_in_use_is_not_shared() {
    let folder = Folder::new("in-use");
    let file = folder.join("chips.db");
    let ledger = Asking::open(&file);
    let error = refused(&file);
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::InUse(_))),
        "{error:?}"
    );
    ledger.balance("alice");
    ledger.close();
    Asking::open(&file).close();
}

#[test]
fn an_audit_makes_no_file() {
    let folder = Folder::new("no-audit");
    let file = folder.join("chips.db");
    assert!(matches!(
        audit(&file),
        Err(LedgerError::Database(DatabaseError::CannotOpen(_)))
    ));
    assert!(!file.exists());
}

#[test]
fn an_empty_file_becomes_a_ledger() {
    let folder = Folder::new("empty");
    let file = folder.join("chips.db");
    fs::write(&file, "").unwrap();
    Asking::open(&file).close();
    assert_eq!(audit(&file).unwrap().movements, 0);
}
