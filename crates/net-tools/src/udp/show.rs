//! Shows a reply to a person: as text, in hexadecimal, or as a date.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use command_line::printable;

/// How a reply is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As text; control characters are shown and not obeyed.
    Text,
    /// Each byte as two hexadecimal digits.
    Hex,
    /// The four bytes of RFC 868 as a date.
    Rfc868,
}

/// From the beginning of 1900, where RFC 868 counts from, to that of 1970, in seconds (RFC 868).
const TO_1970: u64 = 2_208_988_800;

/// The reply in this form.
///
/// # Errors
/// For bytes that are none of it.
pub fn show(bytes: &[u8], form: Form) -> Result<String, String> {
    match form {
        Form::Text => Ok(printable(bytes)),
        Form::Hex => {
            let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(digits.join(" "))
        }
        Form::Rfc868 => {
            let bytes = <[u8; 4]>::try_from(bytes)
                .map_err(|_| format!("a time of RFC 868 has 4 bytes, this reply has {}", bytes.len()))?;
            Ok(humantime::format_rfc3339_seconds(date(u32::from_be_bytes(bytes))).to_string())
        }
    }
}

/// 32 bits are full on 7 February 2036, and begin again with 0; so what would be before 1970 is after that.
fn date(seconds_since_1900: u32) -> SystemTime {
    let seconds = u64::from(seconds_since_1900);
    let round = if seconds < TO_1970 { 1 << 32 } else { 0 };
    UNIX_EPOCH + Duration::from_secs(round + seconds - TO_1970)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_printable_and_hex_is_every_byte() {
        assert_eq!(show(b"a\x1b[0m", Form::Text).unwrap(), "a\\u{1b}[0m");
        assert_eq!(show(b"a\x00\xff", Form::Hex).unwrap(), "61 00 ff");
        assert_eq!(show(b"", Form::Hex).unwrap(), "");
    }

    /// The first four are examples of the RFC.
    #[test]
    fn four_bytes_are_a_date() {
        for (seconds, date) in [
            (2_208_988_800_u32, "1970-01-01T00:00:00Z"),
            (2_398_291_200, "1976-01-01T00:00:00Z"),
            (2_524_521_600, "1980-01-01T00:00:00Z"),
            (2_629_584_000, "1983-05-01T00:00:00Z"),
            (u32::MAX, "2036-02-07T06:28:15Z"),
            (0, "2036-02-07T06:28:16Z"),
            (2_208_988_799, "2106-02-07T06:28:15Z"),
        ] {
            assert_eq!(show(&seconds.to_be_bytes(), Form::Rfc868).unwrap(), date);
        }
        let error = show(b"hello", Form::Rfc868).unwrap_err();
        assert_eq!(error, "a time of RFC 868 has 4 bytes, this reply has 5");
    }
}
