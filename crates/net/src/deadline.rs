//! Reads and writes that are over by a moment, however many calls they take.
//!
//! A timeout of a socket begins anew with each call, so a peer that moves one byte a second never meets it.
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
    /// # Errors
    /// [`NetError::TimedOut`] when nothing has come by the deadline, or it was over before the call; [`NetError::Io`] for a broken connection.
    pub fn read_by(&self, buffer: &mut [u8], deadline: Instant) -> Result<usize, NetError> {
        loop {
            self.set_read_timeout(Some(time_until(deadline, "read")?))?;
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
        read_exact(buffer, |rest, _| self.read_by(rest, deadline))
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
            self.set_write_timeout(Some(time_until(deadline, "write")?))?;
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

/// What is left; a socket takes no timeout of zero.
fn time_until(deadline: Instant, action: &'static str) -> Result<Duration, NetError> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(NetError::TimedOut { action }),
        left => Ok(left),
    }
}
