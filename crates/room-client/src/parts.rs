//! Cuts a line that is too long for one message into several messages.

use talk::LONGEST_MESSAGE;
use text::composed;

/// A longer line has been pasted, or its user knows by now: drawing a word behind it at each key would be slow.
const LONGEST_TO_SAY_IT: usize = 1_024;

/// Whether a line is a message, and longer than one may be.
pub(crate) fn is_too_long(line: &str) -> bool {
    line.len() > LONGEST_MESSAGE && !line.starts_with('/')
}

/// What a person is told who types too long a line, before it is sent.
pub(crate) fn too_long(line: &str) -> Option<String> {
    if line.len() > LONGEST_TO_SAY_IT || line.contains('\n') {
        return None;
    }
    // As it would be sent.
    let line = composed(line);
    if !is_too_long(&line) {
        return None;
    }
    let (count, parts) = (line.len(), parts(&line).len());
    Some(format!(
        "{count} bytes, and a message has {LONGEST_MESSAGE} at most: Enter sends {parts} messages"
    ))
}

/// Cuts a text into messages: between words where that is possible, and never inside a character.
pub(crate) fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > LONGEST_MESSAGE {
        let (part, behind) = rest.split_at(cut(rest));
        parts.push(part.trim_end());
        rest = behind.trim_start();
    }
    parts.push(rest);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Where the first part ends: at a blank in its second half, or where it is full.
fn cut(text: &str) -> usize {
    let full = text.floor_char_boundary(LONGEST_MESSAGE);
    // A blank right behind the part is as good as one in it.
    let end = text.floor_char_boundary(full + 1);
    match text[..end].rfind(char::is_whitespace) {
        Some(blank) if blank > LONGEST_MESSAGE / 2 => blank,
        _ => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_words() {
        let word = "0123456789".repeat(6);
        let text = format!("{word} {word} {word}  {word}");
        assert_eq!(
            parts(&text),
            [format!("{word} {word}"), format!("{word}  {word}")]
        );
        let exact = format!("{}{}", "x".repeat(126), " y");
        assert_eq!(parts(&exact), ["x".repeat(126).as_str(), "y"]);
    }

    #[test]
    fn a_text_without_blanks_is_cut_between_characters() {
        let text = "한".repeat(43);
        assert_eq!(parts(&text), ["한".repeat(42).as_str(), "한"]);
        let text = format!("a{}", "한".repeat(43));
        assert_eq!(parts(&text), [format!("a{}", "한".repeat(41)).as_str(), "한한"]);
    }

    #[test]
    fn nothing_but_blanks_is_lost() {
        let text: String = (0..1_000).map(|number| format!("{number}  ")).collect();
        let parts = parts(&text);
        assert!(parts.iter().all(|part| part.len() <= LONGEST_MESSAGE));
        let words = parts.iter().flat_map(|part| part.split_whitespace());
        assert!(words.eq(text.split_whitespace()));
        assert_eq!(super::parts(&" ".repeat(200)), [""; 0]);
    }

    #[test]
    fn it_is_said_while_a_message_is_typed() {
        assert_eq!(too_long(&"한".repeat(42)), None);
        assert_eq!(
            too_long(&"한".repeat(43)).as_deref(),
            Some("129 bytes, and a message has 126 at most: Enter sends 2 messages")
        );
        assert_eq!(too_long(&format!("/whisper bob {}", "x".repeat(100))), None);
        assert_eq!(too_long(&"x\n".repeat(100)), None);
        // 한, as it is typed on a Mac: three times as many bytes.
        assert_eq!(too_long(&"\u{1112}\u{1161}\u{11ab}".repeat(42)), None);
    }
}
