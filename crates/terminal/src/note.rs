//! A short note behind the line that is being typed, until the next key.

use std::sync::Arc;

use parking_lot::Mutex;
use rustyline::hint::Hint;

/// The word that is shown now, if any. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    current: Arc<Mutex<Option<String>>>,
}

impl Notes {
    /// Says this from the next time on that the line is drawn.
    pub fn say(&self, text: String) {
        *self.current.lock() = Some(text);
    }

    /// Says nothing more.
    pub fn clear(&self) {
        *self.current.lock() = None;
    }

    /// What is said now.
    #[must_use]
    pub fn current(&self) -> Option<Note> {
        self.current.lock().as_deref().map(Note::new)
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        self.current.lock().as_deref() == Some(text)
    }
}

/// A text behind the line. It is not part of the line, and no key makes it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// It stands apart from what is typed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(format!("   ({text})"))
    }
}

impl Hint for Note {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}
