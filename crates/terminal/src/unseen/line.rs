//! The line that nobody sees, key by key: what the terminal would do with Backspace and Ctrl-C, it does not do now.

/// More than any password has; what is typed beyond is left out.
const LONGEST: usize = 1_024;

/// What has been typed of the line.
#[derive(Default)]
pub(super) struct UnseenLine {
    bytes: Vec<u8>,
    escape: Escape,
}

/// How far an arrow has come, or another key that is several bytes.
#[derive(Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Begun,
    Sequence,
}

/// What a byte of the keyboard means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    More,
    Line(String),
    /// The line is there, and it is not UTF-8.
    NoText,
    /// Ctrl-C, Ctrl-D in an empty line, or the end of the terminal.
    End,
    /// Ctrl-Z.
    Stop,
}

impl UnseenLine {
    /// Takes the next byte; there is none at the end of the terminal.
    pub(super) fn take(&mut self, byte: Option<u8>) -> Outcome {
        let Some(byte) = byte else { return Outcome::End };
        if self.is_of_escape(byte) {
            return Outcome::More;
        }
        match byte {
            b'\r' | b'\n' => return self.finish(),
            ctrl if ctrl == control(b'C') => return Outcome::End,
            ctrl if ctrl == control(b'D') && self.bytes.is_empty() => return Outcome::End,
            ctrl if ctrl == control(b'Z') => return Outcome::Stop,
            ctrl if ctrl == control(b'U') => self.bytes.clear(),
            0x7f | 0x08 => self.remove_last(),
            0..0x20 => {}
            byte if self.bytes.len() < LONGEST => self.bytes.push(byte),
            _ => {}
        }
        Outcome::More
    }

    /// Arrows, and the marks around what is pasted, are no part of the line.
    fn is_of_escape(&mut self, byte: u8) -> bool {
        let before = std::mem::take(&mut self.escape);
        self.escape = match (&before, byte) {
            (Escape::None, 0x1b) => Escape::Begun,
            (Escape::None, _) => return false,
            (Escape::Begun, b'[' | b'O') => Escape::Sequence,
            (Escape::Sequence, 0x20..0x40) => Escape::Sequence,
            // Enter and Ctrl-C are what they are behind an Escape, too.
            (_, 0..0x20) => return false,
            _ => Escape::None,
        };
        true
    }

    /// A character may be several bytes.
    fn remove_last(&mut self) {
        while self.bytes.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
    }

    fn finish(&mut self) -> Outcome {
        match String::from_utf8(std::mem::take(&mut self.bytes)) {
            Ok(line) => Outcome::Line(line),
            Err(_) => Outcome::NoText,
        }
    }
}

const fn control(letter: u8) -> u8 {
    letter - b'@'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the last of these bytes brings; those before bring nothing.
    fn outcome(bytes: &[u8]) -> Outcome {
        let mut line = UnseenLine::default();
        let (last, before) = bytes.split_last().expect("some bytes");
        for byte in before {
            assert_eq!(line.take(Some(*byte)), Outcome::More);
        }
        line.take(Some(*last))
    }

    fn line(text: &str) -> Outcome {
        Outcome::Line(text.to_owned())
    }

    #[test]
    fn a_line_is_what_was_typed_and_not_taken_back() {
        assert_eq!(outcome(b"swordfish\r"), line("swordfish"));
        assert_eq!(outcome("비밀번호\n".as_bytes()), line("비밀번호"));
        assert_eq!(outcome("비밀x\x7f\x08번호\r".as_bytes()), line("비번호"));
        assert_eq!(outcome(b"wrong\x15right\r"), line("right"));
        assert_eq!(outcome(b"\x7f\x7fab\x04\r"), line("ab"));
        assert_eq!(outcome(b"a\tb\r"), line("ab"));
    }

    #[test]
    fn keys_that_are_no_text_are_left_out() {
        assert_eq!(outcome(b"a\x1b[Db\x1bOPc\x1b[1;5Cd\r"), line("abcd"));
        assert_eq!(outcome(b"\x1b[200~pasted\x1b[201~\r"), line("pasted"));
        assert_eq!(outcome(b"ab\x1b\r"), line("ab"));
        assert_eq!(outcome(b"ab\x1b[\x03"), Outcome::End);
    }

    #[test]
    fn it_ends_and_stops_as_elsewhere() {
        assert_eq!(outcome(b"half\x03"), Outcome::End);
        assert_eq!(outcome(b"\x04"), Outcome::End);
        assert_eq!(outcome(b"half\x1a"), Outcome::Stop);
        assert_eq!(UnseenLine::default().take(None), Outcome::End);
    }

    #[test]
    fn what_is_no_text_and_what_is_too_long() {
        assert_eq!(outcome(b"a\xff\r"), Outcome::NoText);
        let long = [&vec![b'x'; 2 * LONGEST], &b"\r"[..]].concat();
        assert_eq!(outcome(&long), line(&"x".repeat(LONGEST)));
    }
}
