//! The name of a ticket in the queue, by which its user asks what has become of it.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};

/// Random bytes. Nobody but the user may ask for it anyway; they only keep two servers, or one that was started again, from
/// meaning different things by the same name.
const LENGTH: usize = 12;

/// 16 characters of base64url (RFC 4648, section 5), which can stand in a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct MatchId(String);

impl MatchId {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Base64UrlUnpadded::encode_string(&bytes)))
    }

    /// What somebody asks for.
    pub(crate) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
