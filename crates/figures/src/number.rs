//! Numbers as people read them: commas between thousands, milliseconds, mebibytes.

use std::fmt;
use std::time::Duration;

/// A whole number, with a comma before each three digits; a fraction is rounded.
///
/// ```
/// assert_eq!(figures::thousands(1_234_567), "1,234,567");
/// assert_eq!(figures::thousands(999.5), "1,000");
/// ```
pub fn thousands(value: impl fmt::Display) -> String {
    let text = format!("{value:.0}");
    let (sign, digits) = match text.strip_prefix('-') {
        Some("0") => ("", "0"),
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    format!("{sign}{}", groups.join(","))
}

/// As few digits as an axis needs: `12,000,000`, `0.25`, `40`.
#[must_use]
pub fn short(value: f64) -> String {
    if value.abs() >= 100.0 {
        return thousands(value);
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A time in milliseconds, with its fraction.
#[must_use]
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Bytes in MiB, with their fraction.
#[must_use]
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_stand_together() {
        for (value, text) in [
            (0.0, "0"),
            (-0.2, "0"),
            (999.4, "999"),
            (1_000.0, "1,000"),
            (-1_234_567.0, "-1,234,567"),
            (1e7, "10,000,000"),
        ] {
            assert_eq!(thousands(value), text);
        }
        assert_eq!(thousands(100_000_usize), "100,000");
    }

    #[test]
    fn numbers_of_an_axis_are_short() {
        for (value, text) in [
            (12_000_000.0, "12,000,000"),
            (0.25, "0.25"),
            (40.0, "40"),
            (0.0, "0"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn units_keep_their_fractions() {
        assert_eq!(milliseconds(Duration::from_micros(1_500)), 1.5);
        assert_eq!(mebibytes(3 << 19), 1.5);
    }
}
