//! Reads the answer of a web server, up to the end of its headers.

use command_line::printable;
use net::NetError;

/// What a server may send before its headers end, however many these are; common servers allow themselves 8 to
/// 64 KiB, and send 5 to 30 headers.
const MOST_BYTES: usize = 64 * 1024;

/// How much is shown of what is no answer.
const SHOWN: usize = 60;

/// Why there is no answer to show.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The server closed before its first byte.
    #[error("the server closed the connection without an answer")]
    NoAnswer,
    /// The server closed in the middle of its headers.
    #[error("the server closed the connection in the middle of its headers, after {0} bytes")]
    EndInside(usize),
    /// The server closed after "go on", or something like it.
    #[error("the server closed the connection before the answer, after {0} bytes of interim headers")]
    OnlyInterim(usize),
    /// What came first is no status line.
    #[error("this is not HTTP: it begins with `{0}`")]
    NotHttp(String),
    /// The headers are longer than is taken; whether they have an end is not known.
    #[error("the headers are too long: more than {MOST_BYTES} bytes, and their end has not come")]
    TooLong,
    /// The connection broke or the time was over before the first byte.
    #[error("no answer")]
    Nothing(#[source] NetError),
    /// The connection broke or the time was over before the last header.
    #[error("the answer is not complete after {got} bytes")]
    NotComplete {
        /// Bytes that came.
        got: usize,
        /// What happened then.
        source: NetError,
    },
}

/// An answer that grows until its headers end.
#[derive(Debug, Default)]
pub struct Answer {
    /// What has come of a line that is not complete.
    begun: Vec<u8>,
    /// Status line and headers, without their line breaks.
    lines: Vec<Vec<u8>>,
    /// Bytes that have come, up to the end of the headers.
    bytes: usize,
    complete: bool,
}

// ANCHOR: receive
/// Reads until the headers end. `read` is one read of a connection: bytes, or 0 at its end.
///
/// # Errors
/// Why there is no answer; one that takes too long is an error of `read`.
pub fn receive(mut read: impl FnMut(&mut [u8]) -> Result<usize, NetError>) -> Result<Answer, Problem> {
    let mut answer = Answer::default();
    let mut buffer = [0; 4096];
    while !answer.complete {
        match read(&mut buffer) {
            Ok(0) => return Err(answer.ended()),
            Ok(count) => answer.push(&buffer[..count])?,
            Err(error) => return Err(answer.failed(error)),
        }
    }
    Ok(answer)
}
// ANCHOR_END: receive

impl Answer {
    /// Status line and headers, fit for a terminal.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|line| printable(line))
    }

    /// Takes in what one read has brought; what follows the headers is nobody's business.
    fn push(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.bytes += piece.len();
            if self.bytes > MOST_BYTES {
                return Err(Problem::TooLong);
            }
            self.begun.extend_from_slice(piece);
            if self.lines.is_empty() && !may_be_status(&self.begun) {
                return Err(Problem::NotHttp(beginning(&self.begun)));
            }
            if piece.ends_with(b"\n") {
                self.end_line()?;
            }
            if self.complete {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A line ends with CR LF, or for servers that are less strict with LF (RFC 9112, 2.2).
    fn end_line(&mut self) -> Result<(), Problem> {
        let line = std::mem::take(&mut self.begun);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.lines.is_empty() && !is_status(line) {
            return Err(Problem::NotHttp(beginning(line)));
        }
        match line {
            // Something like "go on" (RFC 9110, 15.2): the answer itself comes behind it.
            b"" if is_interim(&self.lines[0]) => self.lines.clear(),
            b"" => self.complete = true,
            _ => self.lines.push(line.to_vec()),
        }
        Ok(())
    }

    /// The connection ended.
    fn ended(&self) -> Problem {
        match self.bytes {
            0 => Problem::NoAnswer,
            // No line is open, so the last one was the end of interim headers.
            bytes if self.lines.is_empty() && self.begun.is_empty() => Problem::OnlyInterim(bytes),
            bytes => Problem::EndInside(bytes),
        }
    }

    /// A read failed.
    fn failed(&self, source: NetError) -> Problem {
        match self.bytes {
            0 => Problem::Nothing(source),
            got => Problem::NotComplete { got, source },
        }
    }
}

/// `HTTP/1.1 200 OK`, as far as it has come.
fn may_be_status(begun: &[u8]) -> bool {
    const START: &[u8] = b"HTTP/";
    let known = begun.len().min(START.len());
    begun[..known] == START[..known]
}

/// `HTTP/1.1 200`, with or without more words.
fn is_status(line: &[u8]) -> bool {
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let version = words.next().and_then(|word| word.strip_prefix(b"HTTP/"));
    let code = words.next().unwrap_or_default();
    matches!(version, Some([b'0'..=b'9', b'.', b'0'..=b'9']))
        && code.len() == 3
        && code.iter().all(u8::is_ascii_digit)
}

/// Every 1xx but 101, which is the last thing said in HTTP.
fn is_interim(status: &[u8]) -> bool {
    let code = &status[b"HTTP/1.1 ".len()..];
    code.starts_with(b"1") && !code.starts_with(b"101")
}

fn beginning(bytes: &[u8]) -> String {
    let dots = if bytes.len() > SHOWN { "..." } else { "" };
    let shown = &bytes[..bytes.len().min(SHOWN)];
    format!("{}{dots}", printable(shown))
}

#[cfg(test)]
mod tests;
