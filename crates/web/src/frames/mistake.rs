//! What is wrong with a frame, and the code that its client is told.

use tungstenite::protocol::frame::coding::CloseCode;

use super::bounds::{MAX_FRAMES, MAX_MESSAGE};

/// Why a client's frames cannot be read any further. After each of these the connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// What a client sends must be masked, so that no program between the two takes it for something else.
    #[error("a frame without a mask: whatever a client sends must have one")]
    Unmasked,
    /// They are for extensions, and none was agreed on.
    #[error("a frame with reserved bits: no extension was agreed on")]
    ReservedBits,
    /// None of the six kinds of frames.
    #[error("a frame of an unknown kind: opcode {0}, expected 0, 1, 2, 8, 9 or 10")]
    Opcode(u8),
    /// There is one way to write each length, so that nobody can hide anything in it.
    #[error("a length of {0} bytes in a form that is for longer ones")]
    LongForm(u64),
    /// Pings, pongs and closes come in one piece.
    #[error("a ping, pong or close in several pieces")]
    ControlInPieces,
    /// Pings, pongs and closes are short.
    #[error("a ping, pong or close of {0} bytes, expected 125 at most")]
    LongControl(u64),
    /// A message goes on that has not begun.
    #[error("a frame that goes on with a message, and none has begun")]
    NothingToGoOnWith,
    /// A message begins inside another.
    #[error("a message begins before the last one has ended")]
    MessageInMessage,
    /// Packets are bytes.
    #[error("a message of text, expected binary ones: packets are bytes")]
    Text,
    /// It claims more, or has brought more in its pieces.
    #[error("a message of over {MAX_MESSAGE} bytes")]
    TooLong,
    /// Pieces without end, each of which may be empty.
    #[error("a message in more than {MAX_FRAMES} pieces")]
    TooManyPieces,
    /// Half a code.
    #[error("a close of one byte, expected none, or a code of two")]
    HalfCode,
    /// A code that nobody sends.
    #[error("a close with {0}, which is no code that is sent")]
    Code(u16),
    /// Its reason is for people.
    #[error("a close whose reason is not UTF-8")]
    Reason,
}

impl Mistake {
    /// The code that its client is told (RFC 6455, 7.4.1).
    #[must_use]
    pub fn close_code(self) -> CloseCode {
        match self {
            Self::Text => CloseCode::Unsupported,
            Self::Reason => CloseCode::Invalid,
            Self::TooLong | Self::TooManyPieces => CloseCode::Size,
            _ => CloseCode::Protocol,
        }
    }
}
