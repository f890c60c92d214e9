//! A moment, as it stands on the wire.

use jiff::Timestamp;

/// Seconds from 1900-01-01 to 1970-01-01 (RFC 868).
const FROM_1900_TO_1970: i64 = 2_208_988_800;

/// How daytime and UDP tell the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// Text for people (RFC 867): RFC 3339 in UTC with whole seconds, and a line break.
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
    /// let moment = "2026-11-21T12:30:59.9Z".parse()?;
    /// assert_eq!(TimeFormat::Text.bytes(moment), b"2026-11-21T12:30:59Z\n");
    /// assert_eq!(TimeFormat::Rfc868.bytes(moment), [0xee, 0xac, 0x0d, 0x83]);
    /// # Ok::<(), jiff::Error>(())
    /// ```
    #[must_use]
    pub fn bytes(self, moment: Timestamp) -> Vec<u8> {
        match self {
            Self::Text => format!("{moment:.0}\n").into_bytes(),
            Self::Rfc868 => seconds_since_1900(moment).to_be_bytes().to_vec(),
        }
    }
}

// ANCHOR: rfc868
/// The seconds since the beginning of 1900, in 32 bits (RFC 868).
///
/// They are used up on 2036-02-07 at 06:28:15 UTC; a second later the count is 0 again. A client tells the
/// two ages apart by what it knows of today.
#[must_use]
pub fn seconds_since_1900(moment: Timestamp) -> u32 {
    let seconds = moment.as_second() + FROM_1900_TO_1970;
    // Dropping the upper bits is what the standard asks for.
    seconds as u32
}
// ANCHOR_END: rfc868

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
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
}
