//! A line on the client's screen: a message, a notice or a problem.

use std::fmt;

use command_line::printable;

/// What is shown, and what kind of thing it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Somebody said something, in the room or as a whisper.
    Message(String),
    /// Something has happened.
    Notice(String),
    /// Something has not happened: a request that was refused, a line that says nothing to do.
    Problem(String),
    /// Something has happened, in pieces that may be coloured.
    Drawn(Vec<Piece>),
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What stands there.
    pub text: String,
    /// Its colour, where the screen has any.
    pub ink: Ink,
}

/// The colour of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// That of all other text.
    Plain,
    /// Red.
    Red,
    /// Green.
    Green,
    /// Blue.
    Blue,
}

impl Piece {
    /// A piece like all other text.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        let (text, ink) = (text.into(), Ink::Plain);
        Self { text, ink }
    }

    /// A piece with a colour.
    #[must_use]
    pub fn coloured(text: impl Into<String>, ink: Ink) -> Self {
        let text = text.into();
        Self { text, ink }
    }

    fn in_colour(&self) -> String {
        let text = printable(self.text.as_bytes());
        match self.ink.code() {
            Some(code) => format!("\x1b[{code}m{text}\x1b[0m"),
            None => text,
        }
    }
}

impl Ink {
    /// The bright ones of the 16 colours that every terminal has had since the 1980s (SGR, ECMA-48 and aixterm): they can
    /// be read on black and on white.
    const fn code(self) -> Option<u8> {
        match self {
            Self::Plain => None,
            Self::Red => Some(91),
            Self::Green => Some(92),
            Self::Blue => Some(94),
        }
    }
}

impl Line {
    /// The line for a screen with colours.
    #[must_use]
    pub fn in_colour(&self) -> String {
        match self {
            Self::Drawn(pieces) => format!("* {}", pieces.iter().map(Piece::in_colour).collect::<String>()),
            other => other.to_string(),
        }
    }
}

// ANCHOR: display
/// Whatever comes from others, names too, must not do anything to a terminal but show: so it is made
/// printable here, where all of it passes.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, text) = match self {
            Self::Message(text) => ("", text),
            Self::Notice(text) => ("* ", text),
            Self::Problem(text) => ("! ", text),
            Self::Drawn(pieces) => {
                let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
                return write!(f, "* {}", printable(text.as_bytes()));
            }
        };
        write!(f, "{mark}{}", printable(text.as_bytes()))
    }
}
// ANCHOR_END: display

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_does_nothing() {
        let line = Line::Message("bob: \x1b[2J\nalice: I am bob".to_owned());
        assert_eq!(line.to_string(), "bob: \\u{1b}[2J\\u{a}alice: I am bob");
    }

    #[test]
    fn colours_are_ours_alone() {
        let pieces = vec![Piece::plain("a \x1b"), Piece::coloured("♥A\x1b", Ink::Red)];
        let line = Line::Drawn(pieces);
        assert_eq!(line.to_string(), "* a \\u{1b}♥A\\u{1b}");
        assert_eq!(line.in_colour(), "* a \\u{1b}\x1b[91m♥A\\u{1b}\x1b[0m");
    }
}
