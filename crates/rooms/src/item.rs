//! The items in the channels from client threads to workers.

use std::sync::Arc;
use std::time::Instant;

use net::NetError;
use protocol::{ErrorCode, Frames};

use crate::session::Session;

// ANCHOR: item
/// What one read of one client has brought: whole packets, and perhaps the end.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) session: Arc<Session>,
    pub(crate) packets: Packets,
    pub(crate) read_at: Instant,
    pub(crate) end: Option<End>,
}
// ANCHOR_END: item

/// Whole packets, and how far they are processed.
#[derive(Debug, Default)]
pub(crate) struct Packets {
    bytes: Vec<u8>,
    done: usize,
    size: usize,
}

/// How a client's connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The client is gone, or has said all that it wanted, or is cut already.
    Gone,
    /// The server ends it, and says why.
    Told(ErrorCode),
    /// The server ends, and says so as the very last.
    ShuttingDown,
}

impl Packets {
    /// Packets that have `size` bytes when they are decompressed.
    pub(crate) fn new(bytes: Vec<u8>, size: usize) -> Self {
        Self { bytes, done: 0, size }
    }

    /// Those that are not processed yet.
    pub(crate) fn rest(&self) -> Frames<'_> {
        Frames::new(&self.bytes[self.done..])
    }

    /// So many bytes of the rest are processed.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.done += bytes;
    }

    /// All bytes when decompressed, processed or not.
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

impl End {
    /// What the end of the client thread's work means for the client.
    pub(crate) fn of(outcome: &Result<(), NetError>) -> Self {
        match outcome {
            Err(NetError::IdleTimeout(_)) => Self::Told(ErrorCode::IDLE_TIMEOUT),
            Err(NetError::DeadlineOver) => Self::Told(ErrorCode::DISCONNECT_UNAUTHENTICATED_USER),
            Err(NetError::RateLimited(_)) => Self::Told(ErrorCode::RATE_LIMITED),
            Err(NetError::ShuttingDown) => Self::ShuttingDown,
            _ => Self::Gone,
        }
    }
}
