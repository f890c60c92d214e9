//! One connection to Redis, lent to one call: whatever the call does with it ends in time.

use std::io;
use std::time::{Duration, Instant};

use redis::{Connection, ConnectionLike, RedisError, RedisResult, Value};

/// A connection for one call. Commands and scripts run on it as on the library's own, and those that come after the time of
/// the call is over fail at once.
///
/// The library's time limits are for one read each, and its pipelines go on to read after the first that has failed: a call
/// of four commands could take four times as long.
pub struct Link {
    connection: Connection,
    until: Instant,
    /// Set by the first error behind which nobody knows what comes next on this connection.
    is_broken: bool,
    can_have_arrived: bool,
}

impl Link {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            connection,
            until: Instant::now(),
            is_broken: false,
            can_have_arrived: false,
        }
    }

    /// From now on calls have until then.
    pub(super) fn until(&mut self, until: Instant) {
        self.until = until;
    }

    /// True where it cannot be used again.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// False where the last command was not written whole, as to a Redis that has gone meanwhile: Redis does not begin with
    /// half a command, and the other half never comes. Of several commands in one call, some can always have arrived.
    #[must_use]
    pub fn can_have_arrived(&self) -> bool {
        self.can_have_arrived
    }

    /// The connection itself, for messages.
    pub(super) fn into_connection(self) -> Connection {
        self.connection
    }

    /// How much time is left, at least a little.
    fn left(&self) -> RedisResult<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        match left.is_zero() {
            true => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
            false => Ok(left),
        }
    }

    fn send(&mut self, bytes: &[u8]) -> RedisResult<()> {
        self.connection.set_write_timeout(Some(self.left()?))?;
        self.connection.send_packed_command(bytes)
    }

    fn receive(&mut self) -> RedisResult<Value> {
        self.connection.set_read_timeout(Some(self.left()?))?;
        self.connection.recv_response()
    }

    /// Sends all, and takes `count` answers behind the first `skipped` ones.
    fn exchange(&mut self, bytes: &[u8], skipped: usize, count: usize) -> RedisResult<Vec<Value>> {
        self.send(bytes)?;
        for _ in 0..skipped {
            self.receive()?;
        }
        (0..count).map(|_| self.receive()).collect()
    }

    /// An error here is none that Redis has told, which is a value: it is one of the connection.
    fn note<T>(&mut self, outcome: Result<T, RedisError>) -> RedisResult<T> {
        self.is_broken |= outcome.is_err();
        outcome
    }
}

impl ConnectionLike for Link {
    fn req_packed_command(&mut self, command: &[u8]) -> RedisResult<Value> {
        let sent = self.send(command);
        self.can_have_arrived = sent.is_ok();
        let outcome = sent.and_then(|()| self.receive());
        self.note(outcome)
    }

    fn req_packed_commands(
        &mut self,
        commands: &[u8],
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        self.can_have_arrived = true;
        let outcome = self.exchange(commands, offset, count);
        self.note(outcome)
    }

    fn get_db(&self) -> i64 {
        self.connection.get_db()
    }

    fn check_connection(&mut self) -> bool {
        redis::cmd("PING").exec(self).is_ok()
    }

    fn is_open(&self) -> bool {
        !self.is_broken && self.connection.is_open()
    }
}
