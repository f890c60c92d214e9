//! The ledger in Redis, which several servers share: each batch is one script, that changes all or nothing.
//!
//! The books of the servers are copies of what they have seen. So the script first compares: has each user what the batch
//! was made from, and is each table still this server's, and as it left it? Where not, it changes nothing, and says how it
//! is; then the batch is worked anew. As a user plays at one server at a time, that is rare.
//!
//! **A table has one owner.** Its generation stands at the table, and whoever takes the table writes a higher one. The
//! batches of an owner that has lost it, however long they were under way, change nothing.
//!
//! **An answer that is lost.** Each batch has a number of its writer, which is this process, and the script keeps the last
//! number with what became of it. So the same batch can be brought again: it is stored once, and the second answer is
//! the first one. A batch that was found outdated stays so, though the network should bring it once more.
//!
//! | key | what is in it |
//! |---|---|
//! | `ledger:users` | a hash: what each user has |
//! | `ledger:house` | what the house has |
//! | `ledger:tables` | a set: the numbers of all tables |
//! | `ledger:table:<n>` | a hash: the owner, the version, the last round and shoe, the open rounds |
//! | `ledger:round:<n>:<round>` | a hash: the stakes of an open round, and the keys of its rows |
//! | `ledger:rows` | a stream: every movement, the newest ones |
//! | `ledger:base`, `ledger:folded` | what older movements add up to, and how many there were |
//! | `ledger:ends` | a stream: the last 100,000 ends of rounds, with their results |
//! | `ledger:writer:<id>` | the last batch of a process, for seven days |
//! | `ledger:audit` | somebody reads all of it: no rows are folded meanwhile |
//!
//! | file | what is in it |
//! |---|---|
//! | `store.lua`, `batch` | a batch, and what it is in the script |
//! | `tables.lua`, `tables` | tables, as they are read and taken from another owner |
//! | `fold.lua` | old rows become a part of the base |
//! | `texts` | names of keys, accounts and rows |
//! | `audit` | all of it is computed again from the rows |
//!
//! It needs one Redis and no Redis Cluster: a script touches keys that no argument names.

mod audit;
mod batch;
mod tables;
mod texts;

use std::cell::Cell;
use std::collections::BTreeSet;

use directory::Unavailable;
use directory::redis::{Link, RedisConnection, RedisSettings};
use redis::{FromRedisValue, RedisError, Script, ScriptInvocation};

pub use self::audit::audit_in_redis;
use self::texts::{Names, Position, amount};
use super::book::{Book, Corrections};
use super::draft::Changes;
use super::store::{Attempt, Store, Stored, Tables};
use super::table::Table;
use super::{LedgerError, UserId};

/// Rows that are kept one by one. Older ones are folded into the base, so that the memory of Redis does not grow by what
/// is played: a million rows are about 70 MB.
const ROWS_KEPT: usize = 1_000_000;

/// Rows that are folded at once: some milliseconds of Redis.
const FOLDED_AT_ONCE: usize = 1_000;

/// The connection to Redis, and the number of the last batch.
pub(super) struct Redis {
    connection: RedisConnection,
    names: Names,
    scripts: Scripts,
    /// Of this process. Nobody else has it.
    writer: String,
    /// Of the last batch.
    number: u64,
    rows_kept: usize,
}

struct Scripts {
    store: Script,
    tables: Script,
    fold: Script,
}

impl Redis {
    /// Connects, and looks at what is there.
    pub(super) fn open(settings: &RedisSettings) -> Result<Self, LedgerError> {
        let connection = RedisConnection::open(settings).map_err(LedgerError::Redis)?;
        let mut id = [0; 8];
        getrandom::fill(&mut id).map_err(|error| LedgerError::Redis(Unavailable::new(error)))?;
        let names = Names::new(&settings.prefix);
        Ok(Self {
            writer: names.writer(u64::from_le_bytes(id)),
            connection,
            names,
            scripts: Scripts {
                store: Script::new(include_str!("redis/store.lua")),
                tables: Script::new(include_str!("redis/tables.lua")),
                fold: Script::new(include_str!("redis/fold.lua")),
            },
            number: 0,
            rows_kept: ROWS_KEPT,
        })
    }

    /// Runs a script, and tells an answer that was lost from a refusal.
    fn run<T: FromRedisValue>(&self, invocation: &ScriptInvocation<'_>) -> Result<T, NoAnswer> {
        let sent = Cell::new(Sent::No);
        let call = |link: &mut Link| {
            sent.set(Sent::Lost);
            invocation
                .invoke(link)
                .inspect_err(|error| sent.set(Sent::of(error)))
        };
        self.connection.run(call).map_err(|error| NoAnswer {
            sent: sent.get(),
            error,
        })
    }

