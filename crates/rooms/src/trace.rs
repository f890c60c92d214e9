//! The trace: a function of the program that is called with every packet that comes in, goes out or is dropped.

use std::sync::Arc;

use crate::session::Session;

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client.
    In,
    /// To the client.
    Out,
    /// From the client, and over the rate limit: nobody has looked at it.
    Dropped,
}

/// Gets every packet: its direction, the client, and its bytes. Not the last word to a client that is
/// refused or cut off, which goes past the outbox where it still goes, nor what a client has sent behind its end.
pub type Trace = Arc<dyn Fn(Direction, &Session, &[u8]) + Send + Sync>;
