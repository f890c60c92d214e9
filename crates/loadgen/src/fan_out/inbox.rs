//! What comes to a member: deliveries, checked in the buffer of the read, and notes between them.

use std::io::{ErrorKind, Read};

use anyhow::{Context, bail};

use super::room::Room;
use super::wire::{Dialect, Says};

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
}

/// What one read has brought.
pub(crate) struct Brought {
    /// Deliveries that it has completed.
    pub(crate) deliveries: u64,
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
    ) -> anyhow::Result<Option<Brought>> {
        let begun = self.begun.len();
        buffer[..begun].copy_from_slice(&self.begun);
        let count = match stream.read(&mut buffer[begun..]) {
            Ok(0) => bail!("the server has closed a connection"),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error).context("cannot read"),
        };
        let bytes = &buffer[..begun + count];
        let (taken, deliveries) = self.take(bytes)?;
        self.begun.clear();
        self.begun.extend_from_slice(&bytes[taken..]);
        let full = bytes.len() == buffer.len();
        Ok(Some(Brought { deliveries, full }))
    }

    /// Takes all that is complete: how many bytes, and how many deliveries.
    fn take(&mut self, bytes: &[u8]) -> anyhow::Result<(usize, u64)> {
        let (mut taken, mut deliveries) = (0, 0);
        let (marker, size) = (self.room.marker(), self.room.delivery_size());
        loop {
            let rest = &bytes[taken..];
            if rest.starts_with(marker) {
                let Some(delivery) = rest.get(..size) else {
                    break;
                };
                self.room.check(delivery, &mut self.next)?;
                taken += size;
                deliveries += 1;
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
        Ok((taken, deliveries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            let message = crate::fan_out::message::message(room_number, sender, number);
            [&frame.delivered_heads[sender][..], &message, frame.tail].concat()
        };
        messages.iter().flat_map(delivery).collect()
    }

    fn receive(wire: Wire, bytes: &[u8], piece: usize) -> anyhow::Result<u64> {
        let room = room(wire);
        let mut inbox = Inbox::new(&room, wire.dialect(), Vec::new());
        let (mut stream, mut buffer, mut count) = (Pieces(bytes, piece), [0; 256], 0);
        while let Some(brought) = inbox.read(&mut stream, &mut buffer)? {
            count += brought.deliveries;
        }
        assert_eq!(count, inbox.received());
        Ok(count)
    }

    const WIRES: [Wire; 3] = [Wire::Chat, Wire::Redis, Wire::Nats];
    const MESSAGES: [(usize, u64); 5] = [(0, 0), (1, 0), (1, 1), (0, 1), (1, 2)];

    #[test]
    fn deliveries_are_found_however_the_stream_is_cut() {
        for wire in WIRES {
            let bytes = deliveries(7, wire, &MESSAGES);
            for piece in 1..=bytes.len() {
                assert_eq!(
                    receive(wire, &bytes, piece).unwrap(),
                    5,
                    "{wire:?} in pieces of {piece}"
                );
            }
        }
    }

    #[test]
    fn a_message_that_is_lost_doubled_or_of_another_room_is_found() {
        for wire in WIRES {
            let lost = deliveries(7, wire, &[(0, 0), (1, 0), (0, 2)]);
            assert!(receive(wire, &lost, 256).is_err(), "{wire:?}");
            let doubled = deliveries(7, wire, &[(0, 0), (1, 0), (1, 0)]);
            assert!(receive(wire, &doubled, 256).is_err(), "{wire:?}");
            let elsewhere = deliveries(8, wire, &[(0, 0)]);
            assert!(receive(wire, &elsewhere, 256).is_err(), "{wire:?}");
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
                    received.is_err() || received.is_ok_and(|count| count == 0),
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
        let brought = inbox.read(&mut &bytes[..], &mut [0; 1024]).unwrap().unwrap();
        assert_eq!((brought.deliveries, inbox.received_of(1)), (5, 3));
        assert_eq!(inbox.answers, b"PONG\r\n");
    }
}
