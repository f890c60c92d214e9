//! The bytes that are sent, and those that must come back.
//!
//! A client goes round and round in a list of requests, each connection from a place of its own. So what
//! must come back is known without being remembered, a comparison is one `memcmp` however the bytes were cut
//! on their way, and a byte that is lost, doubled, changed or given to another client is found.

use super::messages::Messages;
use crate::engine::event_loop::READ_BUFFER;

/// Different messages, but for large ones: a prime, so that they keep in step with nothing else.
const MESSAGES: usize = 509;

/// Bytes of different messages at most, where they are large.
const LARGE: usize = 8 << 20;

/// Bytes that may be looked at together: a read, or a write.
pub(crate) const STRETCH: usize = READ_BUFFER;

/// Messages between the places where two neighbours start.
const MESSAGES_APART: u64 = 37;

/// What all connections of a cell send and get.
pub(crate) struct Traffic {
    pub(crate) requests: Stream,
    pub(crate) replies: Stream,
    /// Bytes may be answered before their message is whole.
    by_bytes: bool,
}

/// One direction: an endless stream of messages that repeats itself.
pub(crate) struct Stream {
    /// Bytes of a message.
    size: u64,
    /// One period, and once more as much of it as one look may take.
    bytes: Vec<u8>,
    period: u64,
}

impl Traffic {
    /// `in_flight` is how many are on the way on a connection at the same time, where that is limited.
    pub(crate) fn new(messages: &Messages, in_flight: usize) -> Self {
        let fitting = LARGE / (messages.request)(0).len().max(1);
        // Twice as many, or losing a whole period would not be noticed.
        let period = MESSAGES.min(fitting).max(2 * in_flight + 1).max(3);
        Self {
            requests: Stream::new(&messages.request, period),
            replies: Stream::new(&messages.reply, period),
            by_bytes: messages.by_bytes,
        }
    }

    /// The message that a connection starts with.
    pub(crate) fn start(connection: usize) -> u64 {
        connection as u64 * MESSAGES_APART
    }

    /// The position up to which replies may come when so many bytes have been sent.
    pub(crate) fn may_come(&self, sent: u64) -> u64 {
        match self.by_bytes {
            true => sent,
            false => self.replies.position(self.requests.messages(sent)),
        }
    }
}

impl Stream {
    fn new(message: &dyn Fn(usize) -> Vec<u8>, period: usize) -> Self {
        let mut bytes = Vec::new();
        for number in 0..period {
            bytes.extend(message(number));
        }
        let size = bytes.len() / period;
        let period = bytes.len();
        let all = period + STRETCH.max(size);
        while bytes.len() < all {
            let missing = all - bytes.len();
            bytes.extend_from_within(..missing.min(period));
        }
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

    /// Bytes of a message.
    pub(crate) fn message_size(&self) -> u64 {
        self.size
    }

    /// The bytes between two positions, which are not further apart than [`STRETCH`].
    pub(crate) fn between(&self, from: u64, to: u64) -> &[u8] {
        let start = (from % self.period) as usize;
        &self.bytes[start..start + (to - from) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request of 2 bytes, a reply of 1.
    fn traffic(in_flight: usize) -> Traffic {
        let messages = Messages {
            request: Box::new(|number| vec![number as u8, 0xff]),
            reply: Box::new(|number| vec![number as u8]),
            packets: false,
            by_bytes: false,
        };
        Traffic::new(&messages, in_flight)
    }

    #[test]
    fn half_a_request_has_no_reply() {
        let traffic = traffic(3);
        assert_eq!(traffic.may_come(5), 2);
        assert_eq!(traffic.requests.messages(5), 2);
    }

    #[test]
    fn half_a_message_of_bytes_may_come_back() {
        let traffic = Traffic::new(&Messages::echo(64, false), 1);
        assert_eq!(traffic.may_come(100), 100);
        let packets = Traffic::new(&Messages::echo(64, true), 1);
        assert_eq!(packets.may_come(100), 64);
    }

    #[test]
    fn the_stream_goes_on_where_its_period_ends() {
        let traffic = traffic(3);
        let last = MESSAGES as u64 - 1;
        let start = traffic.requests.position(last);
        assert_eq!(
            traffic.requests.between(start, start + 6),
            [last as u8, 0xff, 0, 0xff, 1, 0xff]
        );
        let start = traffic.replies.position(last + 1);
        assert_eq!(traffic.replies.between(start, start + 1), [0]);
    }

    #[test]
    fn large_messages_are_fewer_but_more_than_what_is_on_the_way() {
        let large = Messages {
            request: Box::new(|_| vec![0; 1 << 20]),
            reply: Box::new(|_| vec![0]),
            packets: false,
            by_bytes: false,
        };
        assert_eq!(Traffic::new(&large, 1).requests.period, 8 << 20);
        assert_eq!(Traffic::new(&large, 16).requests.period, 33 << 20);
    }
}
