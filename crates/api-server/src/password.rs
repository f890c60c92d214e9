//! A password as a user has typed it: in one form, and of a length that is allowed.

use text::composed;

/// The fewest characters of a new password: NIST SP 800-63B, 5.1.1.2, asks for 8.
const FEWEST: usize = 8;

/// The most characters: the same rule asks for 64 at least. A text without an end would be work without an end.
const MOST: usize = 128;

/// A password in Unicode's form NFC, as RFC 8265, 4.2 has it.
///
/// The same keys give `é` as one character on one system, and as an `e` and an accent on another; a user must get in
/// from both. Nothing else is changed: letters keep their case, and blanks stay, at the ends too. Every character may
/// be in it.
///
/// It has no `Debug` form, so it cannot get into a log.
pub struct Password(String);

/// Why a text cannot be a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password has {FEWEST} to {MOST} characters, and this one has {0}")]
pub struct PasswordError(usize);

impl Password {
    /// What was typed, of any length: at a login a wrong one is wrong, and nothing else.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(composed(text).into_owned())
    }

    /// A new one.
    ///
    /// # Errors
    /// When it is too short or too long. Characters are counted, and not bytes: 8 letters of Korean are enough.
    pub fn chosen(text: &str) -> Result<Self, PasswordError> {
        let password = Self::typed(text);
        match password.0.chars().count() {
            FEWEST..=MOST => Ok(password),
            count => Err(PasswordError(count)),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_when_they_are_composed() {
        for (text, count) in [
            ("", 0),
            ("1234567", 7),
            ("e\u{301}e\u{301}e\u{301}e\u{301}", 4),
            (&"x".repeat(129), 129),
        ] {
            assert_eq!(Password::chosen(text).err(), Some(PasswordError(count)), "{text}");
        }
        for text in [
            "12345678",
            "비밀번호는여덟자",
            "\0\n\u{7}\u{202e} \u{200b}\u{1f511}!",
            &"é".repeat(128),
        ] {
            assert!(Password::chosen(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_same_password_from_another_system_is_the_same() {
        let one = Password::typed("Ame\u{301}lie \u{110b}\u{1175}");
        assert_eq!(one.as_bytes(), "Am\u{e9}lie 이".as_bytes());
        assert_ne!(
            Password::typed("Secret  ").as_bytes(),
            Password::typed("secret").as_bytes()
        );
    }
}
