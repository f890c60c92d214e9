//! Reads lines of a text, with a limit on their length.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// The most bytes of a line, its line break not among them. Whoever has more has no lines, and a program that
/// waits for their end would take all the memory there is.
pub const LONGEST_LINE: usize = 1024 * 1024;

/// What Windows puts in front of a text to say that it is UTF-8: U+FEFF.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads lines, each of them with a number for those who complain about it.
#[derive(Debug)]
pub struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    number: u64,
}

impl<R: Read> Lines<R> {
    /// Each read of `input` takes at most `buffer` bytes.
    pub fn new(input: R, buffer: usize) -> Self {
        Self {
            input: BufReader::with_capacity(buffer, input),
            line: Vec::new(),
            number: 0,
        }
    }

    /// The next line without its line break, any bytes; `None` at the end of the input.
    ///
    /// # Errors
    /// When the input cannot be read; when a line is longer than [`LONGEST_LINE`].
    pub fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        self.number += 1;
        let most = LONGEST_LINE as u64 + 1;
        if (&mut self.input).take(most).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        match self.line.strip_suffix(b"\n") {
            Some(line) => Ok(Some(line)),
            None if self.line.len() <= LONGEST_LINE => Ok(Some(&self.line)),
            None => Err(io::Error::new(
                ErrorKind::InvalidData,
                format!("line {} has more than {LONGEST_LINE} bytes", self.number),
            )),
        }
    }

    /// The next line of a text: in front of the first, a byte order mark is left out, since it is no part of the
    /// text (The Unicode Standard, 23.8).
    ///
    /// # Errors
    /// As [`next_line`](Self::next_line).
    pub fn next_text(&mut self) -> io::Result<Option<&[u8]>> {
        let is_first = self.number == 0;
        let line = self.next_line()?;
        Ok(line.map(|line| match line.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) if is_first => text,
            _ => line,
        }))
    }

    /// Whether a line is there without another read.
    #[must_use]
    pub fn has_line(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(input: &str) -> Vec<String> {
        let mut lines = Lines::new(input.as_bytes(), 16);
        let mut texts = Vec::new();
        while let Some(text) = lines.next_text().unwrap() {
            texts.push(String::from_utf8(text.to_vec()).unwrap());
        }
        texts
    }

    #[test]
    fn a_byte_order_mark_is_left_out_where_it_is_one() {
        assert_eq!(texts("\u{feff}/enter 2\nhi"), ["/enter 2", "hi"]);
        assert_eq!(texts("\u{feff}"), [""]);
        assert_eq!(texts("a\u{feff}\n\u{feff}b\n"), ["a\u{feff}", "\u{feff}b"]);
        let mut bytes = Lines::new(&b"\xef\xbb\xbfa"[..], 16);
        assert_eq!(bytes.next_line().unwrap(), Some(&b"\xef\xbb\xbfa"[..]));
    }

    #[test]
    fn a_line_has_an_end() {
        let longest = vec![b'x'; LONGEST_LINE];
        for end in [&b""[..], b"\n", b"\nrest"] {
            let input = [&longest, end].concat();
            let mut lines = Lines::new(&*input, 1_024);
            assert!(lines.next_line().unwrap() == Some(&longest));
        }
        let mut lines = Lines::new(io::repeat(b'x'), 1_024);
        let error = lines.next_line().unwrap_err();
        assert_eq!(error.to_string(), "line 1 has more than 1048576 bytes");
    }
}
