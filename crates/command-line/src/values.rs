//! Parses durations, sizes and switches as they are written on a command line.

use std::time::Duration;

use bytesize::ByteSize;

/// Reads a duration: `10s`, `500ms`, `1m 30s`; a bare number is seconds.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(command_line::duration("500ms"), Ok(Duration::from_millis(500)));
/// assert_eq!(command_line::duration("1.5"), Ok(Duration::from_millis(1500)));
/// assert!(command_line::duration("ten").is_err());
/// ```
///
/// # Errors
/// What was expected, for a text that is none.
pub fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().map(Duration::try_from_secs_f64);
    match seconds {
        Some(Ok(duration)) => Ok(duration),
        Some(Err(_)) => Err(format!("`{text}` seconds are out of range")),
        None => humantime::parse_duration(text)
            .map_err(|_| format!("`{text}` is not a duration: expected 10s, 500ms or a number of seconds")),
    }
}

/// Reads a size in bytes: `65536`, `64KiB`, `1MiB`.
///
/// ```
/// assert_eq!(command_line::size("64KiB"), Ok(65_536));
/// assert!(command_line::size("-1").is_err());
/// ```
///
/// # Errors
/// What was expected, for a text that is none.
pub fn size(text: &str) -> Result<usize, String> {
    let bytes = text.parse::<ByteSize>().ok().map(|size| size.as_u64());
    bytes
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(|| format!("`{text}` is not a size: expected 64KiB, 1MiB or a number of bytes"))
}

/// Reads a switch, as it stands in an environment variable: `1`, `yes`, `on` or `true`, or the opposite of one of
/// them, in large letters or small ones.
///
/// ```
/// assert_eq!(command_line::switch("Yes"), Ok(true));
/// assert_eq!(command_line::switch("0"), Ok(false));
/// assert!(command_line::switch("perhaps").is_err());
/// ```
///
/// # Errors
/// What was expected, for a text that is none.
pub fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "on" | "true" => Ok(true),
        "0" | "no" | "off" | "false" => Ok(false),
        _ => Err(format!(
            "`{text}` is not a switch: expected 1, yes, on or true, or 0, no, off or false"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_many_ways() {
        for (text, milliseconds) in [
            ("10s", 10_000),
            ("10", 10_000),
            ("0", 0),
            ("1m 30s", 90_000),
            ("0.25", 250),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "s", "-1", "1e400", "NaN", "10 parsecs"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_count_in_1024_where_they_say_so() {
        for (text, bytes) in [
            ("0", 0),
            ("1024", 1_024),
            ("64KiB", 65_536),
            ("1MiB", 1_048_576),
            ("1kB", 1_000),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "KiB", "ten", "-1"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
