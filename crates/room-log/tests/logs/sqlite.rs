//! The log in a file: generations, who may have it, and how large it gets.

use database::DatabaseError;
use room_log::{Appended, Position, RoomLog, Run, SqliteLog, Verdict, testing};

use crate::folder::Folder;

#[test]
fn each_opening_is_a_generation_and_the_epoch_stays() {
    let folder = Folder::new("room-log-generations");
    let file = folder.join("rooms.db");
    let opened = [1, 2, 3].map(|generation| {
        let mut log = SqliteLog::open(&file).unwrap();
        assert_eq!(log.owner().0, generation);
        log.epoch().unwrap()
    });
    assert!(opened.iter().all(|epoch| *epoch == opened[0]), "{opened:?}");
    let first = SqliteLog::open(&file).unwrap();
    let second = SqliteLog::open(&file).map(drop).unwrap_err();
    assert!(matches!(second, DatabaseError::InUse(_)), "{second}");
    drop(first);
}

#[test]
fn old_entries_go() {
    const TEXTS: [&str; 50] = ["hi"; 50];
    let folder = Folder::new("room-log-old");
    let mut log = SqliteLog::open(&folder.join("rooms.db")).unwrap();
    let epoch = log.epoch().unwrap();
    let mut behind = Position::fence(1);
    RoomLog::open(&mut log, 7, 1).unwrap();
    for _ in 0..60 {
        let entries = testing::messages(1, behind.number + 1, &TEXTS);
        let run = Run {
            room: 7,
            behind,
            entries: &entries,
        };
        let stored = Appended::Runs(vec![Verdict::Stored]);
        assert_eq!(log.append(epoch, &[run]).unwrap(), stored);
        behind = run.last();
    }
    drop(log);
    let file = rusqlite::Connection::open(folder.join("rooms.db")).unwrap();
    let select = "SELECT count(*), max(number) FROM entries";
    let (count, last): (i64, i64) = file
        .query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!((1_000..=1_250).contains(&count), "{count}");
    assert_eq!(last, 3_000);
}
