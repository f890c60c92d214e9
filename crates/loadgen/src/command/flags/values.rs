//! Parses numbers and times of flags, and checks how large they are.

use std::ops::RangeInclusive;
use std::time::Duration;

use command_line::{duration, size};

/// Where a thousand connections would need more memory than there is, a mistake is more likely than a wish.
const MOST_IN_FLIGHT: usize = 1_000_000;
const LARGEST_MESSAGE: usize = 16 << 20;
pub(super) const MOST_ON_THE_WAY: usize = 256 << 20;

/// An address has 65,535 ports, so one server cannot be given more connections by one machine.
pub(super) const MOST_CONNECTIONS: usize = 65_535;

/// More than any machine has processors.
const MOST_THREADS: usize = 1_024;

/// Times are kept in nanoseconds, those of the chat in 48 bits.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

pub(super) fn in_flight(text: &str) -> Result<usize, String> {
    at_most(text, MOST_IN_FLIGHT)
}

pub(super) fn crowd(text: &str) -> Result<usize, String> {
    at_most(text, MOST_CONNECTIONS)
}

pub(super) fn at_most_a_crowd(text: &str) -> Result<usize, String> {
    match text {
        "0" => Ok(0),
        _ => crowd(text),
    }
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    at_most(text, MOST_THREADS)
}

fn at_most(text: &str, most: usize) -> Result<usize, String> {
    match at_least_one(text)? {
        count if count <= most => Ok(count),
        count => Err(format!("{count} are more than {most}")),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("`{text}` is not a count of at least 1")),
    }
}

pub(super) fn time(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        time if time <= LONGEST => Ok(time),
        _ => Err(format!("`{text}` is more than a day")),
    }
}

pub(super) fn some_time(text: &str) -> Result<Duration, String> {
    match time(text)? {
        Duration::ZERO => Err(format!("`{text}` is too short: it must be longer than 0")),
        time => Ok(time),
    }
}

pub(super) fn message_size(text: &str) -> Result<usize, String> {
    match size(text)? {
        0 => Err("a message has at least 1 byte".to_owned()),
        size if size <= LARGEST_MESSAGE => Ok(size),
        size => Err(format!("{size} bytes are more than {LARGEST_MESSAGE}")),
    }
}

/// From one in a quarter of an hour to one a nanosecond.
const RATES: RangeInclusive<f64> = 0.001..=1e9;

pub(super) fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if RATES.contains(&rate) => Ok(rate),
        _ => Err(format!(
            "`{text}` is not a number of messages a second, from 0.001 to 1000000000"
        )),
    }
}

/// A part of a whole: `25%`, or `25`.
pub(super) fn percent(text: &str) -> Result<u32, String> {
    match text.strip_suffix('%').unwrap_or(text).parse() {
        Ok(percent @ 1..=100) => Ok(percent),
        _ => Err(format!("`{text}` is not a part in percent, from 1% to 100%")),
    }
}
