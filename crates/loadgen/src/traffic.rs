//! The bytes that are sent, and those that must come back.
//!
//! A client goes round and round in a list of requests, each connection from a place of its own. So what
//! must come back is known without being remembered, a comparison is one `memcmp` however the bytes were cut
//! on their way, and a byte that is lost, doubled, changed or given to another client is found.

use std::fmt;

/// The fewest different messages: a prime, so that they keep in step with nothing else.
pub(crate) const LEAST_MESSAGES: usize = 509;

/// Messages between the places where two neighbours start.
const MESSAGES_APART: u64 = 37;

/// One load: the unit that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Connections at the same time.
    pub connections: usize,
    /// Messages on the way on each of them.
    pub in_flight: usize,
}

impl Cell {
    /// So many messages on the way on each of so many connections.
    #[must_use]
    pub const fn new(connections: usize, in_flight: usize) -> Self {
        Self {
            connections,
            in_flight,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "connections {}, in flight {}",
            self.connections, self.in_flight
        )
    }
}

/// How the message of a number is asked and answered. All requests have one size, and all replies.
#[derive(Debug, Clone, Copy)]
pub struct Messages {
    /// The request of this number.
    pub request: fn(usize) -> Vec<u8>,
    /// The reply that must come to it.
    pub reply: fn(usize) -> Vec<u8>,
}

/// What all connections of a cell send and get.
pub(crate) struct Traffic {
    in_flight: u64,
    pub(crate) requests: Stream,
    pub(crate) replies: Stream,
}

/// One direction: an endless stream of messages that repeats itself.
pub(crate) struct Stream {
    /// Bytes of a message.
    size: u64,
    /// One period, and once more as much of it as may be on the way.
    bytes: Vec<u8>,
    period: u64,
}

impl Traffic {
    pub(crate) fn new(messages: Messages, in_flight: usize) -> Self {
        // Twice as many, or losing a whole period would not be noticed.
        let period = LEAST_MESSAGES.max(2 * in_flight + 1);
        Self {
            in_flight: in_flight as u64,
            requests: Stream::new(messages.request, period, in_flight),
            replies: Stream::new(messages.reply, period, in_flight),
        }
    }

    /// The message that a connection starts with.
    pub(crate) fn start(connection: usize) -> u64 {
        connection as u64 * MESSAGES_APART
    }

    /// The position up to which may be sent when so many bytes of replies have come.
    pub(crate) fn may_be_sent(&self, received: u64) -> u64 {
        self.requests
            .position(self.replies.messages(received) + self.in_flight)
    }

    /// The position up to which replies may come when so many bytes have been sent.
    pub(crate) fn may_come(&self, sent: u64) -> u64 {
        self.replies.position(self.requests.messages(sent))
    }
}

impl Stream {
    fn new(message: fn(usize) -> Vec<u8>, period: usize, in_flight: usize) -> Self {
        let mut bytes: Vec<u8> = (0..period).flat_map(message).collect();
        let size = bytes.len() / period;
        let period = bytes.len();
        bytes.extend_from_within(..in_flight * size);
        Self {
            size: size as u64,
            bytes,
            period: period as u64,
        }
    }

    /// Whole messages before a position.
    pub(crate) fn messages(&self, position: u64) -> u64 {
        position / self.size
    }

    /// Where the message of this number starts.
    pub(crate) fn position(&self, message: u64) -> u64 {
        message * self.size
    }

    /// The bytes between two positions, which are not further apart than what may be on the way.
    pub(crate) fn between(&self, from: u64, to: u64) -> &[u8] {
        let start = (from % self.period) as usize;
        &self.bytes[start..start + (to - from) as usize]
    }

    /// One message.
    pub(crate) fn message(&self, number: u64) -> &[u8] {
        let start = self.position(number);
        self.between(start, start + self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request of 2 bytes, a reply of 1.
    const MESSAGES: Messages = Messages {
        request: |number| vec![number as u8, 0xff],
        reply: |number| vec![number as u8],
    };

    #[test]
    fn what_may_be_sent_follows_what_has_come() {
        let traffic = Traffic::new(MESSAGES, 3);
        assert_eq!(traffic.may_be_sent(0), 6);
        assert_eq!(traffic.may_be_sent(5), 16);
        assert_eq!(traffic.may_come(5), 2, "half a request has no reply");
    }

    #[test]
    fn the_stream_goes_on_where_its_period_ends() {
        let traffic = Traffic::new(MESSAGES, 3);
        let last = LEAST_MESSAGES as u64 - 1;
        let start = traffic.requests.position(last);
        assert_eq!(
            traffic.requests.between(start, start + 6),
            [last as u8, 0xff, 0, 0xff, 1, 0xff]
        );
        assert_eq!(traffic.replies.message(last + 1), [0]);
    }
}
