//! Writes frames for a client, some of which the network has not taken yet.

use std::io::IoSlice;

use tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};

use super::close;
use super::head::Head;

/// The most that one frame carries. What the network does not take of a frame must be kept until it does, since its head
/// has said how long it is. With its head it fits into one record of TLS.
const LARGEST_FRAME: usize = 16 * 1024 - 4;

/// Where frames go: what is taken at once, and never waited for.
pub trait Sink {
    /// Why it takes nothing any more.
    type Error;

    /// Sends what is taken at once of these, one behind the other: the count of bytes taken, 0 for none.
    ///
    /// # Errors
    /// When nothing will be taken any more.
    fn send_now(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize, Self::Error>;
}

/// The frames for one client.
///
/// Whatever it has begun is whole in the end: the rest of a frame is kept, and goes before anything else.
#[derive(Debug, Default)]
pub struct FrameWriter {
    /// Whole frames, of which the first `sent` bytes are gone.
    held: Vec<u8>,
    sent: usize,
    /// What the last ping has carried that is not answered. Older ones need no answer of their own (RFC 6455, 5.5.3).
    pong: Option<Vec<u8>>,
    /// Nothing may follow its close.
    is_closed: bool,
}

impl FrameWriter {
    /// Bytes that were taken and that the sink has not got yet.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len() - self.sent + self.pong.as_ref().map_or(0, |pong| 2 + pong.len())
    }

    /// True once a close was written.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Answers a ping with the next bytes that are sent, in place of an earlier one that has no answer yet.
    pub fn pong(&mut self, payload: Vec<u8>) {
        if !self.is_closed {
            self.pong = Some(payload);
        }
    }

    /// Ends with this code, behind all that was taken.
    pub fn close(&mut self, code: Option<CloseCode>) {
        if !self.is_closed {
            self.hold_pong();
            self.is_closed = true;
            close::append(code, &mut self.held);
        }
    }

    // ANCHOR: send
    /// Sends what is held, and then these bytes in frames: the count of those that were taken. While something is held,
    /// nothing is taken; with no bytes it only sends what is held.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn send<S: Sink>(&mut self, payload: &[u8], sink: &mut S) -> Result<usize, S::Error> {
        let mut taken = 0;
        while self.push(sink)? && taken < payload.len() && !self.is_closed {
            let rest = &payload[taken..];
            let rest = &rest[..rest.len().min(LARGEST_FRAME)];
            let (head, length) = binary_of(rest.len()).encode();
            let head = &head[..length];
            let sent = sink.send_now(&[IoSlice::new(head), IoSlice::new(rest)])?;
            if sent == 0 {
                break;
            }
            taken += rest.len();
            self.hold_behind(sent, &[head, rest]);
        }
        Ok(taken)
    }
    // ANCHOR_END: send

    /// True where nothing is held any more.
    fn push<S: Sink>(&mut self, sink: &mut S) -> Result<bool, S::Error> {
        self.hold_pong();
        if self.held.len() > self.sent {
            self.sent += sink.send_now(&[IoSlice::new(&self.held[self.sent..])])?;
        }
        if self.held.len() > self.sent {
            return Ok(false);
        }
        // The memory is given back: most clients take all at once for hours.
        self.held = Vec::new();
        self.sent = 0;
        Ok(true)
    }

    fn hold_pong(&mut self) {
        if let Some(payload) = self.pong.take() {
            let head = Head {
                opcode: OpCode::Control(Control::Pong),
                ..binary_of(payload.len())
            };
            head.append(&mut self.held);
            self.held.extend_from_slice(&payload);
        }
    }

    /// Keeps what stands behind so many bytes of these.
    fn hold_behind(&mut self, mut sent: usize, pieces: &[&[u8]]) {
        for piece in pieces {
            let gone = sent.min(piece.len());
            sent -= gone;
            self.held.extend_from_slice(&piece[gone..]);
        }
    }
}

/// The bytes of a message and of a close behind it, for a client that hears no more than that.
pub(crate) fn last_message(payload: &[u8], code: CloseCode) -> Vec<u8> {
    let mut out = Vec::new();
    binary_of(payload.len()).append(&mut out);
    out.extend_from_slice(payload);
    close::append(Some(code), &mut out);
    out
}

