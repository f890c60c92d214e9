//! The log of a server alone, or of all servers in one process: one SQLite file, one transaction for each append, which waits
//! for the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use database::{Database, DatabaseError, Kind, Sharing};
use parking_lot::Mutex;
use rusqlite::{OptionalExtension, Statement, Transaction, ffi, params};

use crate::entry::{Entry, Kept};
use crate::log::{Appended, KEPT_ENTRIES, LogError, Opened, RoomLog, Run, Verdict};
use crate::owner::Alone;
use crate::position::Position;

/// `CLRL`: codelab, rooms, log.
const KIND: Kind = Kind {
    application: i32::from_be_bytes(*b"CLRL"),
    steps: &["CREATE TABLE log (
                 one INTEGER PRIMARY KEY CHECK (one = 1),
                 epoch INTEGER NOT NULL,
                 generation INTEGER NOT NULL
             ) STRICT;
             CREATE TABLE entries (
                 room INTEGER NOT NULL,
                 generation INTEGER NOT NULL,
                 number INTEGER NOT NULL,
                 user_id TEXT NOT NULL,
                 message TEXT NOT NULL,
                 PRIMARY KEY (room, generation, number)
             ) STRICT, WITHOUT ROWID;"],
    // Whoever appends in between would be a second owner.
    sharing: Sharing::Alone,
};

/// Old entries go when so many more have come.
const FORGET_EVERY: u64 = 100;

/// A log in a file. Clones are the same log.
#[derive(Debug, Clone)]
pub struct SqliteLog {
    database: Arc<Mutex<Database>>,
    epoch: u64,
    generation: u64,
}

impl SqliteLog {
    /// Opens the file, or makes it. Each opening is a generation, which is above all that are in the file. It is not below
    /// the time in milliseconds, so that it grows even where somebody has put an older copy of the file into its place.
    ///
    /// # Errors
    /// When it cannot be used, with what to do.
    pub fn open(file: &Path) -> Result<Self, DatabaseError> {
        let mut database = Database::open(file, &KIND)?;
        let mut random = [0; 8];
        getrandom::fill(&mut random)
            .map_err(|error| database.damaged(format!("no random bytes: {error}")))?;
        let (epoch, generation): (i64, i64) = database.write(|transaction| {
            transaction.query_row(
                "INSERT INTO log (one, epoch, generation) VALUES (1, ?1, ?2)
                 ON CONFLICT (one) DO UPDATE SET generation = max(generation + 1, ?2)
                 RETURNING epoch, generation",
                [i64::from_le_bytes(random), milliseconds()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })?;
        Ok(Self {
            database: Arc::new(Mutex::new(database)),
            epoch: epoch.cast_unsigned(),
            generation: generation.cast_unsigned(),
        })
    }

    /// Who has all rooms now: the server that has opened the file.
    #[must_use]
    pub fn owner(&self) -> Alone {
        Alone(self.generation)
    }
}

impl RoomLog for SqliteLog {
    fn epoch(&mut self) -> Result<u64, LogError> {
        Ok(self.epoch)
    }

    fn open(&mut self, room: i32, generation: u64) -> Result<Opened, LogError> {
        let epoch = self.epoch;
        let opened = self.database.lock().write(|transaction| {
            let mut entries = Entries::of(transaction)?;
            match entries.tail(room)? {
                Some(tail) if tail.generation > generation => return Ok(Opened::Deposed),
                Some(tail) if tail.generation == generation => {}
                _ => {
                    entries.insert(room, &Kept::fence(generation))?;
                    raise(transaction, generation)?;
                }
            }
            Ok(Opened::Ready {
                epoch,
                kept: read(transaction, room)?,
            })
        });
        opened.map_err(log_error)
    }

    fn append(&mut self, epoch: u64, runs: &[Run<'_>]) -> Result<Appended, LogError> {
        if epoch != self.epoch {
            return Ok(Appended::OtherEpoch);
        }
        let verdicts = self.database.lock().write(|transaction| {
            let mut entries = Entries::of(transaction)?;
            let verdicts = runs.iter().map(|run| append(transaction, &mut entries, run));
            verdicts.collect::<rusqlite::Result<_>>()
        });
        verdicts.map(Appended::Runs).map_err(log_error)
    }
}

/// The next opening is above this generation too: several servers in one process have generations of their own.
fn raise(transaction: &Transaction<'_>, generation: u64) -> rusqlite::Result<()> {
    let update = "UPDATE log SET generation = max(generation, ?1)";
    transaction.execute(update, [generation.cast_signed()]).map(drop)
}

fn append(
    transaction: &Transaction<'_>,
    entries: &mut Entries<'_>,
    run: &Run<'_>,
) -> rusqlite::Result<Verdict> {
    if let Some(verdict) = run.verdict(entries.tail(run.room)?) {
        return Ok(verdict);
    }
    for kept in run.entries {
        entries.insert(run.room, kept)?;
    }
    let (before, last) = (run.behind.number, run.last().number);
    if before / FORGET_EVERY != last / FORGET_EVERY || run.behind.generation != run.last().generation {
        forget_old(transaction, run.room)?;
    }
    Ok(Verdict::Stored)
}

/// The statements that a transaction needs again and again.
struct Entries<'t> {
    tail: Statement<'t>,
    insert: Statement<'t>,
}

impl<'t> Entries<'t> {
    fn of(transaction: &'t Transaction<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            tail: transaction.prepare(
                "SELECT generation, number FROM entries WHERE room = ?1
                 ORDER BY generation DESC, number DESC LIMIT 1",
            )?,
            insert: transaction.prepare("INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5)")?,
        })
    }

    /// What stands last in a room.
    fn tail(&mut self, room: i32) -> rusqlite::Result<Option<Position>> {
        self.tail
            .query_row([room], |row| position(row.get(0)?, row.get(1)?))
            .optional()
    }

    fn insert(&mut self, room: i32, kept: &Kept) -> rusqlite::Result<()> {
        let (user_id, message) = match &kept.entry {
            Some(entry) => (&*entry.user_id, &*entry.message),
            None => ("", ""),
        };
        let Position { generation, number } = kept.at;
        let values = params![
            room,
            generation.cast_signed(),
            number.cast_signed(),
            user_id,
            message
        ];
        self.insert.execute(values).map(drop)
    }
}

