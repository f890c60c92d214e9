//! What time it was: no reply may be older than its request, or newer than its arrival.

use std::ops::RangeInclusive;
use std::time::{SystemTime, UNIX_EPOCH};

/// The length of a time as text, `2026-11-21T12:30:59Z` and its line break.
pub(crate) const TEXT: usize = 21;

/// Seconds from 1900 to 1970 (RFC 868).
const FROM_1900_TO_1970: u64 = 2_208_988_800;

/// Runs `ask`, and gives what it brings with the Unix seconds of before and after.
pub(crate) fn timed<T>(ask: impl FnOnce() -> T) -> (T, RangeInclusive<u64>) {
    let before = now();
    let reply = ask();
    (reply, before..=now())
}

fn now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.expect("it is after 1970").as_secs()
}

/// The reply is a time as text, and that of its asking.
#[track_caller]
pub(crate) fn assert_text((reply, when): &(Vec<u8>, RangeInclusive<u64>)) {
    let text = str::from_utf8(reply).expect("text");
    let seconds = unix_seconds(text).unwrap_or_else(|| panic!("`{text}` is no time"));
    assert!(when.contains(&seconds), "{text}: {seconds} is not in {when:?}");
}

/// The reply is a Unix time in decimal seconds, and that of its asking.
#[track_caller]
pub(crate) fn assert_timestamp((reply, when): &(Vec<u8>, RangeInclusive<u64>)) {
    let line = str::from_utf8(reply).expect("text");
    let digits = line.strip_suffix('\n').expect("a line");
    assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{line:?}");
    let seconds = digits.parse().expect("a number");
    assert!(when.contains(&seconds), "{seconds} is not in {when:?}");
}

/// The reply is a time in 4 bytes, and that of its asking.
#[track_caller]
pub(crate) fn assert_rfc868((reply, when): &(Vec<u8>, RangeInclusive<u64>)) {
    let seconds = u32::from_be_bytes(reply[..].try_into().expect("4 bytes"));
    let is_it = |unix: u64| (unix + FROM_1900_TO_1970) as u32 == seconds;
    assert!(when.clone().any(is_it), "{seconds} is not in {when:?}");
}

/// Of `2026-11-21T12:30:59Z` and its line break, in exactly this form.
fn unix_seconds(text: &str) -> Option<u64> {
    let pattern = "dddd-dd-ddTdd:dd:ddZ\n";
    let fits = |(byte, p): (u8, u8)| match p {
        b'd' => byte.is_ascii_digit(),
        _ => byte == p,
    };
    let is_it = text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits);
    let field = |from: usize, to: usize| -> Option<u64> { text.get(from..to)?.parse().ok() };
    is_it.then_some(())?;
    let (year, month, day) = (field(0, 4)?, field(5, 7)?, field(8, 10)?);
    let seconds = field(11, 13)? * 3_600 + field(14, 16)? * 60 + field(17, 19)?;
    Some((days(year, month)? + day - 1) * 86_400 + seconds)
}

/// Days from 1970-01-01 to the first of this month.
fn days(year: u64, month: u64) -> Option<u64> {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let years: u64 = (1970..year).map(|year| 365 + u64::from(is_leap(year))).sum();
    let before = BEFORE.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    Some(years + before + u64::from(month > 2 && is_leap(year)))
}

#[test]
fn days_are_counted_as_the_calendar_has_them() {
    assert_eq!(unix_seconds("1970-01-01T00:00:00Z\n"), Some(0));
    assert_eq!(unix_seconds("2000-03-01T00:00:01Z\n"), Some(951_868_801));
    assert_eq!(unix_seconds("2026-11-21T12:30:59Z\n"), Some(1_795_264_259));
    assert_eq!(unix_seconds("2026-11-21T12:30:59.5Z\n"), None);
}
