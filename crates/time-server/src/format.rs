//! Formats a time as it is on the wire: as text, as seconds, or as four bytes.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::Offset;

/// Seconds from 1900-01-01 to 1970-01-01 (RFC 868).
const FROM_1900_TO_1970: i64 = 2_208_988_800;

/// How daytime and UDP tell the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// Text for people (RFC 867): RFC 3339 in UTC with whole seconds, and a line break. A year that has not four
    /// digits, which that standard does not know, is written with a sign and six digits, as ISO 8601 has it.
    #[default]
    Text,
    /// Four bytes for machines (RFC 868): see [`seconds_since_1900`].
    Rfc868,
}

impl TimeFormat {
    /// The moment in this format.
    ///
    /// ```
    /// use time_server::TimeFormat;
    ///
    /// let moment = "2026-11-21T12:30:59.9Z".parse::<jiff::Timestamp>()?.into();
    /// assert_eq!(TimeFormat::Text.bytes(moment), b"2026-11-21T12:30:59Z\n");
    /// assert_eq!(TimeFormat::Rfc868.bytes(moment), [0xee, 0xac, 0x0d, 0x83]);
    /// # Ok::<(), jiff::Error>(())
    /// ```
    #[must_use]
    pub fn bytes(self, moment: SystemTime) -> Vec<u8> {
        match self {
            Self::Text => format!("{}\n", text(moment)).into_bytes(),
            Self::Rfc868 => seconds_since_1900(moment).to_be_bytes().to_vec(),
        }
    }
}

/// The seconds since 1970-01-01; a second that has begun counts when it is over.
pub(crate) fn unix_seconds(moment: SystemTime) -> i64 {
    match moment.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs().cast_signed(),
        Err(error) => {
            let before = error.duration();
            -before.as_secs().cast_signed() - i64::from(before.subsec_nanos() > 0)
        }
    }
}

/// The calendar is that of `jiff`, which ends a day before the year 10000. All others are like one of 400 years:
/// the calendar is the same after each 400.
fn text(moment: SystemTime) -> String {
    const YEARS: i64 = 400;
    const SECONDS: i64 = 146_097 * 24 * 60 * 60;
    let seconds = unix_seconds(moment);
    let alike = Timestamp::from_second(seconds.rem_euclid(SECONDS)).expect("between 1970 and 2370");
    let year = i64::from(Offset::UTC.to_datetime(alike).year()) + YEARS * seconds.div_euclid(SECONDS);
    let written = alike.to_string();
    let (_, rest) = written.split_at("2370".len());
    match year {
        0..=9999 => format!("{year:04}{rest}"),
        _ => format!("{year:+07}{rest}"),
    }
}

/// Whether this is a time as [`TimeFormat::Text`] has it, or as another time server may.
pub(crate) fn is_text(text: &str) -> bool {
    let text = text.trim();
    text.parse::<Timestamp>().is_ok() || is_in_any_year(text)
}

/// The same date in the year 2000 can be read; it was a leap year.
fn is_in_any_year(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    unsigned.split_once('-').is_some_and(|(year, rest)| {
        let is_year = year.len() >= 4 && year.bytes().all(|digit| digit.is_ascii_digit());
        is_year && format!("2000-{rest}").parse::<Timestamp>().is_ok()
    })
}

