//! Bytes off the front of what has come: lines up to a bound, or a number of bytes.

use crate::mistake::Mistake;

/// Lines that end with CR LF, as a head, the size of a chunk and trailers have them; and the part of one that has come.
#[derive(Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
}

impl Lines {
    /// Takes one line off the front of `input`, or the part of it that is there. True when the line is whole.
    pub(super) fn take_line(
        &mut self,
        input: &mut &[u8],
        most: usize,
        too_long: Mistake,
    ) -> Result<bool, Mistake> {
        let end = input.iter().position(|&byte| byte == b'\n');
        if self.bytes.is_empty() {
            // The lines of a head come together: one allocation.
            self.bytes.reserve(input.len().min(most));
        }
        let (taken, rest) = input.split_at(end.map_or(input.len(), |end| end + 1));
        *input = rest;
        self.bytes.extend_from_slice(taken);
        if self.bytes.len() > most {
            return Err(too_long);
        }
        if end.is_some() && !self.bytes.ends_with(b"\r\n") {
            return Err(Mistake::BareLf);
        }
        Ok(end.is_some())
    }

    /// True where the last line is empty.
    pub(super) fn ends_block(&self) -> bool {
        self.bytes == b"\r\n" || self.bytes.ends_with(b"\r\n\r\n")
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What has come; nothing is kept.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

/// Moves bytes off the front of `input`, as many as there are and at most so many.
pub(super) fn move_bytes(input: &mut &[u8], most: usize, to: &mut Vec<u8>) -> usize {
    let (taken, rest) = input.split_at(most.min(input.len()));
    to.extend_from_slice(taken);
    *input = rest;
    taken.len()
}
