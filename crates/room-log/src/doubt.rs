//! Appends of which nobody knows whether they are stored. They are made again, unchanged, until that is known, and nothing
//! else is stored before.

use std::sync::Arc;

use crate::entry::Kept;
use crate::log::Run;
use crate::position::Position;

/// What is to be stored in one room.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) room: i32,
    pub(crate) generation: u64,
    pub(crate) behind: Position,
    pub(crate) entries: Vec<Arc<Kept>>,
    /// Who has said it, one for each entry.
    pub(crate) from: Vec<u64>,
}

impl Draft {
    pub(crate) fn run(&self) -> Run<'_> {
        Run {
            room: self.room,
            behind: self.behind,
            entries: &self.entries,
        }
    }

    /// Its messages, with who has said them.
    pub(crate) fn messages(&self) -> Vec<(u64, Arc<Kept>)> {
        let entries = self.entries.iter().map(Arc::clone);
        self.from.iter().copied().zip(entries).collect()
    }
}

/// All of them together as one call.
pub(crate) fn runs(drafts: &[Draft]) -> Vec<Run<'_>> {
    drafts.iter().map(Draft::run).collect()
}
