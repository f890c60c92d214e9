//! The trait by which the bytes of an outbox reach the socket: TLS or WebSocket framing can stand behind it.

use net::{Connection, NetError};

/// Where an outbox sends to. A socket is one; encryption or another framing can stand in between, and
/// tests keep the bytes.
pub trait Transport: Send + Sync + 'static {
    /// Sends what is taken at once, and never waits: the count of bytes taken, 0 for none.
    ///
    /// # Errors
    /// When nothing will be taken any more.
    fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError>;

    /// Nothing more will be sent: the client reads what is under way, and then the end.
    fn end(&self);

    /// Ends both directions at once, which also wakes whoever reads.
    fn cut(&self);

    /// What can be waited for until it takes bytes again.
    fn connection(&self) -> Option<&Connection>;
}
