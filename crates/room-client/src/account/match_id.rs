//! What the API server calls a wish to be matched.

/// More characters than the word for a match has.
const LONGEST_ID: usize = 100;

/// A wish that the API server has taken, by its word for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatchId(String);

impl MatchId {
    /// It becomes a part of a path.
    pub(super) fn new(id: String) -> Option<Self> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let is_id = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_word);
        is_id.then_some(Self(id))
    }

    /// It, as a part of a path.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
