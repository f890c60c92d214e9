//! Bytes to requests. No socket and no clock in here.
//!
//! | file | what is in it |
//! |---|---|
//! | `lines` | bytes off the front: lines up to a bound, or a number of bytes |
//! | `head` | a whole head: its target, its fields, and which body follows |
//! | `chunked` | a body in chunks |

mod chunked;
mod head;
mod lines;

use crate::bounds::MAX_HEAD;
use crate::mistake::Mistake;
use crate::request::Request;

use chunked::Chunks;
use head::{Framing, Head};
use lines::{Lines, move_bytes};

const EMPTY_LINE: &[u8] = b"\r\n";

/// Reads the requests of one connection out of its bytes, in whatever pieces they come.
///
/// It keeps only what has come of one request, and between two requests it keeps nothing.
///
/// ```
/// use http::RequestReader;
///
/// let mut reader = RequestReader::default();
/// let mut bytes: &[u8] = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HT";
/// let request = reader.read(&mut bytes)?.expect("it is whole");
/// assert_eq!(request.path(), "/a");
/// assert!(reader.read(&mut bytes)?.is_none());
/// assert_eq!(reader.pending(), 9);
/// # Ok::<(), http::Mistake>(())
/// ```
#[derive(Default)]
pub struct RequestReader {
    head: Lines,
    /// The request whose body is coming.
    unfinished: Option<Unfinished>,
    /// An empty line has been passed over in front of the request.
    after_empty_line: bool,
}

/// A request without its body, or with a part of it.
struct Unfinished {
    request: Request,
    body: Vec<u8>,
    rest: Rest,
    /// Bytes that have come of it, its head among them.
    taken: usize,
    /// The client waits for a word before it sends the body.
    waits: bool,
}

/// What is still to come of a body.
enum Rest {
    Bytes(usize),
    Chunks(Chunks),
}

impl RequestReader {
    /// Takes bytes off the front of `input` until a request is whole; all of them where none is.
    ///
    /// # Errors
    /// What is wrong with the request. The reader is of no use then: where the next request begins is not known.
    pub fn read(&mut self, input: &mut &[u8]) -> Result<Option<Request>, Mistake> {
        let mut unfinished = match self.unfinished.take() {
            Some(unfinished) => unfinished,
            None => match self.read_head(input)? {
                Some(head) => Unfinished::new(head),
                None => return Ok(None),
            },
        };
        if unfinished.read_body(input)? {
            return Ok(Some(unfinished.request.with_body(unfinished.body)));
        }
        self.unfinished = Some(unfinished);
        Ok(None)
    }

    /// Bytes that have come of a request that is not whole.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.unfinished
            .as_ref()
            .map_or(self.head.len(), |unfinished| unfinished.taken)
    }

    /// True, once, where the client has sent a head with `Expect: 100-continue`, and waits for `100 Continue` before
    /// it sends the body.
    pub fn take_wish_to_continue(&mut self) -> bool {
        self.unfinished
            .as_mut()
            .is_some_and(|unfinished| std::mem::take(&mut unfinished.waits))
    }

    fn read_head(&mut self, input: &mut &[u8]) -> Result<Option<Head>, Mistake> {
        while let Some(&first) = input.first() {
            if self.head.len() == 0 && !may_begin(first) {
                return Err(Mistake::NotHttp);
            }
            if !self.head.take_line(input, MAX_HEAD, Mistake::HeadTooLong)? {
                return Ok(None);
            }
            if self.head.ends_block() {
                let lines = self.head.take();
                if lines != EMPTY_LINE {
                    self.after_empty_line = false;
                    return Head::parse(&lines).map(Some);
                }
                self.pass_over_empty_line()?;
            }
        }
        Ok(None)
    }

    /// Old clients send a line end behind a body, which is not counted in its length. RFC 9112, 2.2 wants at least
    /// one empty line in front of a request passed over, and one it is.
    fn pass_over_empty_line(&mut self) -> Result<(), Mistake> {
        match std::mem::replace(&mut self.after_empty_line, true) {
            true => Err(Mistake::Head),
            false => Ok(()),
        }
    }
}

impl Unfinished {
    fn new(head: Head) -> Self {
        let rest = match head.framing {
            Framing::Length(length) => Rest::Bytes(length),
            Framing::Chunked => Rest::Chunks(Chunks::default()),
        };
        Self {
            request: head.request,
            body: Vec::new(),
            rest,
            taken: head.length,
            waits: head.expects_continue,
        }
    }

    /// True when the body is whole.
    fn read_body(&mut self, input: &mut &[u8]) -> Result<bool, Mistake> {
        // What has come was not waited with.
        self.waits &= input.is_empty();
        let before = input.len();
        let is_whole = match &mut self.rest {
            Rest::Bytes(left) => {
                *left -= move_bytes(input, *left, &mut self.body);
                *left == 0
            }
            Rest::Chunks(chunks) => chunks.read(input, &mut self.body)?,
        };
        self.taken += before - input.len();
        Ok(is_whole)
    }
}

/// A method, or an empty line. LF alone is a mistake of its own.
fn may_begin(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~\r\n".contains(&byte)
}
