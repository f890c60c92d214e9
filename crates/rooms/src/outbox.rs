//! The bytes that a client has not been sent yet. No lock and no socket in here: the session has them.

use net::{Ending, NetError};
use protocol::{Frames, HEADER_SIZE};

use crate::transport::Transport;

/// An empty outbox keeps so much memory for the next packets, and gives back what is more.
const KEPT_CAPACITY: usize = 4 * 1024;

/// What one client has not been sent yet, and who is to send it.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// Whole packets; of the first, `sent` bytes are gone already.
    bytes: Vec<u8>,
    sent: usize,
    limit: Option<usize>,
    stage: Stage,
    /// Bytes that the transport has taken, or has of its own, and that were not on the wire after the last call.
    held: usize,
    /// Nothing more will be put in: when all is sent, the client has got all.
    closing: bool,
    /// Why the server has ended it; then whoever sends the last byte says so to the client.
    ending: Option<Ending>,
    /// The transport was told that nothing more will be sent.
    has_ended: bool,
    /// All bytes that were ever taken.
    total: u64,
}

// ANCHOR: stage
/// Who sends next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody, since all is sent.
    Empty,
    /// A worker has it on its list, and sends at the end of its batch.
    Listed,
    /// The kernel takes nothing more: the helper waits, and sends then.
    Backlogged,
    /// Nobody ever: what is put in is dropped.
    Closed,
}
// ANCHOR_END: stage

/// What putting a packet in has led to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// Whoever put it must see to it that it is sent.
    List,
    /// Somebody else will send it.
    Done,
    /// The client is gone, or has had its last packet.
    Dropped,
    /// It is over the limit now.
    Over,
}

/// What sending has led to.
#[derive(Debug)]
pub(crate) enum Sent {
    /// Nothing is left.
    All,
    /// The kernel takes nothing more; `progress` says whether it has taken anything this time.
    Part {
        /// True where some bytes were taken.
        progress: bool,
    },
    /// Somebody else is to send, or nobody.
    NotMine,
    /// The connection is broken, for this reason.
    Broken(NetError),
}

