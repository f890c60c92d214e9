//! How long a message may be, in a room and as a whisper.

use protocol::ErrorCode;

/// Bytes that a message may have at most, of the chat and of a whisper. The original's limit.
pub const LONGEST_MESSAGE: usize = 126;

/// Checks the length of a message.
pub(crate) fn check_length(message: &str) -> Result<(), ErrorCode> {
    match message.len() {
        1..=LONGEST_MESSAGE => Ok(()),
        _ => Err(ErrorCode::ROOM_CHAT_MSG_LEN),
    }
}
