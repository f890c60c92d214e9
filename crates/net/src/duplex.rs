//! Bytes both ways, whatever stands between them and the socket: for client programs that speak TLS, or do without.

use crate::{Connection, NetError};

/// A connection, or what stands on one. All calls take `&self`, so that one thread may read while another writes.
pub trait Duplex: Send + Sync + 'static {
    /// Reads what is there, at most the buffer; waits when nothing is. 0 means that the other side has closed.
    ///
    /// # Errors
    /// Those of [`Connection::read`].
    fn read(&self, buffer: &mut [u8]) -> Result<usize, NetError>;

    /// Writes all bytes, and waits while the other side does not read.
    ///
    /// # Errors
    /// Those of [`Connection::write_all`].
    fn write_all(&self, bytes: &[u8]) -> Result<(), NetError>;

    /// Says that nothing more will be written.
    ///
    /// # Errors
    /// Those of [`Connection::shutdown_write`].
    fn shutdown_write(&self) -> Result<(), NetError>;
}

impl Duplex for Connection {
    fn read(&self, buffer: &mut [u8]) -> Result<usize, NetError> {
        Self::read(self, buffer)
    }

    fn write_all(&self, bytes: &[u8]) -> Result<(), NetError> {
        Self::write_all(self, bytes)
    }

    fn shutdown_write(&self) -> Result<(), NetError> {
        Self::shutdown_write(self)
    }
}
