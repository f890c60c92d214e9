//! The secret that an operator shows, to be allowed to do something.

use std::fmt;

use sha2::{Digest, Sha256};

/// Fewer characters can be guessed.
const SHORTEST: usize = 16;

/// What is kept of the secret: its hash. Two hashes are compared, so the time that it takes tells nothing about the
/// secret: whoever finds out how many bytes of a hash are right cannot find a text that has them and one more.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// This secret.
    ///
    /// # Errors
    /// Why it is none that can be used, in a few words.
    pub fn new(secret: &str) -> Result<Self, String> {
        if let Some(character) = secret.chars().find(|character| !character.is_ascii_graphic()) {
            let character = character.escape_unicode();
            return Err(format!(
                "a token is letters, digits and signs of ASCII; {character} is none"
            ));
        }
        match secret.len() {
            length if length < SHORTEST => Err(format!(
                "a token of {length} characters can be guessed: {SHORTEST} at least"
            )),
            _ => Ok(Self::of(secret)),
        }
    }

    /// Whether somebody has shown this secret.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        *self == Self::of(shown)
    }

    fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }
}

/// Not even the hash: this may end in a log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_can_stand_in_a_head() {
        assert!(Token::new("0123456789abcdef").is_ok());
        for (wrong, why) in [
            ("", "a token of 0 characters can be guessed: 16 at least"),
            ("short", "a token of 5 characters can be guessed: 16 at least"),
            (
                "a sentence with spaces",
                "a token is letters, digits and signs of ASCII; \\u{20} is none",
            ),
        ] {
            assert_eq!(Token::new(wrong).unwrap_err(), why);
        }
    }

    #[test]
    fn only_the_whole_secret_is_right() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert!(token.is("0123456789abcdef"));
        for wrong in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF"] {
            assert!(!token.is(wrong), "{wrong}");
        }
    }
}
