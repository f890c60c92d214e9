//! What stands in a log: a message with its sender, or a fence.

use std::sync::Arc;

use crate::position::Position;

/// A message that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who says it.
    pub user_id: Arc<str>,
    /// What is said.
    pub message: Arc<str>,
}

impl Entry {
    /// About how much memory it takes.
    pub(crate) fn size(&self) -> usize {
        size_of::<Kept>() + self.user_id.len() + self.message.len()
    }
}

/// What is kept at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it stands.
    pub at: Position,
    /// `None` for a fence.
    pub entry: Option<Entry>,
}

impl Kept {
    /// The fence of a generation.
    #[must_use]
    pub fn fence(generation: u64) -> Self {
        Self {
            at: Position::fence(generation),
            entry: None,
        }
    }
}