fn forget_old(transaction: &Transaction<'_>, room: i32) -> rusqlite::Result<()> {
    let mut delete = transaction.prepare(
        "DELETE FROM entries WHERE room = ?1 AND (generation, number) <= (
             SELECT generation, number FROM entries WHERE room = ?1
             ORDER BY generation DESC, number DESC LIMIT 1 OFFSET ?2)",
    )?;
    delete.execute(params![room, KEPT_ENTRIES as i64]).map(drop)
}

fn read(transaction: &Transaction<'_>, room: i32) -> rusqlite::Result<Vec<Kept>> {
    let mut select = transaction.prepare(
        "SELECT generation, number, user_id, message FROM entries WHERE room = ?1
         ORDER BY generation DESC, number DESC LIMIT ?2",
    )?;
    let rows = select.query_map(params![room, KEPT_ENTRIES as i64], |row| {
        let at = position(row.get(0)?, row.get(1)?)?;
        let (user_id, message): (String, String) = (row.get(2)?, row.get(3)?);
        let entry = || Entry {
            user_id: user_id.into(),
            message: message.into(),
        };
        Ok(Kept {
            at,
            entry: (at.number > 0).then(entry),
        })
    })?;
    let mut kept: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    kept.reverse();
    Ok(kept)
}

/// Since 1970. A clock that is wrong does no harm while it grows, and not much when it does not.
fn milliseconds() -> i64 {
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    time.map_or(1, |time| i64::try_from(time.as_millis()).unwrap_or(1).max(1))
}

fn position(generation: i64, number: i64) -> rusqlite::Result<Position> {
    Ok(Position {
        generation: generation.cast_unsigned(),
        number: number.cast_unsigned(),
    })
}

/// A transaction that fails is rolled back, and half of one in the file is none. Only where all of it is written, and the
/// disk does not say that it has it, it may come back after the next start.
fn log_error(error: DatabaseError) -> LogError {
    let code = match &error {
        DatabaseError::Sqlite { source, .. } => source.sqlite_error().map(|error| error.extended_code),
        _ => None,
    };
    match code {
        Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => LogError::InDoubt(Box::new(error)),
        _ => LogError::NotStored(Box::new(error)),
    }
}