impl Outbox {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self {
            bytes: Vec::new(),
            sent: 0,
            limit,
            stage: Stage::Empty,
            held: 0,
            closing: false,
            ending: None,
            has_ended: false,
            total: 0,
        }
    }

    /// Appends one or more whole packets.
    pub(crate) fn put(&mut self, packets: &[u8]) -> Put {
        if self.stage == Stage::Closed || self.closing {
            return Put::Dropped;
        }
        self.bytes.extend_from_slice(packets);
        let first = self.stage == Stage::Empty;
        if first {
            self.stage = Stage::Listed;
        }
        match self.limit {
            Some(limit) if self.unsent() > limit => Put::Over,
            _ if first => Put::List,
            _ => Put::Done,
        }
    }

    /// Bytes that are still to be sent.
    pub(crate) fn unsent(&self) -> usize {
        self.bytes.len() - self.sent + self.held
    }

    /// All bytes that were taken so far.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// Nothing is left, here or in the transport.
    pub(crate) fn is_empty(&self) -> bool {
        self.unsent() == 0
    }

    pub(crate) fn close_when_empty(&mut self) {
        self.closing = true;
    }

    /// The server has ended it, for this reason.
    pub(crate) fn dismiss(&mut self, why: Ending) {
        self.ending.get_or_insert(why);
    }

    /// Why the server has ended it, where it has.
    pub(crate) fn ending(&self) -> Option<Ending> {
        self.ending
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing
    }

    /// Sends, for a worker at the end of its batch.
    pub(crate) fn send_listed(&mut self, transport: &dyn Transport) -> Sent {
        match self.stage {
            Stage::Listed => self.send(transport),
            _ => Sent::NotMine,
        }
    }

    /// Sends, for the helper.
    pub(crate) fn send_backlog(&mut self, transport: &dyn Transport) -> Sent {
        match self.stage {
            Stage::Backlogged => self.send(transport),
            _ => Sent::NotMine,
        }
    }

    // ANCHOR: send
    /// One call. What is not taken, or is held, then waits for the helper: a second call would only ask again.
    fn send(&mut self, transport: &dyn Transport) -> Sent {
        let held = self.held;
        match transport.send_now(&self.bytes[self.sent..]) {
            Ok(count) => {
                self.sent += count;
                self.total += count as u64;
                self.held = transport.held();
                match self.sent == self.bytes.len() {
                    true => self.clear(),
                    false => self.forget_sent_packets(),
                }
                self.sent_up_to(count > 0 || self.held < held)
            }
            // Whoever asks is told the reason: the system tells an error once, so no read meets it again.
            Err(reason) => {
                self.close();
                Sent::Broken(reason)
            }
        }
    }
    // ANCHOR_END: send

    /// Pushes what the transport holds by itself, where nobody else is to send.
    pub(crate) fn push(&mut self, transport: &dyn Transport) -> Sent {
        match self.stage {
            Stage::Empty => self.send(transport),
            _ => Sent::NotMine,
        }
    }

    /// Says to the client that all is sent, when it is, which may be something to be sent itself.
    pub(crate) fn end(&mut self, transport: &dyn Transport, why: Ending) -> Sent {
        if self.stage == Stage::Closed {
            return Sent::NotMine;
        }
        if !std::mem::replace(&mut self.has_ended, true) {
            transport.end(why);
            self.held = transport.held();
        }
        self.sent_up_to(true)
    }

    /// Who sends next, where whatever can be sent is.
    fn sent_up_to(&mut self, progress: bool) -> Sent {
        if self.is_empty() {
            self.stage = Stage::Empty;
            return Sent::All;
        }
        self.stage = Stage::Backlogged;
        Sent::Part { progress }
    }

    /// Takes in nothing more, and gives up what the kernel has not taken: but for the rest of a packet that is
    /// half out, and the last words, if the kernel takes these now. False where there is nothing to cut: it is
    /// closed, or all is sent.
    pub(crate) fn cut(&mut self, transport: &dyn Transport, last_words: &[u8]) -> bool {
        if self.stage == Stage::Closed || (self.closing && self.is_empty()) {
            return false;
        }
        let end = match self.stage {
            // Nobody has tried yet.
            Stage::Listed => self.bytes.len(),
            _ if self.sent == 0 => 0,
            _ => self.first_packet_end(),
        };
        let mut rest = self.bytes[self.sent.min(end)..end].to_vec();
        rest.extend_from_slice(last_words);
        // Whether they arrive is up to the client.
        self.total += transport.send_now(&rest).unwrap_or(0) as u64;
        self.close();
        true
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_CAPACITY);
        self.sent = 0;
    }

    /// Nothing will be sent any more, not even what is held.
    fn close(&mut self) {
        self.clear();
        self.held = 0;
        self.stage = Stage::Closed;
    }

    /// So that `sent` stays inside the first packet, and memory does not grow with what is gone.
    fn forget_sent_packets(&mut self) {
        let mut gone = 0;
        for frame in Frames::new(&self.bytes) {
            if gone + frame.bytes.len() > self.sent {
                break;
            }
            gone += frame.bytes.len();
        }
        self.bytes.drain(..gone);
        self.sent -= gone;
    }

    fn first_packet_end(&self) -> usize {
        Frames::new(&self.bytes)
            .next()
            .map_or(0, |frame| frame.bytes.len().max(HEADER_SIZE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Recorder;

    /// A packet of `size` bytes, all of its body being `fill`.
    fn packet(size: u16, fill: u8) -> Vec<u8> {
        let mut bytes = vec![fill; usize::from(size)];
        bytes[..5].copy_from_slice(&[size.to_le_bytes()[0], size.to_le_bytes()[1], 101, 0, 0]);
        bytes
    }

    #[test]
    fn only_the_first_packet_of_a_batch_asks_to_be_listed() {
        let mut outbox = Outbox::new(None);
        assert_eq!(outbox.put(&packet(6, b'a')), Put::List);
        assert_eq!(outbox.put(&packet(6, b'b')), Put::Done);
        let recorder = Recorder::default();
        assert!(matches!(outbox.send_listed(&recorder), Sent::All));
        assert_eq!(recorder.taken(), [packet(6, b'a'), packet(6, b'b')].concat());
        assert!(matches!(outbox.send_listed(&recorder), Sent::NotMine));
        assert_eq!(outbox.put(&packet(6, b'c')), Put::List);
    }

    #[test]
    fn what_is_not_taken_is_the_helpers() {
        let mut outbox = Outbox::new(None);
        let recorder = Recorder::with_room_for(8);
        outbox.put(&packet(6, b'a'));
        outbox.put(&packet(6, b'b'));
        assert!(matches!(
            outbox.send_listed(&recorder),
            Sent::Part { progress: true }
        ));
        assert_eq!(outbox.put(&packet(6, b'c')), Put::Done);
        assert!(matches!(outbox.send_listed(&recorder), Sent::NotMine));
        assert!(matches!(
            outbox.send_backlog(&recorder),
            Sent::Part { progress: false }
        ));
        recorder.make_room_for(100);
        assert!(matches!(outbox.send_backlog(&recorder), Sent::All));
        let all = [packet(6, b'a'), packet(6, b'b'), packet(6, b'c')].concat();
        assert_eq!((recorder.taken(), outbox.total()), (all, 18));
    }

    #[test]
    fn memory_does_not_keep_what_is_sent() {
        let mut outbox = Outbox::new(None);
        let recorder = Recorder::with_room_for(0);
        for round in 0..100 {
            outbox.put(&packet(60, round));
            recorder.make_room_for(58);
            let _ = outbox.send_listed(&recorder);
            let _ = outbox.send_backlog(&recorder);
            assert!(outbox.bytes.len() < outbox.unsent() + 60);
        }
    }

    #[test]
    fn over_the_limit_is_said() {
        let mut outbox = Outbox::new(Some(10));
        assert_eq!(outbox.put(&packet(6, b'a')), Put::List);
        assert_eq!(outbox.put(&packet(6, b'b')), Put::Over);
    }

    #[test]
    fn the_last_words_follow_the_packet_that_is_half_out() {
        let mut outbox = Outbox::new(None);
        let recorder = Recorder::with_room_for(8);
        for fill in [b'a', b'b', b'c'] {
            outbox.put(&packet(6, fill));
        }
        let _ = outbox.send_listed(&recorder);
        recorder.make_room_for(100);
        outbox.cut(&recorder, &packet(5, 0));
        assert_eq!(
            recorder.taken(),
            [packet(6, b'a'), packet(6, b'b'), packet(5, 0)].concat()
        );
        assert_eq!(outbox.put(&packet(6, b'd')), Put::Dropped);
        assert!(outbox.is_empty());
    }

    #[test]
    fn what_nobody_has_tried_to_send_is_sent_before_the_end() {
        let mut outbox = Outbox::new(None);
        let recorder = Recorder::default();
        outbox.put(&packet(6, b'a'));
        outbox.put(&packet(6, b'b'));
        assert!(outbox.cut(&recorder, &[]));
        assert_eq!(recorder.taken(), [packet(6, b'a'), packet(6, b'b')].concat());
        assert!(!outbox.cut(&recorder, &packet(5, 0)));
        assert_eq!(outbox.total(), 12);
    }

    #[test]
    fn a_broken_connection_takes_nothing_any_more() {
        let mut outbox = Outbox::new(None);
        let recorder = Recorder::default();
        outbox.put(&packet(6, b'a'));
        recorder.cut();
        assert!(matches!(outbox.send_listed(&recorder), Sent::Broken(_)));
        assert_eq!(outbox.put(&packet(6, b'b')), Put::Dropped);
    }
}