/// A whole message of so many bytes. What a server sends has no mask.
fn binary_of(length: usize) -> Head {
    Head {
        opcode: OpCode::Data(Data::Binary),
        is_final: true,
        mask: None,
        length: length as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes `room` bytes, and keeps them.
    #[derive(Default)]
    struct Room {
        room: usize,
        taken: Vec<u8>,
    }

    impl Sink for Room {
        type Error = std::convert::Infallible;

        fn send_now(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize, Self::Error> {
            let all: Vec<u8> = pieces.iter().flat_map(|piece| piece.to_vec()).collect();
            let count = all.len().min(self.room);
            self.room -= count;
            self.taken.extend_from_slice(&all[..count]);
            Ok(count)
        }
    }

    impl Room {
        fn of(room: usize) -> Self {
            let taken = Vec::new();
            Self { room, taken }
        }
    }

    #[test]
    fn bytes_become_one_message() {
        let (mut writer, mut room) = (FrameWriter::default(), Room::of(100));
        assert_eq!(writer.send(b"abc", &mut room), Ok(3));
        assert_eq!(room.taken, b"\x82\x03abc");
        assert_eq!(writer.held(), 0);
    }

    #[test]
    fn a_frame_that_has_begun_is_whole_in_the_end() {
        for first in 1..5 {
            let (mut writer, mut room) = (FrameWriter::default(), Room::of(first));
            assert_eq!(
                writer.send(b"abc", &mut room),
                Ok(3),
                "the head has promised them"
            );
            assert_eq!(writer.held(), 5 - first);
            assert_eq!(writer.send(b"def", &mut room), Ok(0));
            room.room = 100;
            assert_eq!(writer.send(b"x", &mut room), Ok(1));
            assert_eq!(room.taken, b"\x82\x03abc\x82\x01x");
        }
    }

    #[test]
    fn what_is_not_begun_is_not_taken() {
        let (mut writer, mut room) = (FrameWriter::default(), Room::of(0));
        assert_eq!(writer.send(b"abc", &mut room), Ok(0));
        assert_eq!((writer.held(), room.taken.len()), (0, 0));
    }

    #[test]
    fn much_goes_in_several_frames() {
        let (mut writer, mut room) = (FrameWriter::default(), Room::of(usize::MAX));
        let much = vec![7; 2 * LARGEST_FRAME + 1];
        assert_eq!(writer.send(&much, &mut room), Ok(much.len()));
        let (head, one) = (b"\x82\x7e\x3f\xfc", LARGEST_FRAME);
        let expected = [head, &much[..one], head, &much[..one], b"\x82\x01", b"\x07"].concat();
        assert_eq!(room.taken, expected);
    }

    #[test]
    fn only_the_last_ping_is_answered_and_before_what_is_new() {
        let (mut writer, mut room) = (FrameWriter::default(), Room::of(100));
        writer.pong(b"1".to_vec());
        writer.pong(b"22".to_vec());
        assert_eq!(writer.held(), 4);
        assert_eq!(writer.send(b"a", &mut room), Ok(1));
        assert_eq!(room.taken, b"\x8a\x0222\x82\x01a");
    }

    #[test]
    fn a_pong_waits_until_a_frame_is_whole() {
        let (mut writer, mut room) = (FrameWriter::default(), Room::of(3));
        assert_eq!(writer.send(b"abc", &mut room), Ok(3));
        writer.pong(Vec::new());
        room.room = 100;
        assert_eq!(writer.send(b"", &mut room), Ok(0));
        assert_eq!(room.taken, b"\x82\x03abc\x8a\x00");
    }

    #[test]
    fn nothing_follows_a_close() {
        let (mut writer, mut room) = (FrameWriter::default(), Room::of(3));
        assert_eq!(writer.send(b"abc", &mut room), Ok(3));
        writer.pong(b"p".to_vec());
        writer.close(Some(CloseCode::Away));
        writer.close(Some(CloseCode::Normal));
        writer.pong(b"late".to_vec());
        assert_eq!(writer.held(), 2 + 3 + 4);
        room.room = 100;
        assert_eq!(writer.send(b"late", &mut room), Ok(0));
        assert_eq!(room.taken, b"\x82\x03abc\x8a\x01p\x88\x02\x03\xe9");
        assert_eq!(writer.held(), 0);
    }

    #[test]
    fn a_close_without_a_code_is_empty() {
        let (mut writer, mut room) = (FrameWriter::default(), Room::of(100));
        writer.close(None);
        assert_eq!(writer.send(b"", &mut room), Ok(0));
        assert_eq!(room.taken, b"\x88\x00");
    }
}
