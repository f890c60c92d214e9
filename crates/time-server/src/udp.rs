//! The service of datagrams: each gets the time, except those that look as if a server had sent them.
//!
//! Whoever answers everything can be made to talk with another such server for ever: one datagram to the one, with
//! the address of the other as its sender, is enough, and nobody can stop it any more (Pan, Ascheman, Rossow:
//! "Loopy Hell(ow): Infinite Traffic Loops at the Application Layer", USENIX Security 2024; CVE-2024-2169). Daytime
//! and time servers are among those found.

use std::time::SystemTime;

use net::Datagram;

use crate::format::is_text;
use crate::{TimeFormat, seconds_since_1900};

/// Below are the system ports (RFC 6335, 6): services with a standard live there, and a system gives none of them
/// to a client that does not ask for it.
const FIRST_USER_PORT: u16 = 1024;

/// How far apart two clocks may be of which one is worth asking.
const A_YEAR: u32 = 366 * 24 * 60 * 60;

// ANCHOR: reply
/// The time, or why there is no reply.
pub(crate) fn reply(
    datagram: &Datagram<'_>,
    format: TimeFormat,
    now: SystemTime,
) -> Result<Vec<u8>, &'static str> {
    if datagram.from.port() < FIRST_USER_PORT {
        return Err("it comes from the port of a standard service");
    }
    if datagram.from.port() == datagram.to.port() {
        return Err("it comes from a port like this server's");
    }
    if is_time(datagram.bytes, now) {
        return Err("it is the reply of a time server");
    }
    Ok(format.bytes(now))
}

/// A time as this server tells it, in either format.
fn is_time(bytes: &[u8], now: SystemTime) -> bool {
    match bytes.try_into().map(u32::from_be_bytes) {
        Ok(seconds) => {
            let later = seconds_since_1900(now).wrapping_sub(seconds);
            later.min(later.wrapping_neg()) < A_YEAR
        }
        Err(_) => str::from_utf8(bytes).is_ok_and(is_text),
    }
}
// ANCHOR_END: reply

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use net::longest_reply;

    use super::*;

    const NOW: &str = "2026-11-21T12:30:59.25Z";

    fn at(text: &str) -> SystemTime {
        text.parse::<Timestamp>().unwrap().into()
    }

    fn now() -> SystemTime {
        at(NOW)
    }

    fn answer(bytes: &[u8], from: &str, format: TimeFormat) -> Result<Vec<u8>, &'static str> {
        let datagram = Datagram {
            bytes,
            cut: false,
            from: from.parse().unwrap(),
            to: "192.0.2.1:1200".parse().unwrap(),
        };
        reply(&datagram, format, now())
    }

    fn is_answered(bytes: &[u8]) -> bool {
        let answers = [TimeFormat::Text, TimeFormat::Rfc868].map(|f| answer(bytes, "192.0.2.7:40000", f));
        assert_eq!(answers[0].is_ok(), answers[1].is_ok(), "{bytes:?}");
        answers[0].is_ok()
    }

    #[test]
    fn any_datagram_gets_the_time() {
        let text = Ok(b"2026-11-21T12:30:59Z\n".to_vec());
        assert_eq!(answer(b"", "192.0.2.7:40000", TimeFormat::Text), text);
        let seconds = Ok(vec![0xee, 0xac, 0x0d, 0x83]);
        assert_eq!(answer(b"", "192.0.2.7:40000", TimeFormat::Rfc868), seconds);
        for bytes in [
            &b"time?"[..],
            b"timestamp\n",
            b"ping",
            b"\n",
            &[0; 4],
            &[0xff; 4],
            &[0xff; 128],
            b"2026",
            b"2026-11-21",
            b"at 2026-11-21T12:30:59Z",
        ] {
            assert!(is_answered(bytes), "{bytes:?}");
        }
    }

    /// Whatever the format of the one and of the other, and though their clocks differ.
    #[test]
    fn the_reply_of_a_time_server_gets_none() {
        for moment in [
            NOW,
            "2026-11-21T12:30:58Z",
            "2026-06-01T00:00:00Z",
            "2027-06-01T00:00:00Z",
        ] {
            for format in [TimeFormat::Text, TimeFormat::Rfc868] {
                let of_another = format.bytes(at(moment));
                assert!(!is_answered(&of_another), "{moment} {format:?}");
            }
        }
        assert!(!is_answered(b"2026-11-21T12:30:59+09:00\r\n"));
    }

    #[test]
    fn the_age_of_32_bits_may_be_over_for_one_of_two() {
        let last = at("2036-02-07T06:28:15Z");
        let next = at("2036-02-07T06:28:16Z");
        assert!(is_time(&TimeFormat::Rfc868.bytes(last), next));
        assert!(is_time(&TimeFormat::Rfc868.bytes(next), last));
    }

    #[test]
    fn ports_of_servers_get_no_reply() {
        for port in [0, 7, 13, 19, 37, 53, 123, 1023, 1200] {
            let from = format!("192.0.2.7:{port}");
            assert!(answer(b"time?", &from, TimeFormat::Text).is_err(), "{port}");
        }
        for port in [1024, 1199, 1201, 65_535] {
            let from = format!("192.0.2.7:{port}");
            assert!(answer(b"time?", &from, TimeFormat::Text).is_ok(), "{port}");
        }
    }

    #[test]
    fn a_reply_is_never_longer_than_is_allowed() {
        for length in 0..=1_500 {
            for format in [TimeFormat::Text, TimeFormat::Rfc868] {
                let reply = answer(&vec![b'?'; length], "192.0.2.7:40000", format).unwrap();
                assert!(reply.len() <= longest_reply(length), "{length}");
            }
        }
    }
}
