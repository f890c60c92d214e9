//! Names and passwords as they stand in a login.

use super::LoginReq;
use crate::{ErrorCode, PacketError};

impl LoginReq {
    /// A login with this name and password, for clients. Each has 16 bytes at most.
    ///
    /// # Errors
    /// [`PacketError::TextTooLong`].
    pub fn new(user_id: &str, password: &str) -> Result<Self, PacketError> {
        Ok(Self {
            user_id: padded(user_id)?,
            password: padded(password)?,
        })
    }

    /// The name, checked as a server must: it ends at the first zero byte.
    ///
    /// # Errors
    /// [`ErrorCode::LOGIN_USER_INVALID_ID`] for a name that is empty, is not UTF-8, holds control
    /// characters, or has other bytes behind its end.
    pub fn user_id(&self) -> Result<&str, ErrorCode> {
        let end = self.user_id.iter().position(|byte| *byte == 0);
        let (name, padding) = self.user_id.split_at(end.unwrap_or(self.user_id.len()));
        str::from_utf8(name)
            .ok()
            .filter(|name| !name.is_empty() && !name.contains(char::is_control))
            .filter(|_| padding.iter().all(|byte| *byte == 0))
            .ok_or(ErrorCode::LOGIN_USER_INVALID_ID)
    }
}

/// The text in a field of 16 bytes, filled up with zero bytes.
pub(super) fn padded(text: &str) -> Result<[u8; 16], PacketError> {
    let mut field = [0; 16];
    let start = field.get_mut(..text.len()).ok_or(PacketError::TextTooLong {
        length: text.len(),
        max: 16,
    })?;
    start.copy_from_slice(text.as_bytes());
    Ok(field)
}

/// The text again, for the codecs that send it without its padding.
pub(super) fn unpadded(field: &[u8; 16]) -> Result<&str, PacketError> {
    let last = field.iter().rposition(|byte| *byte != 0);
    let text = &field[..last.map_or(0, |last| last + 1)];
    str::from_utf8(text).map_err(|source| PacketError::NotUtf8 { position: 0, source })
}
