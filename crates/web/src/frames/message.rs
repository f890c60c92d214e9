//! Which frames may follow which, and how much they may be together.

use tungstenite::protocol::frame::coding::{Data, OpCode};

use super::bounds::{MAX_FRAMES, MAX_MESSAGE};
use super::head::Head;
use super::mistake::Mistake;

/// A message that has begun and not ended, if there is one.
#[derive(Debug, Default)]
pub(super) struct Message {
    begun: Option<Size>,
}

#[derive(Debug, Default)]
struct Size {
    bytes: u64,
    frames: u32,
}

impl Message {
    /// True where more of a message is to come.
    pub(super) fn is_open(&self) -> bool {
        self.begun.is_some()
    }

    /// A frame of a message has this head.
    pub(super) fn frame(&mut self, kind: Data, head: &Head) -> Result<(), Mistake> {
        let mut size = match (kind, self.begun.take()) {
            (Data::Continue, Some(size)) => size,
            (Data::Continue, None) => return Err(Mistake::NothingToGoOnWith),
            (_, Some(_)) => return Err(Mistake::MessageInMessage),
            (Data::Binary, None) => Size::default(),
            (Data::Text, None) => return Err(Mistake::Text),
            (Data::Reserved(_), None) => return Err(Mistake::Opcode(u8::from(OpCode::Data(kind)))),
        };
        size.bytes = size.bytes.saturating_add(head.length);
        size.frames += 1;
        if size.bytes > MAX_MESSAGE {
            return Err(Mistake::TooLong);
        }
        if size.frames > MAX_FRAMES {
            return Err(Mistake::TooManyPieces);
        }
        self.begun = Some(size).filter(|_| !head.is_final);
        Ok(())
    }
}
