//! The history of typed lines, which the arrow keys and Ctrl-R bring back.

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
    /// What is looked for, and the line with it that is in the editor.
    search: Option<(String, String)>,
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
        self.search = None;
    }

    /// The line before; `current` is in the editor. `None` where there is none.
    pub(crate) fn older(&mut self, current: &str) -> Option<String> {
        if self.at == self.lines.len() {
            current.clone_into(&mut self.draft);
        }
        self.at = self.at.checked_sub(1)?;
        Some(self.lines[self.at].clone())
    }

    /// The last line before with `current` in it; called again with that line, the one before it.
    pub(crate) fn search(&mut self, current: &str) -> Option<String> {
        let part = match self.search.take() {
            Some((part, found)) if found == current => part,
            _ => {
                self.at = self.lines.len();
                current.clone_into(&mut self.draft);
                current.to_owned()
            }
        };
        let is_other = |line: &String| line.contains(&part) && line != current;
        let found = self.lines[..self.at].iter().rposition(is_other);
        // Where there is none, the one that is there stays, and so does the search.
        let at = found.unwrap_or(self.at);
        let line = self.lines.get(at).map_or(current, String::as_str).to_owned();
        (self.at, self.search) = (at, Some((part, line.clone())));
        found.map(|_| line)
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
    fn a_part_of_a_line_finds_it() {
        let mut history = History::default();
        for line in ["/enter 2", "hello", "/enter 3", "안녕"] {
            history.add(line);
        }
        assert_eq!(history.search("ent").as_deref(), Some("/enter 3"));
        assert_eq!(history.search("/enter 3").as_deref(), Some("/enter 2"));
        assert_eq!(history.search("/enter 2"), None);
        assert_eq!(history.search("/enter 2"), None);
        assert_eq!(history.newer().as_deref(), Some("hello"));
        assert_eq!(history.search("녕").as_deref(), Some("안녕"));
        assert_eq!(history.newer().as_deref(), Some("녕"));
        assert_eq!(history.search("nothing like that"), None);
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
