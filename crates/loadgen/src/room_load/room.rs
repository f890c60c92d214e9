//! A room: what its senders have sent, and what its members must get for it.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::ensure;

use super::message::{MESSAGE_SIZE, Message, message, number, sender, time};
use super::wire::dialect::{Dialect, Frame};
use crate::engine::failure::{Failure, Failures, Kind};
use crate::engine::pace::Nanos;

/// A room of the load, shared by the threads that drive its members.
pub(crate) struct Room {
    number: usize,
    frame: Frame,
    /// The kinds of deliveries, by the length of their heads: one, or two where ids have come to more bytes.
    shapes: Vec<Shape>,
    /// Of the senders.
    unique_ids: Vec<u64>,
    /// Messages of all its senders.
    sent: AtomicU64,
}

/// How a delivery looks whose head has a given length.
struct Shape {
    /// How it starts.
    marker: Vec<u8>,
    /// Bytes in front of the message.
    head: usize,
    /// Bytes of all of it.
    size: usize,
}

/// What stands at the beginning of what came.
pub(crate) enum Came {
    /// A delivery with so many bytes, of a message that was sent at this time.
    Delivery { size: usize, sent: Nanos },
    /// The beginning of a delivery.
    Part,
    /// Something else; or a delivery that is written in another way.
    Other,
}

impl Room {
    /// The room of this number, whose senders have entered under these ids.
    pub(crate) fn new(number: usize, dialect: &dyn Dialect, unique_ids: &[u64]) -> anyhow::Result<Self> {
        ensure!(!unique_ids.is_empty(), "a room without a sender");
        let frame = dialect.frame(number, unique_ids)?;
        Ok(Self {
            number,
            shapes: shapes(&frame),
            frame,
            unique_ids: unique_ids.to_owned(),
            sent: AtomicU64::new(0),
        })
    }

    /// How many may talk in it.
    pub(crate) fn senders(&self) -> usize {
        self.unique_ids.len()
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

    /// Looks for a delivery at the beginning of these bytes, and checks every byte of it: it must be the next one
    /// of its sender. `next` are the numbers of those.
    ///
    /// What is right in itself but not the next one goes to `failures`: messages before it are missing, or
    /// it has come before.
    #[inline]
    pub(crate) fn take(
        &self,
        bytes: &[u8],
        next: &mut [u64],
        failures: &mut Failures,
    ) -> Result<Came, Failure> {
        for shape in &self.shapes {
            if bytes.starts_with(&shape.marker) {
                let Some(delivery) = bytes.get(..shape.size) else {
                    return Ok(Came::Part);
                };
                return self.take_whole(shape, delivery, next, failures);
            }
        }
        let is_part = |shape: &Shape| shape.marker.starts_with(bytes);
        Ok(if self.shapes.iter().any(is_part) {
            Came::Part
        } else {
            Came::Other
        })
    }

    /// Only a delivery with the head of its sender is taken for one: with another head, another place may be that
    /// of the message.
    #[inline]
    fn take_whole(
        &self,
        shape: &Shape,
        delivery: &[u8],
        next: &mut [u64],
        failures: &mut Failures,
    ) -> Result<Came, Failure> {
        let (head, rest) = delivery.split_at(shape.head);
        let Some((message, tail)) = rest.split_first_chunk() else {
            return Ok(Came::Other);
        };
        let sender = sender(message);
        let own_head = self.frame.delivered_heads.get(sender);
        if own_head.is_none_or(|own| own != head) || !self.is_tail(tail) {
            return Ok(Came::Other);
        }
        let sent = self.check(sender, message, next, failures)?;
        let size = shape.size;
        Ok(Came::Delivery { size, sent })
    }

    /// Checks a delivery that is not written byte by byte as in its frame, in the same way. Returns when it was
    /// sent.
    pub(crate) fn check_read(
        &self,
        unique_id: u64,
        message: &Message,
        next: &mut [u64],
        failures: &mut Failures,
    ) -> Result<Nanos, Failure> {
        let sender = sender(message);
        match self.unique_ids.get(sender) {
            None => Err(self.wrong("a message from nobody", message)),
            Some(own) if *own != unique_id => Err(self.wrong("a message from another sender", message)),
            Some(_) => self.check(sender, message, next, failures),
        }
    }

    fn check(
        &self,
        sender: usize,
        came: &Message,
        next: &mut [u64],
        failures: &mut Failures,
    ) -> Result<Nanos, Failure> {
        let (time, next) = (time(came), &mut next[sender]);
        if *came == message(self.number, sender, *next, time) {
            *next += 1;
        } else {
            self.find_gap(came, sender, next, failures)
                .ok_or_else(|| self.wrong("a message that was not sent there", came))?;
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
            failures.add(failure(Kind::Repeated, "came once more:"));
        } else {
            failures.add_many(number - *next, failure(Kind::Missing, "some are missing before"));
            *next = number + 1;
        }
        Some(())
    }

    fn wrong(&self, problem: &str, message: &Message) -> Failure {
        let room = self.number;
        Failure::wrong_bytes(format_args!(
            "{problem} came to room {room}: {}",
            message.escape_ascii()
        ))
    }

    /// Nothing is not compared with nothing. glibc's `memcmp` for AVX-512 loads zero bytes then, from the
    /// address 1 that Rust gives an empty constant. No page is there, and the processor takes 90 ns to find
    /// out that it does not matter: a third of all that this thread did.
    fn is_tail(&self, bytes: &[u8]) -> bool {
        bytes.is_empty() || bytes == self.frame.tail
    }
}

/// Each length of a head once.
fn shapes(frame: &Frame) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    for head in &frame.delivered_heads {
        if shapes.iter().all(|shape| shape.head != head.len()) {
            shapes.push(Shape {
                marker: head[..frame.marker].to_owned(),
                head: head.len(),
                size: head.len() + MESSAGE_SIZE + frame.tail.len(),
            });
        }
    }
    shapes
}
