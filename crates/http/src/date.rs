//! The time as a response tells it.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

/// Now, as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
pub(crate) fn now() -> String {
    // The form has four digits for a year, and fails from the year 10000 on. Then a response has an odd date.
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&Timestamp::now())
        .unwrap_or_default()
}
