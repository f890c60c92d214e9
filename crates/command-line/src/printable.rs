//! Bytes from somebody else on a terminal.

use std::fmt::Write;

/// The bytes as text that does nothing to a terminal but show: control characters, escape sequences
/// among them, and invisible characters that turn a line round or hide in a name are written as `\u{1b}`,
/// and what is not UTF-8 as U+FFFD.
///
/// ```
/// assert_eq!(command_line::printable(b"red: \x1b[31m"), "red: \\u{1b}[31m");
/// assert_eq!(command_line::printable("bob\u{202e}".as_bytes()), "bob\\u{202e}");
/// assert_eq!(command_line::printable("안녕".as_bytes()), "안녕");
/// ```
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for character in String::from_utf8_lossy(bytes).chars() {
        if character.is_control() || is_invisible(character) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}", character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}

/// Whether it shows nothing itself: the format characters (category Cf of the Unicode Character Database),
/// and the separators of lines and paragraphs. Unicode's reports 9 and 36 tell what they do to a reader.
///
/// Two of them are left to the terminal, the joiners U+200C and U+200D, without which Persian is misspelt
/// and a family of emoji falls apart; so are those with a shape of their own, as the Arabic number sign.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0001}'
            | '\u{e0020}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_line_round_or_hides_in_a_name_is_shown() {
        for (text, shown) in [
            ("\u{202e}bob :ecila", "\\u{202e}bob :ecila"),
            ("\u{2066}bob\u{2069}", "\\u{2066}bob\\u{2069}"),
            ("a\u{200b}lice", "a\\u{200b}lice"),
            ("a\u{ad}lice\u{feff}", "a\\u{ad}lice\\u{feff}"),
            ("hi\u{2028}alice: hi", "hi\\u{2028}alice: hi"),
            ("\u{e0061}", "\\u{e0061}"),
        ] {
            assert_eq!(printable(text.as_bytes()), shown);
        }
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in [
            "안녕",
            "می\u{200c}خواهم",
            "👨\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}",
            "שלום, مرحبا",
        ] {
            assert_eq!(printable(text.as_bytes()), text);
        }
    }
}
