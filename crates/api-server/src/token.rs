//! Tokens: what a program shows after a login instead of the password.

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// Random bytes of a token. Nobody guesses one of 2^256.
const LENGTH: usize = 32;

// ANCHOR: token
/// A new token: 43 characters of base64url (RFC 4648, section 5). Only its user gets it.
///
/// It has no `Debug` form, so it cannot get into a log.
pub struct Token(String);

/// What is stored of a token: its SHA-256. Whoever reads the database cannot log in with that.
///
/// A fast hash is enough. A slow one makes guesses expensive, and nobody guesses random bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);
// ANCHOR_END: token

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Base64UrlUnpadded::encode_string(&bytes)))
    }

    /// The secret itself, for its user.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl TokenHash {
    /// Of what somebody shows as a token.
    #[must_use]
    pub fn of(shown: &str) -> Self {
        Self(Sha256::digest(shown).into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_43_characters_for_an_address_and_never_the_same() {
        let [one, other] = [Token::random().unwrap(), Token::random().unwrap()];
        assert_ne!(one.as_str(), other.as_str());
        assert_eq!(one.as_str().len(), 43);
        let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        assert!(one.as_str().bytes().all(is_safe), "{}", one.as_str());
        assert!(one.hash() == TokenHash::of(one.as_str()) && one.hash() != other.hash());
    }
}
