//! The log of one of many servers: a stream of Redis for each room. Each call is one script, which changes all of it or
//! nothing.
//!
//! | key | what is in it |
//! |---|---|
//! | `room:<game>:<number>` | a stream: ids are positions; fields `user` and `text`, or `fence` |
//! | `cluster` | the epoch: another one where Redis has lost its data |

use std::cell::Cell;
use std::time::Duration;

use directory::redis::{Link, RedisConnection, RedisSettings};
use directory::{GameName, Unavailable};
use redis::{FromRedisValue, RedisError, Script, ScriptInvocation};

use crate::entry::{Entry, Kept};
use crate::log::{Appended, KEPT_ENTRIES, LogError, Opened, RoomLog, Run, Verdict};
use crate::position::Position;

/// A log in Redis.
pub struct RedisLog {
    connection: RedisConnection,
    game: GameName,
    open: Script,
    append: Script,
}

impl RedisLog {
    /// What one call should take at most. One without an answer is made again, so it may be short: while it waits, clients
    /// wait.
    pub const TIMEOUT: Duration = Duration::from_millis(300);

    /// Connects, with connections of its own.
    ///
    /// # Errors
    /// Those of [`RedisConnection::open`].
    pub fn connect(settings: &RedisSettings, game: GameName) -> Result<Self, Unavailable> {
        Ok(Self {
            connection: RedisConnection::open(settings)?,
            game,
            open: Script::new(include_str!("redis/open.lua")),
            append: Script::new(include_str!("redis/append.lua")),
        })
    }

    fn key(&self, name: &str) -> String {
        self.connection.settings().key(name)
    }

    fn room(&self, room: i32) -> String {
        self.key(&format!("room:{}:{room}", self.game))
    }

    /// Runs a script. One that was not even written has met a connection that had ended since the last call: there may be
    /// another one.
    fn run<T: FromRedisValue>(&self, invocation: &ScriptInvocation<'_>) -> Result<T, LogError> {
        let outcome = match self.try_run(invocation) {
            Err((Reached::Nothing, _)) => self.try_run(invocation),
            outcome => outcome,
        };
        outcome.map_err(|(reached, error)| match reached {
            Reached::NoConnection | Reached::Nothing | Reached::Refusal => LogError::NotStored(error.0),
            Reached::Redis => LogError::InDoubt(error.0),
        })
    }

    fn try_run<T: FromRedisValue>(
        &self,
        invocation: &ScriptInvocation<'_>,
    ) -> Result<T, (Reached, Unavailable)> {
        let reached = Cell::new(Reached::NoConnection);
        let call = |link: &mut Link| {
            let outcome = invocation.invoke(link);
            // What Redis refuses with a code it has refused as a whole.
            let is_refused = outcome
                .as_ref()
                .is_err_and(|error: &RedisError| error.code().is_some());
            reached.set(match link.can_have_arrived() {
                true if is_refused => Reached::Refusal,
                true => Reached::Redis,
                false => Reached::Nothing,
            });
            outcome
        };
        self.connection.run(call).map_err(|error| (reached.get(), error))
    }
}

/// How far a call has come that has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    NoConnection,
    /// The connection took less than all of it, so Redis cannot do it.
    Nothing,
    /// Perhaps: its answer is missing.
    Redis,
    /// Redis, which has said no.
    Refusal,
}

/// What `open.lua` answers.
type Opening = (String, bool, Vec<(String, Vec<String>)>);

impl RoomLog for RedisLog {
    fn epoch(&mut self) -> Result<u64, LogError> {
        let cluster = self.key("cluster");
        let mut invocation = self.open.key(cluster);
        invocation.arg(new_epoch()?);
        let (epoch,): (String,) = self.run(&invocation)?;
        read_epoch(&epoch)
    }

    fn open(&mut self, room: i32, generation: u64) -> Result<Opened, LogError> {
        let mut invocation = self.open.key(self.key("cluster"));
        invocation.key(self.room(room));
        invocation.arg(new_epoch()?).arg(generation).arg(KEPT_ENTRIES);
        let (epoch, is_ours, entries): Opening = self.run(&invocation)?;
        if !is_ours {
            return Ok(Opened::Deposed);
        }
        let mut kept = entries.into_iter().map(kept).collect::<Result<Vec<_>, _>>()?;
        kept.reverse();
        Ok(Opened::Ready {
            epoch: read_epoch(&epoch)?,
            kept,
        })
    }

    // ANCHOR: append
    fn append(&mut self, epoch: u64, runs: &[Run<'_>]) -> Result<Appended, LogError> {
        let mut invocation = self.append.key(self.key("cluster"));
        invocation.arg(write_epoch(epoch)).arg(KEPT_ENTRIES);
        for run in runs {
            invocation.key(self.room(run.room));
            let behind = run.behind.to_string();
            invocation.arg(behind).arg(run.entries.len());
            for kept in run.entries {
                let (user, text) = kept
                    .entry
                    .as_ref()
                    .map_or(("", ""), |entry| (&*entry.user_id, &*entry.message));
                invocation.arg(kept.at.to_string()).arg(user).arg(text);
            }
        }
        let verdicts: Vec<i64> = self.run(&invocation)?;
        match verdicts.len() == runs.len() {
            true => Ok(Appended::Runs(verdicts.into_iter().map(verdict).collect())),
            false => Ok(Appended::OtherEpoch),
        }
    }
    // ANCHOR_END: append
}

fn verdict(number: i64) -> Verdict {
    match number {
        1 => Verdict::Stored,
        2 => Verdict::Deposed,
        _ => Verdict::Changed,
    }
}

fn kept((id, fields): (String, Vec<String>)) -> Result<Kept, LogError> {
    let at: Position = id.parse().map_err(unreadable)?;
    let entry = match &fields[..] {
        [user, user_id, text, message] if user == "user" && text == "text" => Some(Entry {
            user_id: user_id.as_str().into(),
            message: message.as_str().into(),
        }),
        [fence, _] if fence == "fence" => None,
        _ => return Err(unreadable(format!("the stream of a room has {fields:?} at {id}"))),
    };
    Ok(Kept { at, entry })
}

fn unreadable(what: String) -> LogError {
    LogError::NotStored(what.into())
}

/// For a Redis that has none.
fn new_epoch() -> Result<String, LogError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| unreadable(format!("no random bytes: {error}")))?;
    Ok(write_epoch(u64::from_le_bytes(random)))
}

/// As the directory writes it.
fn write_epoch(epoch: u64) -> String {
    format!("{epoch:016x}")
}

fn read_epoch(text: &str) -> Result<u64, LogError> {
    u64::from_str_radix(text, 16)
        .map_err(|_| unreadable(format!("`cluster` in Redis is `{text}`, and no epoch")))
}

impl std::fmt::Debug for RedisLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RedisLog({:?}, {})", self.connection, self.game)
    }
}
