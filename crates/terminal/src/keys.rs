//! The keys of every prompt: a paste is put into the line at once, a line has an end, and Ctrl-Z stops the program with
//! the terminal in order.

use parking_lot::Mutex;
use rustyline::{Cmd, KeyCode, KeyEvent, Modifiers};

use crate::guard::Guard;
use crate::note::Notes;
use crate::paste::{Paste, Pasted};

/// The most bytes that can be typed or pasted before Enter: far more than anybody types, and so little that
/// all of it can be drawn again at each key.
pub const LONGEST_INPUT: usize = 16 * 1024;

/// The keys that are the same at every prompt.
#[derive(Debug)]
pub struct Keys {
    guard: Guard,
    notes: Notes,
    paste: Mutex<Option<Paste>>,
}

impl Keys {
    /// For an editor whose terminal is watched by `guard`, and which shows `notes` as its hint.
    #[must_use]
    pub fn new(guard: Guard, notes: Notes) -> Self {
        Self {
            guard,
            notes,
            paste: Mutex::new(None),
        }
    }

    /// What a key does; `line` is in the editor. `None` leaves the key to others.
    ///
    /// It must see every key (`Event::Any`), since all that is pasted comes as keys.
    pub fn handle(&self, key: KeyEvent, line: &str) -> Option<Cmd> {
        let KeyEvent(code, modifiers) = key;
        if let Some(command) = self.pasted(key, line) {
            return Some(command);
        }
        match (code, modifiers) {
            (KeyCode::Char(character), Modifiers::NONE) => self.typed(character, line),
            _ => {
                self.notes.clear();
                let stops = key == self.guard.suspend_key();
                stops.then(|| self.stop())
            }
        }
    }

    /// Pasted text comes as keys between two marks. Nothing is drawn until the second.
    fn pasted(&self, key: KeyEvent, line: &str) -> Option<Cmd> {
        let room = LONGEST_INPUT.saturating_sub(line.len());
        let mut pasting = self.paste.lock();
        match (key.0, pasting.take()) {
            (KeyCode::BracketedPasteStart, _) => {
                self.notes.clear();
                *pasting = Some(Paste::default());
                Some(Cmd::Noop)
            }
            (KeyCode::BracketedPasteEnd, Some(paste)) => Some(match paste.finish(room) {
                Pasted::Text(text) => Cmd::Insert(1, text),
                Pasted::TooLong(count) => self.say(format!(
                    "not pasted: it has {count} bytes, and the line has room for {room} more"
                )),
            }),
            (_, Some(mut paste)) => {
                paste.push(key, room);
                *pasting = Some(paste);
                Some(Cmd::Noop)
            }
            (_, None) => None,
        }
    }

    /// Some terminals paste without marks: then a long paste is so many typed keys.
    fn typed(&self, character: char, line: &str) -> Option<Cmd> {
        if line.len() + character.len_utf8() <= LONGEST_INPUT {
            self.notes.clear();
            return None;
        }
        let full = format!("the line is full: it has at most {LONGEST_INPUT} bytes");
        // Said once: drawing a long line at each key that is dropped would take minutes.
        match self.notes.is(&full) {
            true => Some(Cmd::Noop),
            false => Some(self.say(full)),
        }
    }

    fn say(&self, text: String) -> Cmd {
        self.notes.say(text);
        Cmd::Repaint
    }

    fn stop(&self) -> Cmd {
        match self.guard.stop() {
            true => Cmd::Repaint,
            false => Cmd::Noop,
        }
    }
}
