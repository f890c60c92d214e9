//! What comes to a member: deliveries, checked in the buffer of the read, and notes between them.

use std::io::{ErrorKind, Read};

use super::room::Room;
use super::wire::{Dialect, Says};
use crate::drive::failure::{Failure, Failures};
use crate::drive::pace::Nanos;
use crate::drive::recorder::Recorder;

/// The receiving side of a member.
pub(crate) struct Inbox<'a> {
    room: &'a Room,
    dialect: &'static dyn Dialect,
    /// The number of the next message of each sender.
    next: Vec<u64>,
    /// What came of a delivery or a note whose rest has not.
    begun: Vec<u8>,
    /// What the server wants to hear: answers to its pings.
    pub(crate) answers: Vec<u8>,
    /// Messages that were lost, or came twice.
    pub(crate) failures: Failures,
}

/// What one read has brought.
pub(crate) struct Brought {
    /// True when it has filled the buffer, so that more may be there.
    pub(crate) full: bool,
}

impl<'a> Inbox<'a> {
    /// The inbox of a member of this room, who has got these bytes after it had entered.
    pub(crate) fn new(room: &'a Room, dialect: &'static dyn Dialect, begun: Vec<u8>) -> Self {
        Self {
            room,
            dialect,
            next: vec![0; room.senders()],
            begun,
            answers: Vec::new(),
            failures: Failures::default(),
        }
    }

    /// Messages of a sender that have come.
    pub(crate) fn received_of(&self, sender: usize) -> u64 {
        self.next[sender]
    }

    /// Messages that have come.
    pub(crate) fn received(&self) -> u64 {
        self.next.iter().sum()
    }

    /// Reads once, and checks what that has brought. `None` when there is nothing to read.
    pub(crate) fn read(
        &mut self,
        stream: &mut impl Read,
        buffer: &mut [u8],
        recorder: &mut Recorder,
    ) -> Result<Option<Brought>, Failure> {
        let begun = self.begun.len();
        buffer[..begun].copy_from_slice(&self.begun);
        let count = match stream.read(&mut buffer[begun..]) {
            Ok(0) => return Err(Failure::closed()),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(Failure::stream("read", error)),
        };
        let bytes = &buffer[..begun + count];
        // Whatever is in them came now.
        let now = recorder.now();
        recorder.received(now, count);
        let taken = self.take(bytes, now, recorder)?;
        self.begun.clear();
        self.begun.extend_from_slice(&bytes[taken..]);
        let full = bytes.len() == buffer.len();
        Ok(Some(Brought { full }))
    }

