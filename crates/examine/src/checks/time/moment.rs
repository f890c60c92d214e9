//! Compares a time that came, as text, as seconds or as four bytes, with the clock of this machine.

use std::time::{SystemTime, UNIX_EPOCH};

/// Clocks of two machines may differ by this many seconds.
const TOLERANCE: i64 = 600;

/// Seconds from 1900 to 1970.
const FROM_1900_TO_1970: i64 = 2_208_988_800;

/// How a service tells the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// RFC 3339 in UTC with seconds, and a line break.
    Text,
    /// Unix time in decimal seconds, and a line break.
    Seconds,
    /// Seconds since 1900 in 4 bytes, big-endian.
    Rfc868,
}

impl Format {
    /// What should come, for people.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Text => "the time now as YYYY-MM-DDTHH:MM:SSZ, in UTC, and a line break",
            Self::Seconds => "the Unix time now, in decimal seconds, and a line break",
            Self::Rfc868 => "the seconds since 1900, in 4 bytes, the one that counts most first",
        }
    }

    /// The moment as Unix time, if these bytes are one.
    fn parse(self, bytes: &[u8]) -> Option<i64> {
        match self {
            Self::Text => parse_text(bytes.strip_suffix(b"\n")?),
            Self::Seconds => number(bytes.strip_suffix(b"\n")?),
            // It wraps in 2036, and then again after 136 years.
            Self::Rfc868 => Some(i64::from(u32::from_be_bytes(bytes.try_into().ok()?)) - FROM_1900_TO_1970),
        }
    }
}

/// Whether these bytes are the time now.
pub(super) fn is_now(format: Format, bytes: &[u8]) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let moment = format.parse(bytes);
    moment.is_some_and(|moment| moment.abs_diff(now.as_secs() as i64) <= TOLERANCE as u64)
}

/// `2026-11-21T12:30:59Z`.
fn parse_text(text: &[u8]) -> Option<i64> {
    let shape: Vec<_> = text
        .iter()
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte })
        .collect();
    if shape != b"0000-00-00T00:00:00Z" {
        return None;
    }
    let field = |range: std::ops::Range<usize>| number(&text[range]);
    let (year, month, day) = (field(0..4)?, field(5..7)?, field(8..10)?);
    let seconds = field(11..13)? * 3_600 + field(14..16)? * 60 + field(17..19)?;
    Some(days_since_1970(year, month, day) * 86_400 + seconds)
}

fn number(digits: &[u8]) -> Option<i64> {
    let digits = str::from_utf8(digits).ok()?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

/// Days of the Gregorian calendar. A year starts in March here, so that the leap day is its last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let before_month = (153 * month + 2) / 5;
    let before_year = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    before_year + before_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_moments() {
        for (text, seconds) in [
            (&b"1970-01-01T00:00:00Z\n"[..], 0),
            (b"2026-11-21T12:30:59Z\n", 1_795_264_259),
            (b"2000-02-29T23:59:59Z\n", 951_868_799),
        ] {
            assert_eq!(Format::Text.parse(text), Some(seconds));
        }
        for text in [
            &b"2026-11-21T12:30:59Z"[..],
            b"2026-11-21 12:30:59Z\n",
            b"now\n",
            b"",
        ] {
            assert_eq!(Format::Text.parse(text), None);
        }
    }

    #[test]
    fn numbers_are_moments() {
        assert_eq!(Format::Seconds.parse(b"17\n"), Some(17));
        assert_eq!(Format::Seconds.parse(b"-17\n"), None);
        assert_eq!(Format::Seconds.parse(b"17\r\n"), None);
        assert_eq!(
            Format::Rfc868.parse(&[0xee, 0xac, 0x0d, 0x83]),
            Some(1_795_264_259)
        );
        assert_eq!(Format::Rfc868.parse(&[0xee, 0xac, 0x0d]), None);
        assert!(!is_now(Format::Seconds, b"17\n"));
    }
}
