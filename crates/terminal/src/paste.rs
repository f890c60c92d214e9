//! What a terminal pastes, between the two marks that tell it from what is typed (bracketed paste).
//!
//! The line editor has a reader for that, which takes a text of any length. Here it is counted to its end,
//! but kept only as far as it may be needed.

use rustyline::{KeyCode, KeyEvent, Modifiers};

/// A text that is being pasted.
#[derive(Debug, Default)]
pub(crate) struct Paste {
    text: String,
    /// Bytes that have come, those that were not kept too.
    count: usize,
    after_return: bool,
}

/// How a paste has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pasted {
    /// All of it, its last line break left out.
    Text(String),
    /// More than there is room for: so many bytes.
    TooLong(usize),
}

impl Paste {
    /// Takes a key. What is no text and no line break is left out: nobody means to paste an arrow.
    pub(crate) fn push(&mut self, KeyEvent(code, modifiers): KeyEvent, room: usize) {
        let after_return = std::mem::take(&mut self.after_return);
        let character = match (code, modifiers) {
            (KeyCode::Char(character), Modifiers::NONE) => character,
            (KeyCode::Tab, Modifiers::NONE) => '\t',
            (KeyCode::Enter, Modifiers::NONE) | (KeyCode::Char('M'), Modifiers::CTRL) => {
                self.after_return = true;
                '\n'
            }
            // The second half of a line break of Windows.
            (KeyCode::Char('J'), Modifiers::CTRL) if after_return => return,
            (KeyCode::Char('J'), Modifiers::CTRL) => '\n',
            _ => return,
        };
        self.count += character.len_utf8();
        if self.count <= room {
            self.text.push(character);
        }
    }

    pub(crate) fn finish(mut self, room: usize) -> Pasted {
        if self.count > room {
            return Pasted::TooLong(self.count);
        }
        self.text.truncate(self.text.trim_end_matches('\n').len());
        Pasted::Text(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pasted(text: &str, room: usize) -> Pasted {
        let mut paste = Paste::default();
        for character in text.chars() {
            paste.push(KeyEvent::new(character, Modifiers::NONE), room);
        }
        paste.finish(room)
    }

    #[test]
    fn lines_stay_lines_and_the_last_break_is_left_out() {
        for text in ["a\nb\n\nc", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r"] {
            assert_eq!(
                pasted(text, 100),
                Pasted::Text("a\nb\n\nc".to_owned()),
                "{text:?}"
            );
        }
        assert_eq!(pasted("a\x01\tb", 100), Pasted::Text("a\tb".to_owned()));
    }

    #[test]
    fn what_is_too_long_is_counted_and_not_kept() {
        assert_eq!(pasted("한한", 6), Pasted::Text("한한".to_owned()));
        assert_eq!(pasted("한한.", 6), Pasted::TooLong(7));
        let mut paste = Paste::default();
        for _ in 0..1_000_000 {
            paste.push(KeyEvent::new('x', Modifiers::NONE), 10);
        }
        assert_eq!(paste.text.len(), 10);
        assert_eq!(paste.finish(10), Pasted::TooLong(1_000_000));
    }
}
