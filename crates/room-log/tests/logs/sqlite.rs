//! The log in a file: generations, who may have it, and how large it gets.

use std::collections::BTreeSet;
use std::fs;

use database::DatabaseError;
use room_log::{Appended, Outcome, Position, RoomLog, Run, SqliteLog, Verdict, Writer, testing};

use crate::folder::Folder;
use crate::promise::say;

#[test]
fn each_opening_is_a_generation_and_the_epoch_stays() {
    let folder = Folder::new("room-log-generations");
    let file = folder.join("rooms.db");
    let mut last = 0;
    let opened = [0, 1 << 50, 0].map(|further| {
        let mut log = SqliteLog::open(&file).unwrap();
        let generation = log.owner().0;
        assert!(generation > last, "{generation} behind {last}");
        // One of several servers in this process has a higher one.
        last = generation + further;
        RoomLog::open(&mut log, 7, last).unwrap();
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

/// Somebody has put an older copy of the file into its place: messages that members have seen are gone, and others must not
/// get their positions.
#[test]
fn a_copy_that_is_put_back_gives_no_position_twice() {
    let folder = Folder::new("room-log-copy");
    let (file, copy) = (folder.join("rooms.db"), folder.join("copy.db"));
    let mut given = BTreeSet::new();
    for round in 0..3 {
        let log = SqliteLog::open(&file).unwrap();
        let owner = log.owner();
        let mut writer = Writer::new(log, owner).unwrap();
        for text in ["a", "b"] {
            let answers = writer.turn(vec![say(7, text)]).answers;
            let Outcome::Stored { epoch, at, .. } = answers[0].outcome else {
                panic!("{answers:?}");
            };
            assert!(given.insert((epoch, at)), "{at} of epoch {epoch} a second time");
        }
        drop(writer);
        match round {
            0 => drop(fs::copy(&file, &copy).unwrap()),
            _ => drop(fs::copy(&copy, &file).unwrap()),
        }
    }
}
