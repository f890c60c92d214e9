//! A socket that listens.

use std::io::ErrorKind;
use std::iter;
use std::net::{SocketAddr, TcpListener};

use crate::os;
use crate::{Connection, NetError};

/// Connections that the kernel completes and keeps until they are accepted: a burst of thousands of
/// clients must not be refused. Linux lowers it to `net.core.somaxconn`, 4,096 since version 5.4.
pub(crate) const BACKLOG: i32 = 4_096;

/// A listening socket: it gives connections and can neither be read nor written.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
}

impl Listener {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self { listener }
    }

    /// Where it listens, with the port that the system chose where 0 was asked for.
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn local_address(&self) -> Result<SocketAddr, NetError> {
        self.listener
            .local_addr()
            .map_err(|error| NetError::io("read the local address", error))
    }

    /// `accept()`: the next client in the queue, or waits for one.
    ///
    /// # Errors
    /// [`NetError::Io`]. Few of them concern the listener: a client that has gone again, or no free
    /// descriptor, pass; a server logs them and goes on (accept(2), "Error handling").
    pub fn accept(&self) -> Result<Connection, NetError> {
        match self.listener.accept() {
            Ok((stream, peer)) => Ok(Connection::new(stream, peer)),
            Err(error) => Err(NetError::io("accept", error)),
        }
    }

    // ANCHOR: close_door
    /// Ends a blocked [`accept`](Self::accept) from another thread, and gives those who wait in the queue: the system
    /// has completed their connections, so they believe that they are being served, and would be reset. Nothing is
    /// accepted afterwards. As many as there are descriptors for.
    pub(crate) fn close_door(&self) -> Vec<Connection> {
        let is_open = self.listener.set_nonblocking(true).is_ok();
        let waiting = iter::from_fn(|| self.accept_waiting()).take(BACKLOG as usize);
        let waiting = if is_open { waiting.collect() } else { Vec::new() };
        os::unblock_accept(&self.listener);
        waiting
    }

    /// The next in the queue of a listener that does not block.
    fn accept_waiting(&self) -> Option<Connection> {
        loop {
            match self.listener.accept() {
                Ok((stream, peer)) => {
                    // Not on Linux, but elsewhere it has this from its listener.
                    stream.set_nonblocking(false).ok()?;
                    return Some(Connection::new(stream, peer));
                }
                // This one has gone; somebody else may be behind it.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(_) => return None,
            }
        }
    }
    // ANCHOR_END: close_door
}

/// A listener made by the standard library.
impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::new(listener)
    }
}
