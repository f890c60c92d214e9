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
}
