//! Names and passwords as they stand in a login.

use std::borrow::Cow;

use text::composed;

use super::{LoginReq, padding::padded};
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
