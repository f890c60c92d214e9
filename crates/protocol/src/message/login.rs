//! Names and passwords as they stand in a login.

use std::borrow::Cow;

use text::composed;

use super::LoginReq;
use crate::{ErrorCode, PacketError, user_name};

impl LoginReq {
    /// A login with this name and password, for clients. Each has 16 bytes at most, the name when it is composed,
    /// as it is sent.
    ///
    /// # Errors
    /// [`PacketError::TextTooLong`].
    pub fn new(user_id: &str, password: &str) -> Result<Self, PacketError> {
        Ok(Self {
            user_id: padded(&composed(user_id))?,
            password: padded(password)?,
        })
    }

    /// The name, checked as a server must, and in the form in which names are compared: see [`user_name`]. It ends
    /// at the first zero byte.
    ///
    /// # Errors
    /// [`ErrorCode::LOGIN_USER_INVALID_ID`] for a text that is no name, for one that is not UTF-8, and for other
    /// bytes behind its end.
    pub fn user_id(&self) -> Result<String, ErrorCode> {
        let end = self.user_id.iter().position(|byte| *byte == 0);
        let (name, padding) = self.user_id.split_at(end.unwrap_or(self.user_id.len()));
        str::from_utf8(name)
            .ok()
            .filter(|_| padding.iter().all(|byte| *byte == 0))
            .and_then(|name| user_name(name).ok())
            .map(Cow::into_owned)
            .ok_or(ErrorCode::LOGIN_USER_INVALID_ID)
    }
}

/// A name in its field, as it came. One that is longer is composed, since it may fit then: three syllables of
/// Korean can be typed as 24 bytes.
pub(super) fn padded_name(text: &str) -> Result<[u8; 16], PacketError> {
    padded(text).or_else(|_| padded(&composed(text)))
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
