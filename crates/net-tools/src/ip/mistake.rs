//! Finds out why a text is not an address, and where it goes wrong.
//!
//! The rules are those of the standard library's parser: four decimal numbers, or the forms of RFC 4291, 2.2.
//! Texts that only inet_aton(3) takes, such as `127.1` or `0x7f.0.0.1`, are none.

use std::fmt;
use std::ops::Range;

use command_line::printable;
use unicode_width::UnicodeWidthStr;

/// What is wrong with a text, and where. Shown, it is the problem, the text, and carets under the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The whole text.
    pub text: String,
    /// The bytes of it that are wrong; where something is missing, the empty place where it should be.
    pub place: Range<usize>,
    /// What is wrong with them.
    pub problem: String,
}

/// A place and a problem; the text is known to whoever looks for them.
type Found = (Range<usize>, String);

impl Mistake {
    pub(super) fn new(text: &str, place: Range<usize>, problem: impl Into<String>) -> Self {
        Self {
            text: text.to_owned(),
            place,
            problem: problem.into(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |text: &str| printable(text.as_bytes());
        let before = show(&self.text[..self.place.start]).width();
        let carets = show(&self.text[self.place.clone()]).width().max(1);
        writeln!(f, "not an address: {}", self.problem)?;
        writeln!(f, "  {}", show(&self.text))?;
        write!(f, "  {}{}", " ".repeat(before), "^".repeat(carets))
    }
}

impl std::error::Error for Mistake {}

/// The first mistake; `None` for an address.
pub(super) fn find(text: &str) -> Option<Mistake> {
    let found = if text.is_empty() {
        Some((0..0, "the text is empty".to_owned()))
    } else if let Some(found) = foreign(text) {
        Some(found)
    } else if text.contains(':') {
        in_v6(text)
    } else {
        in_v4(text, 0)
    };
    found.map(|(place, problem)| Mistake::new(text, place, problem))
}

/// What an address of neither family can have in it, with the reason why one meets it.
fn foreign(text: &str) -> Option<Found> {
    if let Some(at) = text.find("://") {
        let problem = "this is the beginning of a URL, not part of an address";
        return Some((0..at + 3, problem.to_owned()));
    }
    let is_foreign = |c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':');
    let (at, character) = text.char_indices().find(|(_, c)| is_foreign(*c))?;
    let rest = at..text.len();
    Some(match character {
        '[' | ']' => (
            at..at + 1,
            "brackets are not part of an address: they keep it apart from a port".to_owned(),
        ),
        '%' => (
            rest,
            "a zone is not part of an address: it names an interface of one machine (RFC 4007)".to_owned(),
        ),
        '/' => (
            rest,
            "a prefix length is not part of an address: it makes a block of many".to_owned(),
        ),
        '-' | '+' => (at..at + 1, "numbers here have no sign".to_owned()),
        'x' | 'X' => (
            at..at + 1,
            "hexadecimal numbers have no 0x in front, and only IPv6 has them".to_owned(),
        ),
        c if c.is_whitespace() => (
            at..at + c.len_utf8(),
            "an address cannot contain blanks".to_owned(),
        ),
        c => (
            at..at + c.len_utf8(),
            format!(
                "`{}` cannot be in an address; is this a name? try resolve",
                c.escape_debug()
            ),
        ),
    })
}

/// Four numbers. `start` is where `text` begins in the whole.
fn in_v4(text: &str, start: usize) -> Option<Found> {
    let mut at = start;
    let mut parts = 0;
    for part in text.split('.') {
        let place = at..at + part.len();
        if parts == 4 {
            return Some((
                at - 1..start + text.len(),
                "too many parts: 4 make an address".to_owned(),
            ));
        }
        if let Some((inside, problem)) = in_number(part) {
            return Some((place.start + inside.start..place.start + inside.end, problem));
        }
        parts += 1;
        at = place.end + 1;
    }
    let end = start + text.len();
    (parts < 4).then(|| (end..end, format!("too few parts: {parts} of 4")))
}

// ANCHOR: number
/// One of the four, from 0 to 255.
fn in_number(part: &str) -> Option<Found> {
    let whole = 0..part.len();
    if part.is_empty() {
        return Some((whole, "a number is missing".to_owned()));
    }
    if let Some(at) = part.find(|c: char| !c.is_ascii_digit()) {
        return Some((at..at + 1, "expected a digit".to_owned()));
    }
    if part.len() > 1 && part.starts_with('0') {
        // The same text would be two addresses: 10.0.0.1 to a person, 8.0.0.1 to inet_aton.
        let problem = format!("a leading zero: inet_aton(3) reads {part} as octal, others do not");
        return Some((0..1, problem));
    }
    match part.parse::<u8>() {
        Ok(_) => None,
        Err(_) => Some((whole, format!("{part} is over 255"))),
    }
}
// ANCHOR_END: number

/// Eight groups, or fewer and one `::`.
fn in_v6(text: &str) -> Option<Found> {
    if let Some(at) = text.find(':').filter(|at| text[..*at].contains('.')) {
        let problem = "a port is not part of an address, and IPv6 cannot follow either";
        return Some((at..text.len(), problem.to_owned()));
    }
    in_colons(text).or_else(|| in_groups(text))
}

/// A colon stands between two groups, and `::` once for groups of zeros.
fn in_colons(text: &str) -> Option<Found> {
    let end = text.len();
    if let Some(at) = text.find(":::") {
        return Some((at..at + 3, "three colons: `::` stands for zeros".to_owned()));
    }
    if let Some((at, _)) = text.match_indices("::").nth(1) {
        let problem = "a second `::`: how many zeros would each stand for?";
        return Some((at..at + 2, problem.to_owned()));
    }
    if text.starts_with(':') && !text.starts_with("::") {
        return Some((0..1, "one colon in front of the first group".to_owned()));
    }
    if text.ends_with(':') && !text.ends_with("::") {
        return Some((end - 1..end, "one colon after the last group".to_owned()));
    }
    None
}

/// The groups between the colons, which are right already.
fn in_groups(text: &str) -> Option<Found> {
    let is_short = text.contains("::");
    let most = if is_short { 7 } else { 8 };
    let mut at = 0;
    let mut groups = 0;
    for group in text.split(':') {
        let place = at..at + group.len();
        at = place.end + 1;
        if group.is_empty() {
            continue;
        }
        if let Some(found) = in_group(group, &place, text) {
            return Some(found);
        }
        groups += if group.contains('.') { 2 } else { 1 };
        if groups > most {
            let problem = match is_short {
                true => "too many groups: `::` stands for one at least, so 7 others are the most",
                false => "too many groups: 8 make an address, and an IPv4 address counts as 2",
            };
            return Some((place.start..text.len(), problem.to_owned()));
        }
    }
    let end = text.len();
    let problem = || format!("too few groups: {groups} of 8, and no `::` for the others");
    (!is_short && groups < 8).then(|| (end..end, problem()))
}

/// One to four hexadecimal digits, or at the end an IPv4 address.
fn in_group(group: &str, place: &Range<usize>, text: &str) -> Option<Found> {
    if group.contains('.') {
        let problem = "an IPv4 address inside IPv6 comes last; a port cannot follow";
        return match place.end == text.len() {
            true => in_v4(group, place.start),
            false => Some((place.clone(), problem.to_owned())),
        };
    }
    let problem = || format!("{} digits: a group has 4 at most", group.len());
    (group.len() > 4).then(|| (place.clone(), problem()))
}
