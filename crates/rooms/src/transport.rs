//! The trait by which the bytes of an outbox reach the socket: TLS or the frames of WebSocket can stand behind it.

use net::{Connection, Ending, NetError};

/// Where an outbox sends to. A socket is one; encryption or another framing can stand in between, and
/// tests keep the bytes.
///
/// What is *taken* is not yet on the wire: half a frame, a sealed record. The rest is *held*. The outbox, which locks
/// around all calls but [`held`](Self::held), waits for it as it waits for what is not taken: all is sent when the
/// outbox is empty and nothing is held.
pub trait Transport: Send + Sync + 'static {
    /// Sends what is held, and then what is taken at once, and never waits: the count of bytes taken, 0 for none. While
    /// something is held nothing is taken; without bytes it only pushes what is held.
    ///
    /// # Errors
    /// When nothing will be taken any more.
    fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError>;

    /// Bytes that are taken, or are its own, and that are not on the wire yet. A plain socket holds nothing.
    fn held(&self) -> usize {
        0
    }

    /// Nothing more will be sent, for this reason: the client reads what is under way, and then the end. Bytes that say
    /// so, such as a closing frame, may be held: then the end follows when they are pushed. A second call does nothing.
    fn end(&self, why: Ending);

    /// Ends both directions at once, which also wakes whoever reads.
    fn cut(&self);

    /// What can be waited for until it takes bytes again.
    fn connection(&self) -> Option<&Connection>;
}
