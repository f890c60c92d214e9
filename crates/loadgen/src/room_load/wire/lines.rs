//! Lines of text, as the message brokers write them.

use crate::engine::failure::Failure;

/// Bytes of a line at most: the longest that a broker says is what NATS tells of itself and its cluster. It must fit
/// into the buffer of a read, with room for what comes behind it.
const LARGEST_LINE: usize = 16 * 1024;

/// Bytes up to the end of the line that starts them; `None` when its end has not come yet.
pub(super) fn line_size(bytes: &[u8]) -> Result<Option<usize>, Failure> {
    let within = &bytes[..bytes.len().min(LARGEST_LINE)];
    match within.windows(2).position(|pair| pair == b"\r\n") {
        Some(end) => Ok(Some(end + 2)),
        None if within.len() < LARGEST_LINE => Ok(None),
        None => {
            let begin = within[..50].escape_ascii();
            let detail = format!("a line of {LARGEST_LINE} bytes has no end: \"{begin}...\"");
            Err(Failure::wrong_bytes(detail))
        }
    }
}

/// Something that a server of this kind does not say here.
pub(super) fn unexpected(bytes: &[u8]) -> Failure {
    let begin = &bytes[..bytes.len().min(100)];
    Failure::wrong_bytes(format_args!("unexpected \"{}\"", begin.escape_ascii()))
}
