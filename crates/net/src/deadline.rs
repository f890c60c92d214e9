//! Deadlines for reads and writes that need several calls.
//!
//! A timeout of a socket starts again with each call, so a peer that moves one byte a second never meets it.
//! A deadline stays where it is.

use std::io::{ErrorKind, Write};
use std::time::{Duration, Instant};

use crate::connection::{failed, is_timeout, read_exact};
use crate::{Connection, NetError};

impl Connection {
    // ANCHOR: read_by
    /// As [`read`](Self::read), and over by the deadline. It sets the
    /// [read timeout](Self::set_read_timeout), which stays.
    ///
    /// After the deadline it still gives what has come, and never waits: a process that was stopped for long could
    /// not look before. So a caller that reads again and again bounds how much it takes.
    ///
    /// # Errors
    /// [`NetError::TimedOut`] when nothing has come by the deadline, which may be over before the call;
    /// [`NetError::Io`] for a broken connection.
    pub fn read_by(&self, buffer: &mut [u8], deadline: Instant) -> Result<usize, NetError> {
        loop {
            let Some(left) = time_until(deadline) else {
                return self.last_look(buffer);
            };
            self.set_read_timeout(Some(left))?;
            match self.read_once(buffer) {
                Err(error) if is_only_a_wake_up(error.kind()) => {}
                other => return other.map_err(|error| failed("read", error)),
            }
        }
    }
    // ANCHOR_END: read_by

    /// As [`read_exact`](Self::read_exact), and all of it by the deadline. It sets the
    /// [read timeout](Self::set_read_timeout), which stays.
    ///
    /// # Errors
    /// [`NetError::TimedOut`] when the buffer is not full by the deadline, else as
    /// [`read_exact`](Self::read_exact). What came before a timeout is lost, so the connection is of no
    /// further use.
    pub fn read_exact_by(&self, buffer: &mut [u8], deadline: Instant) -> Result<bool, NetError> {
        read_exact(buffer, |rest, _| {
            let needed = rest.len();
            let count = self.read_by(rest, deadline)?;
            // All that waited was taken, so what is missing comes too late: a byte now and then must not help.
            match time_until(deadline) {
                None if (1..needed).contains(&count) => Err(NetError::TimedOut { action: "read" }),
                _ => Ok(count),
            }
        })
    }

    /// Writes all bytes by the deadline, and waits until then while the other side does not read. It sets the
    /// [write timeout](Self::set_write_timeout), which stays.
    ///
    /// # Errors
    /// [`NetError::TimedOut`] when the kernel has not taken all of them by the deadline, [`NetError::Io`] for a
    /// broken connection. Either way part of the bytes may have been sent, so the connection is of no further
    /// use.
    pub fn write_all_by(&self, mut bytes: &[u8], deadline: Instant) -> Result<(), NetError> {
        while !bytes.is_empty() {
            let Some(left) = time_until(deadline) else {
                return match self.last_try(bytes)? {
                    count if count == bytes.len() => Ok(()),
                    _ => Err(NetError::TimedOut { action: "write" }),
                };
            };
            self.set_write_timeout(Some(left))?;
            match self.stream().write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if is_only_a_wake_up(error.kind()) => {}
                Err(error) => return Err(failed("write", error)),
            }
        }
        Ok(())
    }
}

/// A signal, or the socket's timeout: the clock decides.
fn is_only_a_wake_up(kind: ErrorKind) -> bool {
    is_timeout(kind) || kind == ErrorKind::Interrupted
}

/// What is left, `None` where it is over: a socket takes no timeout of zero.
fn time_until(deadline: Instant) -> Option<Duration> {
    Some(deadline.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
}
