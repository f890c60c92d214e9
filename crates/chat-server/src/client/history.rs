//! The lines of before, which the arrow keys bring back.

/// Lines that are remembered.
const MOST: usize = 1_000;

/// The lines of before, and which of them is in the editor now.
#[derive(Debug, Default)]
pub(crate) struct History {
    lines: Vec<String>,
    /// As many as there are lines while a new one is being typed.
    at: usize,
    /// The new line while an old one is in the editor.
    draft: String,
}

impl History {
    /// Remembers a line that was entered.
    pub(crate) fn add(&mut self, line: &str) {
        if !line.trim().is_empty() && self.lines.last().is_none_or(|last| last != line) {
            self.lines.push(line.to_owned());
        }
        if self.lines.len() > MOST {
            self.lines.remove(0);
        }
        self.at = self.lines.len();
    }

    /// The line before; `current` is in the editor. `None` where there is none.
    pub(crate) fn older(&mut self, current: &str) -> Option<String> {
        if self.at == self.lines.len() {
            current.clone_into(&mut self.draft);
        }
        self.at = self.at.checked_sub(1)?;
        Some(self.lines[self.at].clone())
    }

    /// The line after, which at last is the new one. `None` where there is none.
    pub(crate) fn newer(&mut self) -> Option<String> {
        if self.at == self.lines.len() {
            return None;
        }
        self.at += 1;
        Some(self.lines.get(self.at).unwrap_or(&self.draft).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_lines_come_back_and_the_new_one_too() {
        let mut history = History::default();
        for line in ["one", "two", "two", "", "three"] {
            history.add(line);
        }
        assert_eq!(history.older("dra").as_deref(), Some("three"));
        assert_eq!(history.older("three").as_deref(), Some("two"));
        assert_eq!(history.older("two").as_deref(), Some("one"));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer().as_deref(), Some("two"));
        assert_eq!(history.newer().as_deref(), Some("three"));
        assert_eq!(history.newer().as_deref(), Some("dra"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut history = History::default();
        for number in 0..=MOST {
            history.add(&number.to_string());
        }
        assert_eq!(history.lines.len(), MOST);
        assert_eq!(history.lines[0], "1");
    }
}