    /// Takes all that is complete: how many bytes.
    fn take(&mut self, bytes: &[u8], now: Nanos, recorder: &mut Recorder) -> Result<usize, Failure> {
        let mut taken = 0;
        let (marker, size) = (self.room.marker(), self.room.delivery_size());
        loop {
            let rest = &bytes[taken..];
            if rest.starts_with(marker) {
                let Some(delivery) = rest.get(..size) else {
                    break;
                };
                let sent = self.room.check(delivery, &mut self.next, &mut self.failures)?;
                recorder.came(sent, now, 1);
                taken += size;
            } else if marker.starts_with(rest) {
                break;
            } else {
                let Some(note) = self.dialect.note(rest)? else {
                    break;
                };
                if let Says::Ping(answer) = note.says {
                    self.answers.extend_from_slice(answer);
                }
                taken += note.size;
            }
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::drive::failure::Kind;
    use crate::fan_out::wire::Wire;

    /// Gives what it has in pieces of this size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            if count == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn room(wire: Wire) -> Room {
        Room::new(7, wire.dialect(), &[11, 12]).unwrap()
    }

    /// The deliveries of these messages, each a sender and a number, as the server writes them.
    fn deliveries(room_number: usize, wire: Wire, messages: &[(usize, u64)]) -> Vec<u8> {
        let frame = wire.dialect().frame(room_number, &[11, 12]).unwrap();
        let delivery = |&(sender, number): &(usize, u64)| {
            let message = crate::fan_out::message::message(room_number, sender, number, 77);
            [&frame.delivered_heads[sender][..], &message, frame.tail].concat()
        };
        messages.iter().flat_map(delivery).collect()
    }

    /// What came in pieces of this size: how many, and what was wrong with them.
    fn receive(wire: Wire, bytes: &[u8], piece: usize) -> Result<(u64, Failures), Failure> {
        let room = room(wire);
        let mut unused = Vec::new();
        (0..10).for_each(|number| room.send(0, number, 0, &mut unused));
        let mut inbox = Inbox::new(&room, wire.dialect(), Vec::new());
        let (mut stream, mut buffer, mut recorder) = (Pieces(bytes, piece), [0; 256], recorder());
        while inbox.read(&mut stream, &mut buffer, &mut recorder)?.is_some() {}
        Ok((recorder.latencies.len(), inbox.failures))
    }

    fn recorder() -> Recorder {
        Recorder::new(Instant::now(), Duration::ZERO, false).unwrap()
    }

    const WIRES: [Wire; 3] = [Wire::Chat, Wire::Redis, Wire::Nats];
    const MESSAGES: [(usize, u64); 5] = [(0, 0), (1, 0), (1, 1), (0, 1), (1, 2)];

    #[test]
    fn deliveries_are_found_however_the_stream_is_cut() {
        for wire in WIRES {
            let bytes = deliveries(7, wire, &MESSAGES);
            for piece in 1..=bytes.len() {
                let (count, failures) = receive(wire, &bytes, piece).unwrap();
                assert_eq!((count, failures.total()), (5, 0), "{wire:?} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_message_that_is_lost_or_doubled_is_counted() {
        for wire in WIRES {
            for (messages, kind, count) in [
                ([(0, 0), (1, 0), (0, 3)], Kind::Missing, 2),
                ([(0, 0), (1, 0), (1, 0)], Kind::Repeated, 1),
            ] {
                let (_, failures) = receive(wire, &deliveries(7, wire, &messages), 256).unwrap();
                let found: Vec<_> = failures
                    .iter()
                    .map(|(kind, counted)| (kind, counted.count))
                    .collect();
                assert_eq!(found, [(kind, count)], "{wire:?}");
            }
        }
    }

    #[test]
    fn a_message_of_another_room_or_that_was_never_sent_is_wrong() {
        for wire in WIRES {
            for bytes in [deliveries(8, wire, &[(0, 0)]), deliveries(7, wire, &[(0, 10)])] {
                assert_eq!(
                    receive(wire, &bytes, 256).unwrap_err().kind,
                    Kind::WrongBytes,
                    "{wire:?}"
                );
            }
        }
    }

    #[test]
    fn every_wrong_byte_is_found() {
        for wire in WIRES {
            let right = deliveries(7, wire, &MESSAGES[..2]);
            let first = right.len() / 2;
            for position in 0..first {
                let mut wrong = right.clone();
                wrong[position] ^= 1;
                // A length that became longer makes it wait for bytes that never come: not five, at least.
                let received = receive(wire, &wrong, 256);
                assert!(
                    received.is_err() || received.is_ok_and(|(count, _)| count == 0),
                    "{wire:?} {position}"
                );
            }
        }
    }

    #[test]
    fn notes_between_deliveries_are_read_and_pings_answered() {
        let room = room(Wire::Nats);
        let mut inbox = Inbox::new(&room, Wire::Nats.dialect(), b"PI".to_vec());
        let bytes = [b"NG\r\n".to_vec(), deliveries(7, Wire::Nats, &MESSAGES)].concat();
        let brought = inbox
            .read(&mut &bytes[..], &mut [0; 1024], &mut recorder())
            .unwrap();
        assert!(!brought.unwrap().full);
        assert_eq!((inbox.received(), inbox.received_of(1)), (5, 3));
        assert_eq!(inbox.answers, b"PONG\r\n");
    }
}
