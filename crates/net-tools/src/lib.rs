//! The library behind the small command-line tools: IP addresses, HTTP headers, UDP requests.
//!
//! | program | what it does | the part of this crate behind it |
//! |---|---|---|
//! | `parse-ip` | is this text an IP address, and which | [`ip`] |
//! | `resolve` | all addresses of a host | `net::NetAddress` |
//! | `http-head` | asks a web server for its headers | [`http`] |
//! | `udp-client` | sends a datagram and waits for the reply | [`udp`] |
//!
//! What can be wrong with a text or an answer is decided here, without sockets, so that tests need none. The
//! programs in `src/bin` read flags, open sockets and print.
#![forbid(unsafe_code)]

pub mod http;
pub mod ip;
pub mod udp;

use std::time::Duration;

/// The longest time that somebody can ask a tool to wait; a moment further away need not exist for the system.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads the duration of a `--timeout`.
///
/// # Errors
/// What was expected, for a text that is no duration, and for one that nobody can wait for.
pub fn timeout(text: &str) -> Result<Duration, String> {
    match command_line::duration(text)? {
        Duration::ZERO => Err("it must be longer than 0".to_owned()),
        time if time > A_DAY => Err("it must not be longer than a day".to_owned()),
        time => Ok(time),
    }
}