    /// Reads tables, after taking them for this owner.
    fn tables(
        &self,
        numbers: &[i32],
        owner: Option<u64>,
    ) -> Result<(Position, Vec<(i32, Table)>), LedgerError> {
        let Names {
            tables,
            rows,
            table,
            round,
            ..
        } = &self.names;
        let mut invocation = self.scripts.tables.key(tables);
        invocation.key(rows).arg(table).arg(round);
        invocation.arg(owner.map_or_else(String::new, |owner| owner.to_string()));
        for number in numbers {
            invocation.arg(number);
        }
        tables::read(&self.run(&invocation)?, owner.unwrap_or_default())
    }

    /// Whether users still have what the book says. Nothing is written, so a Redis that is full answers as well.
    fn look(&self, book: &Book, read: &BTreeSet<UserId>) -> Result<Stored, LedgerError> {
        if read.is_empty() {
            return Ok(Stored::Yes);
        }
        let mut command = redis::cmd("HMGET");
        command.arg(&self.names.users);
        for user in read {
            command.arg(&**user);
        }
        let balances: Vec<Option<String>> = self
            .connection
            .run(|link| command.query(link))
            .map_err(LedgerError::Redis)?;
        let mut users = Vec::new();
        for (user, balance) in read.iter().zip(balances) {
            let balance = balance.as_deref().map(amount).transpose()?;
            if balance != book.users.get(user).copied() {
                users.push((UserId::clone(user), balance));
            }
        }
        Ok(match users.is_empty() {
            true => Stored::Yes,
            false => Stored::Outdated(Corrections {
                users,
                ..Corrections::default()
            }),
        })
    }

    /// Whatever happens here, nothing is lost: the next batch tries again.
    fn fold(&self, rows: usize) {
        let surplus = rows.saturating_sub(self.rows_kept);
        if surplus < FOLDED_AT_ONCE {
            return;
        }
        let Names {
            rows,
            base,
            folded,
            audit,
            ..
        } = &self.names;
        let mut invocation = self.scripts.fold.key(rows);
        invocation.key(base).key(folded).key(audit).arg(FOLDED_AT_ONCE);
        let _: Result<u64, NoAnswer> = self.run(&invocation);
    }
}

/// What has become of a call without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// It has not left this process.
    No,
    /// Redis has refused to run the script.
    Refused,
    /// The script has found that this can never be stored.
    Impossible,
    /// Nobody knows.
    Lost,
}

impl Sent {
    fn of(error: &RedisError) -> Self {
        match error.code() {
            Some("DOUBLED" | "LATE") => Self::Impossible,
            Some(_) => Self::Refused,
            None => Self::Lost,
        }
    }
}

#[derive(Debug)]
struct NoAnswer {
    sent: Sent,
    error: Unavailable,
}

impl NoAnswer {
    /// A second attempt that was not made says nothing of the first one.
    fn after(self, attempt: Attempt) -> LedgerError {
        match (self.sent, attempt) {
            (Sent::No | Sent::Refused, Attempt::First) | (Sent::Impossible, _) => {
                LedgerError::Redis(self.error)
            }
            (Sent::No | Sent::Refused, Attempt::Again) | (Sent::Lost, _) => LedgerError::InDoubt(self.error),
        }
    }
}

impl From<NoAnswer> for LedgerError {
    fn from(NoAnswer { error, .. }: NoAnswer) -> Self {
        Self::Redis(error)
    }
}

impl Store for Redis {
    fn store(&mut self, book: &Book, changes: &Changes, attempt: Attempt) -> Result<Stored, LedgerError> {
        if changes.are_none() {
            return self.look(book, &changes.read);
        }
        if attempt == Attempt::First {
            self.number += 1;
        }
        let Names {
            house,
            users,
            rows,
            ends,
            ..
        } = &self.names;
        let mut invocation = self.scripts.store.key(&self.writer);
        invocation.key(house).key(users).key(rows).key(ends);
        for text in batch::arguments(&self.names, self.number, book, changes)? {
            invocation.arg(text);
        }
        let answer: Vec<String> = match self.run(&invocation) {
            Ok(answer) => answer,
            Err(no_answer) => return Err(no_answer.after(attempt)),
        };
        let (stored, rows) = batch::read(&answer)?;
        self.fold(rows);
        Ok(stored)
    }

    fn take(&mut self, tables: &Tables) -> Result<Option<Vec<(i32, Table)>>, LedgerError> {
        let numbers: Vec<i32> = tables.numbers.clone().collect();
        let (_, found) = self.tables(&numbers, Some(tables.generation))?;
        Ok(Some(found))
    }

    /// A thousand stakes are ten milliseconds of Redis, in which nobody else is served.
    fn largest_batch(&self) -> usize {
        256
    }

    fn close(&mut self) {
        // Left behind, it ends with its time.
        let _ = self
            .connection
            .run(|link| redis::cmd("DEL").arg(&self.writer).exec(link));
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
