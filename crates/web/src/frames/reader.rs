//! Reads the frames of a client, in whatever pieces they come.

use tungstenite::protocol::frame::coding::{self, CloseCode, OpCode};

use super::close;
use super::head::{Head, HeadReader};
use super::mask::{Mask, apply_mask};
use super::message::Message;
use super::mistake::Mistake;

/// The most that a ping, a pong or a close carries (RFC 6455, 5.5).
const LONGEST_CONTROL: u64 = 125;

/// What a client says about the connection, between or inside its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// Are you there? The answer is a pong with the same bytes.
    Ping(Vec<u8>),
    /// An answer to a ping, or just a sign of life.
    Pong,
    /// The last thing that it says, with its code, if it has said one.
    Close(Option<CloseCode>),
}

/// Reads the frames of one client. It gives what binary messages carry, without the borders.
///
/// It keeps a head that is not whole and up to 125 bytes of a ping, whatever a head claims.
///
/// ```
/// use web::{Control, FrameReader};
///
/// let mut reader = FrameReader::default();
/// let mut bytes: &[u8] = b"\x82\x83\0\0\0\0abc\x89\x80\0\0\0\0\x82\x82\0\0\0\0d";
/// let mut payload = Vec::new();
/// assert_eq!(reader.read(&mut bytes, &mut payload)?, Some(Control::Ping(Vec::new())));
/// assert_eq!(reader.read(&mut bytes, &mut payload)?, None);
/// assert_eq!(payload, b"abcd");
/// assert_eq!(reader.pending(), 7);
/// # Ok::<(), web::Mistake>(())
/// ```
#[derive(Debug, Default)]
pub struct FrameReader {
    head: HeadReader,
    frame: Option<Frame>,
    message: Message,
    /// Bytes of its frames that have come whole, while more of them follow.
    pieces: usize,
    /// What has come of a ping, a pong or a close.
    control: Vec<u8>,
    /// Frames that have come whole and have said nothing: pings, pongs, empty pieces.
    empty: u64,
}

/// A frame that is not whole.
#[derive(Debug)]
struct Frame {
    opcode: OpCode,
    /// For the next byte.
    mask: Mask,
    /// Bytes that have come, its head included.
    come: usize,
    left: usize,
}

impl FrameReader {
    // ANCHOR: read
    /// Takes bytes off the front of `input` until a frame about the connection is whole; all of them where none is. What
    /// messages carry is appended to `payload`.
    ///
    /// # Errors
    /// What is wrong with the frames. Nothing can be read any more then; what came before is in `payload`.
    pub fn read(&mut self, input: &mut &[u8], payload: &mut Vec<u8>) -> Result<Option<Control>, Mistake> {
        loop {
            let mut frame = match self.frame.take() {
                Some(frame) => frame,
                None => match self.head.read(input)? {
                    Some((head, length)) => self.begin(&head, length)?,
                    None => return Ok(None),
                },
            };
            match frame.opcode {
                OpCode::Data(_) => frame.take(input, payload),
                OpCode::Control(_) => frame.take(input, &mut self.control),
            }
            if frame.left > 0 {
                self.frame = Some(frame);
                return Ok(None);
            }
            match frame.opcode {
                OpCode::Control(kind) => return self.end_control(kind).map(Some),
                OpCode::Data(_) if self.message.is_open() => self.pieces += frame.come,
                OpCode::Data(_) => self.pieces = 0,
            }
        }
    }
    // ANCHOR_END: read

    /// Bytes that have come of a frame and of a message that are not whole, heads included: the rest must come in time.
    #[must_use]
    pub fn pending(&self) -> usize {
        let of_frame = self.frame.as_ref().map_or(0, |frame| frame.come);
        self.pieces + self.head.pending() + of_frame
    }

    /// How many frames have come that have said nothing, since this was asked last. Each costs its client six bytes.
    pub fn take_empty(&mut self) -> u64 {
        std::mem::take(&mut self.empty)
    }

    fn begin(&mut self, head: &Head, come: usize) -> Result<Frame, Mistake> {
        let mask = head.mask.ok_or(Mistake::Unmasked)?;
        match head.opcode {
            OpCode::Data(kind) => {
                self.message.frame(kind, head)?;
                self.empty += u64::from(head.length == 0);
            }
            OpCode::Control(_) if !head.is_final => return Err(Mistake::ControlInPieces),
            OpCode::Control(_) if head.length > LONGEST_CONTROL => {
                return Err(Mistake::LongControl(head.length));
            }
            OpCode::Control(_) => self.empty += 1,
        }
        let opcode = head.opcode;
        let left = usize::try_from(head.length).map_err(|_| Mistake::TooLong)?;
        Ok(Frame {
            opcode,
            mask,
            come,
            left,
        })
    }

    fn end_control(&mut self, kind: coding::Control) -> Result<Control, Mistake> {
        let payload = std::mem::take(&mut self.control);
        match kind {
            coding::Control::Ping => Ok(Control::Ping(payload)),
            coding::Control::Pong => Ok(Control::Pong),
            coding::Control::Close => close::code_of(&payload).map(Control::Close),
            coding::Control::Reserved(opcode) => Err(Mistake::Opcode(opcode)),
        }
    }
}

impl Frame {
    /// Moves what has come of it, without its mask.
    fn take(&mut self, input: &mut &[u8], out: &mut Vec<u8>) {
        let (come, rest) = input.split_at(self.left.min(input.len()));
        *input = rest;
        let start = out.len();
        out.extend_from_slice(come);
        apply_mask(&mut out[start..], self.mask);
        self.mask = self.mask.behind(come.len());
        self.come += come.len();
        self.left -= come.len();
    }
}
