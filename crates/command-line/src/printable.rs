//! Bytes from somebody else on a terminal.

use std::fmt::Write;

/// The bytes as text that does nothing to a terminal but show: control characters, escape sequences
/// among them, are written as `\u{1b}`, and what is not UTF-8 as U+FFFD.
///
/// ```
/// assert_eq!(command_line::printable(b"red: \x1b[31m"), "red: \\u{1b}[31m");
/// assert_eq!(command_line::printable("안녕".as_bytes()), "안녕");
/// ```
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for character in String::from_utf8_lossy(bytes).chars() {
        if character.is_control() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}", character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}