// ANCHOR: rfc868
/// The seconds since the beginning of 1900, in 32 bits (RFC 868).
///
/// They are used up on 2036-02-07 at 06:28:15 UTC; a second later the count is 0 again. A client tells the
/// two ages apart by what it knows of today.
#[must_use]
pub fn seconds_since_1900(moment: SystemTime) -> u32 {
    let seconds = unix_seconds(moment).wrapping_add(FROM_1900_TO_1970);
    // Dropping the upper bits is what the standard asks for.
    seconds as u32
}
// ANCHOR_END: rfc868

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(text: &str) -> SystemTime {
        text.parse::<Timestamp>().unwrap().into()
    }

    fn after_1970(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn written(moment: SystemTime) -> String {
        let text = String::from_utf8(TimeFormat::Text.bytes(moment)).unwrap();
        assert!(is_text(&text), "{text}");
        text
    }

    /// The examples of RFC 868.
    #[test]
    fn seconds_are_those_of_the_standard() {
        for (moment, seconds) in [
            ("1970-01-01T00:00:00Z", 2_208_988_800),
            ("1976-01-01T00:00:00Z", 2_398_291_200),
            ("1980-01-01T00:00:00Z", 2_524_521_600),
            ("1983-05-01T00:00:00Z", 2_629_584_000),
            ("1858-11-17T00:00:00Z", -1_297_728_000_i32 as u32),
        ] {
            assert_eq!(seconds_since_1900(at(moment)), seconds, "{moment}");
        }
    }

    #[test]
    fn the_count_begins_anew_in_2036() {
        let last = at("2036-02-07T06:28:15Z");
        assert_eq!(TimeFormat::Rfc868.bytes(last), [0xff; 4]);
        assert_eq!(TimeFormat::Rfc868.bytes(at("2036-02-07T06:28:16Z")), [0; 4]);
        assert_eq!(TimeFormat::Text.bytes(last), b"2036-02-07T06:28:15Z\n");
    }

    #[test]
    fn text_has_whole_seconds_and_a_line_break() {
        for (moment, text) in [
            ("2026-11-21T12:30:59.999999999Z", "2026-11-21T12:30:59Z\n"),
            ("2026-11-21T12:30:59+09:00", "2026-11-21T03:30:59Z\n"),
            ("1999-12-31T23:59:59Z", "1999-12-31T23:59:59Z\n"),
        ] {
            assert_eq!(TimeFormat::Text.bytes(at(moment)), text.as_bytes());
        }
    }

    /// The numbers are those of `date -u -d @SECONDS`.
    #[test]
    fn no_year_is_the_last() {
        for (seconds, text) in [
            (253_402_207_200, "9999-12-30T22:00:00Z\n"),
            (253_402_207_201, "9999-12-30T22:00:01Z\n"),
            (253_402_300_799, "9999-12-31T23:59:59Z\n"),
            (253_402_300_800, "+010000-01-01T00:00:00Z\n"),
            (253_407_484_799, "+010000-02-29T23:59:59Z\n"),
            (i64::MAX as u64, "+292277026596-12-04T15:30:07Z\n"),
        ] {
            assert_eq!(written(after_1970(seconds)), text);
            let rfc868 = (i128::from(seconds) + i128::from(FROM_1900_TO_1970)) as u32;
            assert_eq!(
                TimeFormat::Rfc868.bytes(after_1970(seconds)),
                rfc868.to_be_bytes()
            );
        }
    }

    #[test]
    fn nor_is_there_a_first_one() {
        for (seconds, text) in [
            (1, "1969-12-31T23:59:59Z\n"),
            (62_167_219_200, "0000-01-01T00:00:00Z\n"),
            (62_167_219_201, "-000001-12-31T23:59:59Z\n"),
        ] {
            assert_eq!(written(UNIX_EPOCH - Duration::from_secs(seconds)), text);
        }
        let in_the_middle = UNIX_EPOCH - Duration::from_millis(500);
        assert_eq!(written(in_the_middle), "1969-12-31T23:59:59Z\n");
    }

    #[test]
    fn days_of_the_calendar_are_those_of_jiff() {
        for day in (-719_000..2_932_000_i64).step_by(97) {
            let moment = Timestamp::from_second(day * 86_400).unwrap();
            assert_eq!(text(moment.into()), moment.to_string());
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "-",
            "+",
            "10000-",
            "abcd-01-01T00:00:00Z",
            "999-01-01T00:00:00Z",
            "10000-13-01T00:00:00Z",
        ] {
            assert!(!is_text(text), "{text}");
        }
    }
}
