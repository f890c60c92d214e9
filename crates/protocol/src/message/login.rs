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
        unpadded(&self.user_id)
            .and_then(|name| user_name(name).ok())
            .map(Cow::into_owned)
            .ok_or(ErrorCode::LOGIN_USER_INVALID_ID)
    }

    /// The password. It ends at the first zero byte.
    ///
    /// # Errors
    /// [`ErrorCode::LOGIN_FAILED`] for one that is not UTF-8, and for other bytes behind its end.
    pub fn password(&self) -> Result<&str, ErrorCode> {
        unpadded(&self.password).ok_or(ErrorCode::LOGIN_FAILED)
    }
}

/// The text before the first zero byte, where only zero bytes follow.
fn unpadded(field: &[u8; 16]) -> Option<&str> {
    let end = field.iter().position(|byte| *byte == 0);
    let (text, padding) = field.split_at(end.unwrap_or(field.len()));
    let text = str::from_utf8(text).ok();
    text.filter(|_| padding.iter().all(|byte| *byte == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(field: [u8; 16]) -> Result<String, ErrorCode> {
        let login = LoginReq {
            user_id: *b"alice\0\0\0\0\0\0\0\0\0\0\0",
            password: field,
        };
        login.password().map(ToOwned::to_owned)
    }

    #[test]
    fn a_password_fills_its_field_or_ends_at_a_zero_byte() {
        assert_eq!(password([0; 16]), Ok(String::new()));
        assert_eq!(password(*b"0123456789abcdef"), Ok("0123456789abcdef".to_owned()));
        assert_eq!(password(*b"secret\0\0\0\0\0\0\0\0\0\0"), Ok("secret".to_owned()));
        for wrong in [*b"secret\0\0\0\0\0\0\0\0\0x", [0xff; 16]] {
            assert_eq!(password(wrong), Err(ErrorCode::LOGIN_FAILED));
        }
    }
}
