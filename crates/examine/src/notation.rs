//! Shows bytes to a person: what they mean, and in hexadecimal.

use protocol::message::{baccarat, quoted};
use protocol::{Codec, Frames, trace};

/// Bytes in one line of hexadecimal.
const BYTES_PER_LINE: usize = 16;

/// Lines of hexadecimal before and behind the one that matters.
const LINES_AROUND: usize = 2;

/// Packets, or numbers, that are written out one by one.
const MOST_ITEMS: usize = 4;

/// Characters of one packet or text.
const WIDTH: usize = 70;

/// How the bytes of a kind of server are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Lines of text.
    Text,
    /// Requests and results of the calculator.
    Numbers,
    /// Packets with a header, and their bodies in this codec.
    Packets(Codec),
}

impl Notation {
    /// What the bytes say, in one line, and how many there are.
    pub(crate) fn describe(self, bytes: &[u8]) -> String {
        let meaning = match self {
            Self::Text => shortened(&quoted(bytes)),
            Self::Numbers => numbers(bytes),
            Self::Packets(codec) => packets(codec, bytes),
        };
        match bytes.len() {
            1 => format!("{meaning} (1 byte)"),
            count => format!("{meaning} ({count} bytes)"),
        }
    }

    /// Whether the same can be said in one way only, so that bytes can be compared with bytes.
    pub(crate) fn is_exact(self) -> bool {
        !matches!(self, Self::Packets(Codec::MsgPack | Codec::Protobuf))
    }
}

fn packets(codec: Codec, bytes: &[u8]) -> String {
    let reading = trace::Reading {
        own: Some(&baccarat::MESSAGES),
        ..codec.into()
    };
    let mut frames = Frames::new(bytes);
    let mut lines: Vec<_> = frames
        .by_ref()
        .map(|frame| shortened(&trace::line(reading, frame.bytes)))
        .collect();
    // A header that cannot be ends the frames; what is left is shown as it is.
    let rest = frames.as_bytes();
    if !rest.is_empty() {
        lines.push(format!("the bytes {}", spaced(rest)));
    }
    listed(&lines, "packets")
}

/// A request is 9 bytes behind their length, a result is 4 bytes; which of them it is, the size tells.
fn numbers(bytes: &[u8]) -> String {
    let requests = bytes.chunks_exact(13);
    if requests.remainder().is_empty() && requests.clone().all(|chunk| chunk.starts_with(&[9, 0, 0, 0])) {
        return listed(
            &requests.map(|chunk| request(&chunk[4..])).collect::<Vec<_>>(),
            "requests",
        );
    }
    let results = bytes.chunks_exact(4);
    if results.remainder().is_empty() {
        let texts: Vec<_> = results.map(|chunk| number(chunk).to_string()).collect();
        return listed(&texts, "numbers");
    }
    format!("the bytes {}", spaced(bytes))
}

fn request(bytes: &[u8]) -> String {
    let op = bytes[0].escape_ascii();
    format!("{} {op} {}", number(&bytes[1..5]), number(&bytes[5..9]))
}

fn number(bytes: &[u8]) -> i32 {
    bytes.try_into().map_or(0, i32::from_le_bytes)
}

fn listed(items: &[String], name: &str) -> String {
    if items.is_empty() {
        return "nothing".to_owned();
    }
    match items.get(MOST_ITEMS) {
        Some(_) => format!("{}, ... {} {name}", items[..MOST_ITEMS].join(", "), items.len()),
        None => items.join(", "),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// `05 00 65`, the beginning of it.
fn spaced(bytes: &[u8]) -> String {
    let beginning = &bytes[..bytes.len().min(BYTES_PER_LINE)];
    let dots = if bytes.len() > BYTES_PER_LINE { " ..." } else { "" };
    let digits: Vec<_> = beginning.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}{dots}", digits.join(" "))
}

/// The bytes in hexadecimal with one of them in brackets, and no more lines than are near it.
pub(crate) fn hex_lines(bytes: &[u8], marked: Option<usize>) -> Vec<String> {
    let line_of_mark = marked.unwrap_or(0) / BYTES_PER_LINE;
    let first = line_of_mark.saturating_sub(LINES_AROUND);
    let lines = bytes.chunks(BYTES_PER_LINE).enumerate().skip(first);
    lines
        .take(2 * LINES_AROUND + 1)
        .map(|(index, line)| hex_line(index * BYTES_PER_LINE, line, marked))
        .collect()
}

fn hex_line(offset: usize, bytes: &[u8], marked: Option<usize>) -> String {
    let mut line = format!("{offset:04x} ");
    let mut after_mark = false;
    for (position, byte) in bytes.iter().enumerate() {
        let is_marked = marked == Some(offset + position);
        let border = match (is_marked, after_mark) {
            (true, _) => '[',
            (false, true) => ']',
            (false, false) => ' ',
        };
        line += &format!("{border}{byte:02x}");
        after_mark = is_marked;
    }
    if after_mark {
        line.push(']');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marked_byte_stands_in_brackets() {
        assert_eq!(hex_lines(&[1, 2, 255], Some(1)), ["0000  01[02]ff"]);
        assert_eq!(hex_lines(&[1, 2], Some(1)), ["0000  01[02]"]);
        assert_eq!(hex_lines(&[1, 2], None), ["0000  01 02"]);
        assert!(hex_lines(&[], None).is_empty());
    }

    #[test]
    fn of_many_lines_those_near_the_mark_are_shown() {
        let lines = hex_lines(&[0; 1_600], Some(800));
        assert_eq!(lines.len(), 5);
        assert!(lines[0].starts_with("0300  00 "), "{lines:?}");
        assert!(lines[2].starts_with("0320 [00]00 "), "{lines:?}");
    }

    #[test]
    fn bytes_are_told_by_their_kind() {
        assert_eq!(Notation::Text.describe(b"hi\n"), r#""hi\n" (3 bytes)"#);
        let unseen = "\u{202e}\u{2066}\u{2028}\u{200b}";
        assert_eq!(
            Notation::Text.describe(unseen.as_bytes()),
            r#""\u{202e}\u{2066}\u{2028}\u{200b}" (12 bytes)"#
        );
        assert_eq!(Notation::Numbers.describe(&[30, 0, 0, 0]), "30 (4 bytes)");
        let request = [9, 0, 0, 0, b'+', 10, 0, 0, 0, 20, 0, 0, 0];
        assert_eq!(Notation::Numbers.describe(&request), "10 + 20 (13 bytes)");
        let ping_and_half = [5, 0, 201, 0, 0, 5, 0];
        assert_eq!(
            Notation::Packets(Codec::Binary).describe(&ping_and_half),
            "PING_REQ, the bytes 05 00 (7 bytes)"
        );
        let hi = b"\x0d\0\xdb\x02\0\x81\xa3Msg\xa2hi";
        assert_eq!(
            Notation::Packets(Codec::MsgPack).describe(hi),
            r#"ROOM_CHAT_REQ len=2 message="hi" [msgpack] (13 bytes)"#
        );
    }
}
