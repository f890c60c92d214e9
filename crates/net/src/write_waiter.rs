//! Waits for many connections at once until one of them takes bytes again, on one thread.

use std::time::Duration;

use crate::{Connection, NetError, os};

/// Waits until the kernel takes bytes for one of many connections again.
///
/// For those who send with [`Connection::send_now`] and keep what was not taken: one thread is enough to
/// wait for all slow clients.
#[derive(Debug)]
pub struct WriteWaiter {
    wake_up: os::WakeUp,
}

impl WriteWaiter {
    /// A waiter without connections; each [`wait`](Self::wait) says for whom.
    ///
    /// # Errors
    /// [`NetError::Io`] when the system has no descriptor left.
    pub fn new() -> Result<Self, NetError> {
        let wake_up = os::WakeUp::new().map_err(|error| NetError::io("make a wake-up call", error))?;
        Ok(Self { wake_up })
    }

    /// Ends a wait from another thread, the next one where none is going on.
    pub fn wake(&self) {
        self.wake_up.ring();
    }

    /// Waits until the kernel takes bytes for one of the connections, or it is broken, or
    /// [`wake`](Self::wake) is called, or the time is over; `None` is for ever. For each connection: is
    /// something to be tried on it? A send that takes nothing after all is possible.
    ///
    /// # Errors
    /// [`NetError::Io`] when the system cannot wait for so many.
    pub fn wait<'a>(
        &self,
        connections: impl Iterator<Item = &'a Connection>,
        timeout: Option<Duration>,
    ) -> Result<Vec<bool>, NetError> {
        let streams = connections.map(Connection::stream);
        os::wait_any_writable(&self.wake_up, streams, timeout)
            .map_err(|error| NetError::io("wait to write", error))
    }
}
