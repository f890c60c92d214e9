//! The name of a game, by which servers that play the same find each other.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Bytes that a name may have at most. Names stand in keys and in addresses, so they are short.
const LONGEST: usize = 32;

/// Which game a server plays: `chat`, `baccarat`. Servers of one game share its rooms.
///
/// ```
/// use directory::GameName;
///
/// const CHAT: GameName = GameName::new("chat");
///
/// assert_eq!("chat".parse(), Ok(CHAT));
/// assert!("Chat rooms".parse::<GameName>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GameName(Cow<'static, str>);

/// A text that is no name of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the name of a game has 1 to {LONGEST} characters, each one of a to z, 0 to 9 and -")]
pub struct GameNameError;

impl GameName {
    /// The name of a game that the program knows.
    ///
    /// # Panics
    /// For a text that is no name: as a constant it does not compile.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(is_name(name), "no name of a game");
        Self(Cow::Borrowed(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut position = 0;
    while position < bytes.len() {
        if !matches!(bytes[position], b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        position += 1;
    }
    matches!(bytes.len(), 1..=LONGEST)
}

impl FromStr for GameName {
    type Err = GameNameError;

    fn from_str(name: &str) -> Result<Self, GameNameError> {
        match is_name(name) {
            true => Ok(Self(Cow::Owned(name.to_owned()))),
            false => Err(GameNameError),
        }
    }
}

impl fmt::Display for GameName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_in_a_key() {
        let longest = "a".repeat(LONGEST);
        for name in ["chat", "baccarat-2", &longest] {
            assert_eq!(name.parse::<GameName>().unwrap().as_str(), name);
        }
        let longer = "a".repeat(LONGEST + 1);
        for name in ["", "Chat", "a b", "a:b", "a*", "é", "a\n", &longer] {
            assert_eq!(name.parse::<GameName>(), Err(GameNameError), "{name:?}");
        }
    }
}
