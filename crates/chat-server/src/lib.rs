//! The finished chat server: the rules of a chat, on the engine of [`rooms`]. What else a program has is in
//! [`room_server`].
//!
//! | file | what is in it |
//! |---|---|
//! | `chat` | what users do wherever they are: whispers, declined invitations |
//! | `room` | what members do in their room: chat, relay, invitations |
//! | `invitations` | who has invited whom |
#![forbid(unsafe_code)]

mod chat;
mod invitations;
mod room;

use protocol::ErrorCode;

pub use chat::Chat;
pub use room::ChatRoom;

/// Bytes that a message may have at most, of the chat and of a whisper. The original's limit.
pub const LONGEST_MESSAGE: usize = 126;

/// Checks the length of a message.
fn check_length(message: &str) -> Result<(), ErrorCode> {
    match message.len() {
        1..=LONGEST_MESSAGE => Ok(()),
        _ => Err(ErrorCode::ROOM_CHAT_MSG_LEN),
    }
}
