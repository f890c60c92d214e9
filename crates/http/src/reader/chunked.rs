//! A body in chunks (RFC 9112, 7.1): each with its size in front, the last of size 0. Extensions and trailers are
//! passed over.

use httparse::Status;

use crate::bounds::{MAX_BODY, MAX_FIELDS, MAX_HEAD};
use crate::mistake::Mistake;

use super::lines::{Lines, move_bytes};

/// The longest line with a size, in bytes: the size, and extensions that no known client sends.
const MAX_SIZE_LINE: usize = 256;

/// The most digits of a size: more would not fit into 64 bits, and a program that counts on regardless takes the size
/// for a small one.
const MAX_DIGITS: usize = 16;

/// What all extensions of a body may take together: a byte in each chunk, with 200 bytes of extension each, would keep
/// a server busy for nothing.
const MAX_EXTENSIONS: usize = MAX_HEAD;

/// Reads the chunks of one body.
#[derive(Default)]
pub(super) struct Chunks {
    place: Place,
    line: Lines,
    extensions: usize,
}

/// Where in the body the next byte belongs.
#[derive(Default, Clone, Copy)]
enum Place {
    #[default]
    Size,
    Data(usize),
    DataEnd,
    Trailers,
}

impl Chunks {
    /// Takes chunks off the front of `input`. True when the body is whole.
    pub(super) fn read(&mut self, input: &mut &[u8], body: &mut Vec<u8>) -> Result<bool, Mistake> {
        while !input.is_empty() {
            self.place = match self.place {
                Place::Size => self.size(input, body.len())?,
                Place::Data(left) => match left - move_bytes(input, left, body) {
                    0 => Place::DataEnd,
                    left => Place::Data(left),
                },
                Place::DataEnd => self.data_end(input)?,
                Place::Trailers => match self.trailers(input)? {
                    true => return Ok(true),
                    false => Place::Trailers,
                },
            }
        }
        Ok(false)
    }

    fn size(&mut self, input: &mut &[u8], length: usize) -> Result<Place, Mistake> {
        if !self.line.take_line(input, MAX_SIZE_LINE, Mistake::Chunk)? {
            return Ok(Place::Size);
        }
        let line = self.line.take();
        let (size, extension) = size_of(&line).ok_or(Mistake::Chunk)?;
        self.extensions += extension;
        if self.extensions > MAX_EXTENSIONS {
            return Err(Mistake::Chunk);
        }
        match usize::try_from(size) {
            Ok(0) => Ok(Place::Trailers),
            Ok(size) if size <= MAX_BODY - length => Ok(Place::Data(size)),
            _ => Err(Mistake::BodyTooLong),
        }
    }

    fn data_end(&mut self, input: &mut &[u8]) -> Result<Place, Mistake> {
        if !self.line.take_line(input, b"\r\n".len(), Mistake::Chunk)? {
            return Ok(Place::DataEnd);
        }
        self.line.take();
        Ok(Place::Size)
    }

    /// Trailers are fields (RFC 9110, 6.5), so they are held to the rules of a head, and forgotten. True at their end.
    fn trailers(&mut self, input: &mut &[u8]) -> Result<bool, Mistake> {
        let whole = self.line.take_line(input, MAX_HEAD, Mistake::HeadTooLong)?;
        if !whole || !self.line.ends_block() {
            return Ok(false);
        }
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        match httparse::parse_headers(&self.line.take(), &mut fields) {
            Ok(Status::Complete(_)) => Ok(true),
            Err(httparse::Error::TooManyHeaders) => Err(Mistake::TooManyFields),
            _ => Err(Mistake::Head),
        }
    }
}

/// The size that a line tells, and how many bytes of extension it has.
fn size_of(line: &[u8]) -> Option<(u64, usize)> {
    let line = line.strip_suffix(b"\r\n")?;
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let (number, extension) = line.split_at(digits);
    let has_control = extension
        .iter()
        .any(|&byte| byte != b'\t' && byte.is_ascii_control());
    let is_extension = extension.is_empty() || extension.trim_ascii_start().starts_with(b";");
    let number = std::str::from_utf8(number).ok()?;
    let size = u64::from_str_radix(number, 16).ok()?;
    (is_extension && !has_control && digits <= MAX_DIGITS).then_some((size, extension.len()))
}
