//! A room: what its senders have sent, and what its members must get for it.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};

use super::message::{MESSAGE_SIZE, message, sender};
use super::wire::{Dialect, Frame};

/// A room of the load, shared by the threads that drive its members.
pub(crate) struct Room {
    number: usize,
    frame: Frame,
    /// Bytes in front of the message in a delivery.
    head: usize,
    /// Messages of all its senders.
    sent: AtomicU64,
}

impl Room {
    /// The room of this number, whose senders have entered under these ids.
    pub(crate) fn new(number: usize, dialect: &dyn Dialect, unique_ids: &[u64]) -> anyhow::Result<Self> {
        let frame = dialect.frame(number, unique_ids)?;
        let head = frame.delivered_heads.first().context("a room without a sender")?;
        Ok(Self {
            number,
            head: head.len(),
            frame,
            sent: AtomicU64::new(0),
        })
    }

    /// How many may talk in it.
    pub(crate) fn senders(&self) -> usize {
        self.frame.delivered_heads.len()
    }

    /// Messages that each member must get.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Appends the next message of a sender, as it goes on the wire.
    pub(crate) fn send(&self, sender: usize, number: u64, bytes: &mut Vec<u8>) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        bytes.extend_from_slice(&self.frame.sent_head);
        bytes.extend_from_slice(&message(self.number, sender, number));
        bytes.extend_from_slice(self.frame.tail);
    }

    /// How a delivery starts, whoever has sent it.
    pub(crate) fn marker(&self) -> &[u8] {
        &self.frame.delivered_heads[0][..self.frame.marker]
    }

    /// Bytes of a delivery.
    pub(crate) fn delivery_size(&self) -> usize {
        self.head + MESSAGE_SIZE + self.frame.tail.len()
    }

    /// Checks a delivery, every byte of it: it must be the next one of its sender. `next` are the numbers of
    /// those.
    pub(crate) fn check(&self, delivery: &[u8], next: &mut [u64]) -> anyhow::Result<()> {
        let (head, rest) = delivery.split_at(self.head);
        let Some((came, tail)) = rest.split_first_chunk::<MESSAGE_SIZE>() else {
            bail!("a delivery of {} bytes", delivery.len());
        };
        let sender = sender(came);
        let Some(next) = next.get_mut(sender) else {
            bail!(
                "a message of nobody came to room {}: {}",
                self.number,
                delivery.escape_ascii()
            );
        };
        let expected = message(self.number, sender, *next);
        if *came != expected || head != self.frame.delivered_heads[sender] || !self.is_tail(tail) {
            bail!(
                "message {next} of sender {sender} should come to room {} as {}, but {} came",
                self.number,
                expected.escape_ascii(),
                delivery.escape_ascii()
            );
        }
        *next += 1;
        Ok(())
    }

    /// Nothing is not compared with nothing. glibc's `memcmp` for AVX-512 loads zero bytes then, from the
    /// address 1 that Rust gives an empty constant. No page is there, and the processor takes 90 ns to find
    /// out that it does not matter: a third of all that this thread did.
    fn is_tail(&self, bytes: &[u8]) -> bool {
        bytes.is_empty() || bytes == self.frame.tail
    }
}
