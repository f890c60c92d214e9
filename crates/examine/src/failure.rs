//! A failed check: what was expected, what came, and the first byte that differs.

mod remark;

use std::fmt;

use crate::notation::{Notation, hex_lines};
pub(crate) use remark::WRONG_ORDER;
use remark::{remark, text_remark};

/// What became of a step of a check.
pub(crate) type Outcome<T = ()> = Result<T, Box<Failure>>;

/// Why a check has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What should have come.
    pub expected: Shown,
    /// What has come.
    pub came: Shown,
    /// What this looks like, where it looks like something.
    pub remark: Option<String>,
    /// Whether it is that a client could not even connect.
    pub(crate) is_refusal: bool,
}

/// Something that came or should have come: in words, and its bytes in hexadecimal if it has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// In one line.
    pub words: String,
    /// With the differing byte in brackets.
    pub hex: Vec<String>,
}

/// How the bytes of a server stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Nothing more came, for as long as a check waits.
    Silence,
    /// The server has closed the connection.
    End,
    /// The server has broken the connection.
    Reset,
    /// More came than anybody will look at.
    Flood,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Silence => "nothing more in time",
            Self::End => "the end of the connection",
            Self::Reset => "a reset of the connection",
            Self::Flood => "more and more",
        })
    }
}

impl Shown {
    pub(crate) fn words(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            hex: Vec::new(),
        }
    }
}

impl Failure {
    pub(crate) fn words(expected: impl Into<String>, came: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            expected: Shown::words(expected),
            came: Shown::words(came),
            remark: None,
            is_refusal: false,
        })
    }

    /// A client cannot connect.
    pub(crate) fn refusal(client: usize, reason: &str) -> Box<Self> {
        let mut failure = Self::words(format!("the server accepts client {client}"), reason);
        failure.is_refusal = true;
        failure
    }

    /// Bytes came that are not those, or too few of them.
    pub(crate) fn bytes(
        notation: Notation,
        expected: &[u8],
        came: &[u8],
        ending: Option<Ending>,
    ) -> Box<Self> {
        let mut failure = Self::words(notation.describe(expected), told(notation, came, ending));
        failure.remark = remark(notation, expected, came);
        if notation.is_exact() {
            return failure.with_hex(expected, came);
        }
        // One way to say it, and what came: no byte of the one must be that of the other.
        failure.expected.hex = hex_lines(expected, None);
        failure.came.hex = hex_lines(came, None);
        failure
    }

    /// Bytes came where something else than bytes should have come.
    pub(crate) fn no_bytes(
        notation: Notation,
        expected: &str,
        came: &[u8],
        ending: Option<Ending>,
    ) -> Box<Self> {
        Box::new(Self {
            expected: Shown::words(expected),
            came: Shown {
                words: told(notation, came, ending),
                hex: hex_lines(came, None),
            },
            remark: text_remark(notation, came),
            is_refusal: false,
        })
    }

    /// The bytes behind the words, with the first one that differs.
    pub(crate) fn with_hex(mut self: Box<Self>, expected: &[u8], came: &[u8]) -> Box<Self> {
        let differs_at = same(expected, came);
        self.expected.hex = hex_lines(expected, Some(differs_at));
        self.came.hex = hex_lines(came, Some(differs_at));
        self
    }

    pub(crate) fn remarked(mut self: Box<Self>, remark: &str) -> Box<Self> {
        self.remark = Some(remark.to_owned());
        self
    }
}

fn told(notation: Notation, came: &[u8], ending: Option<Ending>) -> String {
    match (came.is_empty(), ending) {
        (true, Some(ending)) => ending.to_string(),
        (false, Some(ending)) => format!("{}, then {ending}", notation.describe(came)),
        (_, None) => notation.describe(came),
    }
}

/// How many bytes are the same in both, from the first one on.
fn same(expected: &[u8], came: &[u8]) -> usize {
    let same = expected.iter().zip(came);
    same.take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
    use protocol::Codec;

    use super::*;

    #[test]
    fn the_first_byte_that_differs_is_marked_in_both() {
        let failure = Failure::bytes(Notation::Text, b"hello\n", b"hellO\n", None);
        assert_eq!(failure.expected.hex, ["0000  68 65 6c 6c[6f]0a"]);
        assert_eq!(failure.came.hex, ["0000  68 65 6c 6c[4f]0a"]);
        assert_eq!(failure.remark, None);
    }

    #[test]
    fn what_is_missing_is_marked_where_it_should_be() {
        let failure = Failure::bytes(Notation::Text, b"ab", b"a", Some(Ending::End));
        assert_eq!(failure.expected.hex, ["0000  61[62]"]);
        assert_eq!(
            failure.came.words,
            "\"a\" (1 byte), then the end of the connection"
        );
        assert_eq!(failure.came.hex, ["0000  61"]);
    }

    #[test]
    fn bytes_that_may_be_others_are_not_marked() {
        let notation = Notation::Packets(Codec::MsgPack);
        let failure = Failure::bytes(notation, &[5, 0, 202, 0, 0], &[5, 0, 203, 0, 0], None);
        assert_eq!(failure.expected.hex, ["0000  05 00 ca 00 00"]);
        assert_eq!(failure.came.hex, ["0000  05 00 cb 00 00"]);
    }
}
