//! A room: what its senders have sent, and what its members must get for it.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;

use super::message::{MESSAGE_SIZE, Message, message, number, sender, time};
use super::wire::{Dialect, Frame};
use crate::drive::failure::{Failure, Failures, Kind};
use crate::drive::pace::Nanos;

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

    /// Appends the next message of a sender, as it goes on the wire, with the time when it was due.
    pub(crate) fn send(&self, sender: usize, number: u64, time: Nanos, bytes: &mut Vec<u8>) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        bytes.extend_from_slice(&self.frame.sent_head);
        bytes.extend_from_slice(&message(self.number, sender, number, time));
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
    /// those. Returns when it was sent.
    ///
    /// What is right in itself but not the next one goes to `failures`: messages before it are missing, or
    /// it has come before.
    pub(crate) fn check(
        &self,
        delivery: &[u8],
        next: &mut [u64],
        failures: &mut Failures,
    ) -> Result<Nanos, Failure> {
        let (head, rest) = delivery.split_at(self.head);
        let Some((came, tail)) = rest.split_first_chunk::<MESSAGE_SIZE>() else {
            return Err(self.wrong("half a message", delivery));
        };
        let sender = sender(came);
        let Some(next) = next.get_mut(sender) else {
            return Err(self.wrong("a message of nobody", delivery));
        };
        let time = time(came);
        if *came != message(self.number, sender, *next, time) {
            self.find_gap(came, sender, next, failures)
                .ok_or_else(|| self.wrong("no message that was sent there", delivery))?;
        } else {
            *next += 1;
        }
        if head != self.frame.delivered_heads[sender] || !self.is_tail(tail) {
            return Err(self.wrong("a message of another sender", delivery));
        }
        Ok(time)
    }

    /// A message that is right in itself, but not the next one of its sender. `None` when it is not right.
    fn find_gap(&self, came: &Message, sender: usize, next: &mut u64, failures: &mut Failures) -> Option<()> {
        let number = number(came);
        if *came != message(self.number, sender, number, time(came)) || number >= self.sent() {
            return None;
        }
        let room = self.number;
        let failure = |kind, words: &str| {
            let detail = format!("room {room}: {words} message {number} of sender {sender}");
            Failure::new(kind, detail)
        };
        if number < *next {
            failures.add(failure(Kind::Repeated, "once more came"));
        } else {
            failures.add_many(number - *next, failure(Kind::Missing, "not all came before"));
            *next = number + 1;
        }
        Some(())
    }

    fn wrong(&self, problem: &str, delivery: &[u8]) -> Failure {
        let room = self.number;
        Failure::wrong_bytes(format_args!(
            "{problem} came to room {room}: {}",
            delivery.escape_ascii()
        ))
    }

    /// Nothing is not compared with nothing. glibc's `memcmp` for AVX-512 loads zero bytes then, from the
    /// address 1 that Rust gives an empty constant. No page is there, and the processor takes 90 ns to find
    /// out that it does not matter: a third of all that this thread did.
    fn is_tail(&self, bytes: &[u8]) -> bool {
        bytes.is_empty() || bytes == self.frame.tail
    }
}
