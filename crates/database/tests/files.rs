//! Files on a real disk: what a commit waits for, what a failed transaction leaves, who may share, and older versions.
//!
//! What is refused at an open, the ledger of baccarat tests with its own file.
#![forbid(unsafe_code)]

#[path = "../../../tests/support/folder.rs"]
mod folder;

use std::path::Path;
use std::time::Duration;

use database::{Database, DatabaseError, Kind, Sharing};
use rusqlite::Connection;

use folder::Folder;

const FIRST: &str = "CREATE TABLE notes (text TEXT NOT NULL) STRICT";
const FILE: &str = "notes.db";
const SHARED: Kind = Kind {
    application: 0x6e6f_7465,
    steps: &[FIRST],
    sharing: Sharing::WithOthers,
};

fn add(database: &mut Database, text: &str) -> Result<(), DatabaseError> {
    database.write(|notes| notes.execute("INSERT INTO notes VALUES (?1)", [text]).map(drop))
}

fn count(database: &Database) -> i64 {
    count_of(database, "notes")
}

fn count_of(database: &Database, table: &str) -> i64 {
    let query = format!("SELECT count(*) FROM {table}");
    let count = database.read(|notes| notes.query_row(&query, [], |row| row.get(0)));
    count.unwrap()
}

fn setting<T: rusqlite::types::FromSql>(database: &Database, pragma: &str) -> T {
    let value = database.read(|notes| notes.pragma_query_value(None, pragma, |row| row.get(0)));
    value.unwrap()
}

#[test]
fn a_commit_waits_for_the_disk() {
    let folder = Folder::new("durable");
    let notes = Database::open(&folder.join(FILE), &SHARED).unwrap();
    assert_eq!(setting::<String>(&notes, "journal_mode"), "wal");
    assert_eq!(setting::<i64>(&notes, "synchronous"), 2);
}

#[test]
fn a_write_that_nobody_waits_for_is_seen_by_others_and_the_next_one_is_waited_for() {
    let folder = Folder::new("unsynced");
    let file = folder.join(FILE);
    let mut notes = Database::open(&file, &SHARED).unwrap();
    let other = Database::open(&file, &SHARED).unwrap();
    let mode = notes.write_unsynced(|notes| {
        notes.execute("INSERT INTO notes VALUES ('soon')", [])?;
        notes.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0))
    });
    assert_eq!(mode.unwrap(), 1);
    assert_eq!(count(&other), 1);
    assert_eq!(setting::<i64>(&notes, "synchronous"), 2);
    let failed = notes.write_unsynced(|notes| notes.execute("INSERT INTO notes VALUES (NULL)", []));
    assert!(failed.is_err());
    assert_eq!(setting::<i64>(&notes, "synchronous"), 2);
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    let mut notes = Database::in_memory(&SHARED).unwrap();
    let failed = notes.write(|notes| {
        notes.execute("INSERT INTO notes VALUES ('half')", [])?;
        notes.execute("INSERT INTO notes VALUES (NULL)", [])
    });
    assert!(matches!(failed, Err(DatabaseError::Sqlite { .. })), "{failed:?}");
    assert_eq!(count(&notes), 0);
    add(&mut notes, "whole").unwrap();
    assert_eq!(count(&notes), 1);
}

#[test]
fn an_older_version_becomes_the_one_of_today_and_keeps_its_rows() {
    let folder = Folder::new("older");
    let mut notes = Database::open(&folder.join(FILE), &SHARED).unwrap();
    add(&mut notes, "old").unwrap();
    drop(notes);
    let second = Kind {
        steps: &[
            FIRST,
            "ALTER TABLE notes ADD COLUMN done INTEGER NOT NULL DEFAULT 0",
        ],
        ..SHARED
    };
    let notes = Database::open(&folder.join(FILE), &second).unwrap();
    assert_eq!((count(&notes), setting::<i64>(&notes, "user_version")), (1, 2));
    drop(notes);
    let newer = Database::open(&folder.join(FILE), &SHARED);
    let is_newer = matches!(
        newer,
        Err(DatabaseError::Newer {
            found: 2,
            known: 1,
            ..
        })
    );
    assert!(is_newer, "{newer:?}");
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let folder = Folder::new("step");
    drop(Database::open(&folder.join(FILE), &SHARED).unwrap());
    let wrong = Kind {
        steps: &[
            FIRST,
            "CREATE TABLE more (text TEXT); CREATE TABLE notes (text TEXT)",
        ],
        ..SHARED
    };
    let failed = Database::open(&folder.join(FILE), &wrong);
    assert!(matches!(failed, Err(DatabaseError::Sqlite { .. })), "{failed:?}");
    let notes = Database::open(&folder.join(FILE), &SHARED).unwrap();
    assert_eq!(setting::<i64>(&notes, "user_version"), 1);
    assert_eq!(count_of(&notes, "sqlite_schema"), 1);
}

fn begin(file: &Path) -> Connection {
    let other = Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[test]
fn a_shared_file_can_be_read_by_others_and_waits_for_their_writes() {
    let folder = Folder::new("shared");
    let file = folder.join(FILE);
    let mut notes = Database::open(&file, &SHARED).unwrap();
    add(&mut notes, "seen").unwrap();
    let other = Connection::open(&file).unwrap();
    let seen: String = other
        .query_row("SELECT text FROM notes", [], |row| row.get(0))
        .unwrap();
    assert_eq!(seen, "seen");
    let writer = begin(&file);
    notes.read(|notes| notes.busy_timeout(Duration::ZERO)).unwrap();
    let refused = add(&mut notes, "too early");
    assert!(matches!(refused, Err(DatabaseError::Locked(_))), "{refused:?}");
    assert_eq!(count(&notes), 1);
    writer.execute_batch("ROLLBACK").unwrap();
    add(&mut notes, "now").unwrap();
}
