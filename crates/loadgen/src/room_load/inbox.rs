//! What comes to a member: deliveries, checked in the buffer of the read, and notes between them.

use std::io::{ErrorKind, Read};

use super::room::{Came, Room};
use super::wire::dialect::{Dialect, Note, Says};
use crate::engine::failure::{Failure, Failures};
use crate::engine::pace::Nanos;
use crate::engine::recorder::Recorder;

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
        if begun >= buffer.len() {
            let detail = format!("{begun} bytes came that are not a whole message");
            return Err(Failure::wrong_bytes(detail));
        }
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
        loop {
            let rest = &bytes[taken..];
            taken += match self.room.take(rest, &mut self.next, &mut self.failures)? {
                Came::Delivery { size, sent } => {
                    recorder.came(sent, now, 1);
                    size
                }
                Came::Part => break,
                Came::Other => match self.dialect.note(rest)? {
                    Some(note) => self.take_note(note, now, recorder)?,
                    None => break,
                },
            };
        }
        Ok(taken)
    }

    fn take_note(&mut self, note: Note, now: Nanos, recorder: &mut Recorder) -> Result<usize, Failure> {
        match note.says {
            Says::Ping(answer) => self.answers.extend_from_slice(answer),
            Says::Delivery(unique_id, message) => {
                let (next, failures) = (&mut self.next, &mut self.failures);
                let sent = self.room.check_read(unique_id, &message, next, failures)?;
                recorder.came(sent, now, 1);
            }
            Says::Entered(_) | Says::Newcomer | Says::Nothing => {}
        }
        Ok(note.size)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use protocol::{Codec, Packet, PacketId};

    use super::*;
    use crate::engine::failure::Kind;
    use crate::engine::recorder::Window;
    use crate::room_load::wire::Wire;

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
        Room::new(7, wire.dialect(), &UNIQUE_IDS).unwrap()
    }

    /// The deliveries of these messages, each a sender and a number, as the server writes them.
    fn deliveries(room_number: usize, wire: Wire, messages: &[(usize, u64)]) -> Vec<u8> {
        let frame = wire.dialect().frame(room_number, &UNIQUE_IDS).unwrap();
        let delivery = |&(sender, number): &(usize, u64)| {
            let message = crate::room_load::message::message(room_number, sender, number, 77);
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
        Recorder::new(Instant::now(), Window::ALL, false).unwrap()
    }

    const WIRES: [Wire; 5] = [
        Wire::Chat(Codec::Binary),
        Wire::Chat(Codec::MsgPack),
        Wire::Chat(Codec::Protobuf),
        Wire::Redis,
        Wire::Nats,
    ];
    /// Of the senders. The second has more bytes than the first in some codecs.
    const UNIQUE_IDS: [u64; 2] = [11, 300];
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

    /// So that the hot path compares bytes in every codec, whatever the ids are.
    #[test]
    fn what_our_server_writes_is_told_by_its_bytes() {
        for wire in WIRES {
            let room = room(wire);
            for sender in [0, 1] {
                let bytes = deliveries(7, wire, &[(sender, 0)]);
                let came = room.take(&bytes, &mut [0, 0], &mut Failures::default());
                let expected = bytes.len();
                assert!(
                    matches!(came, Ok(Came::Delivery { size, sent: 77 }) if size == expected),
                    "{wire:?} {sender}"
                );
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

    /// A delivery as another server may write it: the message first, and the id in 64 bits.
    fn other_order(unique_id: u64, sender: usize, number: u64) -> Vec<u8> {
        let message = crate::room_load::message::message(7, sender, number, 77);
        let parts = [
            &b"\x82\xa3Msg\xd9\x31"[..],
            &message,
            b"\xacUserUniqueId\xcf",
            &unique_id.to_be_bytes(),
        ];
        let packet = Packet::framed(PacketId::ROOM_CHAT_NTF).put_bytes(&parts.concat());
        packet.build().unwrap().into_bytes()
    }

    #[test]
    fn deliveries_may_be_written_in_another_order() {
        let wire = Wire::Chat(Codec::MsgPack);
        let bytes = [
            other_order(11, 0, 0),
            deliveries(7, wire, &[(1, 0), (0, 1)]),
            other_order(300, 1, 1),
        ]
        .concat();
        for piece in 1..=bytes.len() {
            let (count, failures) = receive(wire, &bytes, piece).unwrap();
            assert_eq!((count, failures.total()), (4, 0), "in pieces of {piece}");
        }
    }

    #[test]
    fn deliveries_in_another_order_are_checked_like_all_others() {
        let wire = Wire::Chat(Codec::MsgPack);
        let (_, failures) = receive(wire, &other_order(11, 0, 2), 256).unwrap();
        let found: Vec<_> = failures
            .iter()
            .map(|(kind, counted)| (kind, counted.count))
            .collect();
        assert_eq!(found, [(Kind::Missing, 2)]);
        for (bytes, problem) in [
            (other_order(12, 0, 0), "a message from another sender"),
            (other_order(11, 2, 0), "a message from nobody"),
            (other_order(11, 0, 10), "a message that was not sent there"),
        ] {
            let failure = receive(wire, &bytes, 256).unwrap_err();
            assert_eq!(failure.kind, Kind::WrongBytes);
            assert!(failure.detail.starts_with(problem), "{}", failure.detail);
        }
    }

    #[test]
    fn what_has_no_end_does_not_fill_the_memory() {
        for wire in [Wire::Nats, Wire::Redis] {
            let room = room(wire);
            let start = if wire == Wire::Nats {
                &b"INFO "[..]
            } else {
                b">3\r\n$9\r\nsubscribe\r\n"
            };
            let mut inbox = Inbox::new(&room, wire.dialect(), start.to_vec());
            let mut read = || inbox.read(&mut std::io::repeat(b'x'), &mut [0; 32 * 1024], &mut recorder());
            let failure = (0..10).find_map(|_| read().err()).expect("a failure");
            assert!(failure.detail.contains("has no end"), "{}", failure.detail);
        }
        let (room, begun) = (room(Wire::Nats), vec![b'x'; 256]);
        let mut inbox = Inbox::new(&room, Wire::Nats.dialect(), begun);
        let outcome = inbox.read(&mut std::io::repeat(b'x'), &mut [0; 256], &mut recorder());
        assert_eq!(outcome.err().expect("no room for more").kind, Kind::WrongBytes);
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
