//! Shows bytes from somebody else on a terminal, with everything that could control it written out.

use crate::characters::is_hidden;
use crate::joining::joins;

/// The bytes as text that does nothing to a terminal but show: control characters, escape sequences among them,
/// and characters that nobody sees, which turn a line round or make a word look like another, are written as
/// `\u{1b}`, and what is not UTF-8 as U+FFFD.
///
/// ```
/// assert_eq!(text::printable(b"red: \x1b[31m"), "red: \\u{1b}[31m");
/// assert_eq!(text::printable("bob\u{202e}".as_bytes()), "bob\\u{202e}");
/// assert_eq!(text::printable("안녕".as_bytes()), "안녕");
/// ```
///
/// An invisible character stays where it joins emoji, or letters of a script that needs it. Flags of pieces of a
/// country (`🏴` and letters that nobody sees, which could say anything) do not stay.
///
/// ```
/// let family = "👨\u{200d}👩\u{200d}👧";
/// assert_eq!(text::printable(family.as_bytes()), family);
/// ```
///
/// Who types `\u{1b}` as six characters is shown the same; [`quoted`] tells the two apart.
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for (character, is_hidden) in characters(&String::from_utf8_lossy(bytes)) {
        if is_hidden {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The bytes as a text in quotes, with the same characters written out as by [`printable`], those that have a
/// short form as `\n`, and bytes that are not UTF-8 as `\xff`. A quote and a backslash of the text itself stand
/// behind a backslash, so that no text can look like another.
///
/// ```
/// assert_eq!(text::quoted("안녕\n".as_bytes()), r#""안녕\n""#);
/// assert_eq!(text::quoted(b"red: \x1b[31m \xff"), r#""red: \u{1b}[31m \xff""#);
/// assert_eq!(text::quoted(br"red: \u{1b}[31m"), r#""red: \\u{1b}[31m""#);
/// ```
#[must_use]
pub fn quoted(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len() + 2);
    shown.push('"');
    for chunk in bytes.utf8_chunks() {
        for (character, is_hidden) in characters(chunk.valid()) {
            match character {
                '"' | '\\' => shown.extend(['\\', character]),
                _ if is_hidden => shown.extend(character.escape_default()),
                _ => shown.push(character),
            }
        }
        for byte in chunk.invalid() {
            shown.extend(byte.escape_ascii().map(char::from));
        }
    }
    shown.push('"');
    shown
}

/// The characters of a text, each with whether it must be written out.
fn characters(text: &str) -> impl Iterator<Item = (char, bool)> {
    text.char_indices().map(move |(start, character)| {
        let behind = start + character.len_utf8();
        let stays = || joins(&text[..start], character, &text[behind..]);
        (character, is_hidden(character) && !stays())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_line_round_or_hides_in_a_word_is_shown() {
        for (text, shown) in [
            ("\u{202e}bob :ecila", "\\u{202e}bob :ecila"),
            ("\u{2066}bob\u{2069}", "\\u{2066}bob\\u{2069}"),
            ("a\u{200b}lice", "a\\u{200b}lice"),
            ("a\u{ad}lice\u{feff}", "a\\u{ad}lice\\u{feff}"),
            ("hi\u{2028}alice: hi", "hi\\u{2028}alice: hi"),
            ("\u{e0061}", "\\u{e0061}"),
            ("bob\u{3164}", "bob\\u{3164}"),
            ("bob\u{115f}", "bob\\u{115f}"),
            ("bob\u{34f}", "bob\\u{34f}"),
            ("bob\u{fe0f}", "bob\\u{fe0f}"),
            ("bob\u{e0100}", "bob\\u{e0100}"),
            ("bob\u{200d}", "bob\\u{200d}"),
        ] {
            assert_eq!(printable(text.as_bytes()), shown);
            assert_eq!(quoted(text.as_bytes()), format!("\"{shown}\""));
        }
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in [
            "안녕",
            "می\u{200c}خواهم",
            "ه\u{200d}",
            "क\u{94d}\u{200d}ष, क\u{94d}\u{200c}ष",
            "র\u{200d}\u{9cd}যাব",
            "👨\u{200d}👩\u{200d}👧",
            "👩🏽\u{200d}⚕\u{fe0f}",
            "❤\u{fe0f}, ❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "☎\u{fe0e}",
            "שלום, مرحبا",
            "\u{600}1",
            r"C:\new, \u{1b}",
        ] {
            assert_eq!(printable(text.as_bytes()), text);
        }
    }

    #[test]
    fn what_joins_nothing_is_shown() {
        for (text, shown) in [
            ("👨\u{200d}", "👨\\u{200d}"),
            ("👨\u{200d}bob", "👨\\u{200d}bob"),
            ("\u{200d}👨", "\\u{200d}👨"),
            ("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}\\u{fe0f}"),
            ("1\u{fe0f}", "1\\u{fe0f}"),
            ("b\u{fe0f}\u{200d}👨", "b\\u{fe0f}\\u{200d}👨"),
            ("م\u{200c}\u{200c}", "م\u{200c}\\u{200c}"),
            ("ᠠ\u{180b}\u{200d}", "ᠠ\\u{180b}\\u{200d}"),
            ("이\u{200c}수", "이\\u{200c}수"),
            ("🏴\u{e0067}\u{e007f}", "🏴\\u{e0067}\\u{e007f}"),
        ] {
            assert_eq!(printable(text.as_bytes()), shown);
        }
    }

    #[test]
    fn only_in_quotes_a_typed_escape_is_told_from_a_character() {
        assert_eq!(printable(br"\u{1b}"), printable(b"\x1b"));
        assert_eq!(quoted(br"\u{1b}"), r#""\\u{1b}""#);
        assert_eq!(quoted(b"\x1b"), r#""\u{1b}""#);
    }
}
