//! WebSocket frames (RFC 6455): bytes to messages and back. No socket, no thread and no clock in here.
//!
//! | file | what is in it |
//! |---|---|
//! | `bounds` | how much a message may be |
//! | `mistake` | what is wrong with a frame, and the code that its client is told |
//! | `head` | the 2 to 14 bytes in front of what a frame carries |
//! | `mask` | what a client has laid over its bytes |
//! | `close` | the frame that ends a conversation |
//! | `message` | which frames may follow which, and how much they may be together |
//! | `reader` | the frames of a client, in whatever pieces they come |
//! | `writer` | the frames for a client, some of which the network has not taken yet |
//!
//! `tungstenite` knows how the head of a frame is laid out, and which numbers are codes of a close. Its reader is not used
//! here: it waits for whole frames, and makes room for what a head claims. These give what has come at once, since where a
//! message ends means nothing to a stream of packets.

mod bounds;
mod close;
mod head;
mod mask;
mod message;
mod mistake;
mod reader;
mod writer;

pub use bounds::{MAX_FRAMES, MAX_MESSAGE};
pub use head::{Head, LONGEST_HEAD};
pub use mask::{Mask, apply_mask};
pub use mistake::Mistake;
pub use reader::{Control, FrameReader};
pub use tungstenite::protocol::frame::coding::CloseCode;
pub(crate) use writer::last_message;
pub use writer::{FrameWriter, Sink};
