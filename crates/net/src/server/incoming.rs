//! What has come from a client through its channel and is not given to its handler yet.

use std::sync::Arc;

use crate::{Channel, NetError, Opened, ReadBuffer};

/// What one read takes from the socket: a record of TLS and its frame.
const MOST_AT_ONCE: usize = 17 * 1024;

/// An empty buffer of plain bytes keeps so much memory.
const KEPT_CAPACITY: usize = 4 * 1024;

/// The receiving half of a channel.
#[derive(Debug)]
pub(super) struct Incoming {
    channel: Arc<dyn Channel>,
    wire: ReadBuffer,
    plain: Vec<u8>,
    given: usize,
    has_ended: bool,
}

impl Incoming {
    pub(super) fn new(channel: Arc<dyn Channel>) -> Self {
        Self {
            channel,
            wire: ReadBuffer::up_to(MOST_AT_ONCE),
            plain: Vec::new(),
            given: 0,
            has_ended: false,
        }
    }

    /// Gives what is there; 0 behind the end, `None` where something must be read first.
    pub(super) fn give(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let rest = &self.plain[self.given..];
        if rest.is_empty() {
            return self.has_ended.then_some(0);
        }
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        if self.given == self.plain.len() {
            self.plain.clear();
            self.plain.shrink_to(KEPT_CAPACITY);
            self.given = 0;
        }
        Some(count)
    }

    /// Where the socket is to be read into.
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.wire.room()
    }

    /// So many bytes were read there; 0 is the end.
    pub(super) fn read(&mut self, count: usize) -> Result<Opened, NetError> {
        self.has_ended |= count == 0;
        let opened = self.channel.open(self.wire.filled(count), &mut self.plain)?;
        self.has_ended |= opened.ended;
        Ok(opened)
    }

    /// What has come with the end of the handshake.
    pub(super) fn read_first(&mut self) -> Result<Opened, NetError> {
        let opened = self.channel.open(&[], &mut self.plain)?;
        self.has_ended |= opened.ended;
        Ok(opened)
    }

    /// Plain bytes that are not given yet.
    pub(super) fn len(&self) -> usize {
        self.plain.len() - self.given
    }
}
