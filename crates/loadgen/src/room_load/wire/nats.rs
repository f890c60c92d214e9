//! The text protocol of NATS: lines, and messages of a given length behind some of them.

use harness::{Announcement, Stream};

use super::dialect::{Dialect, Frame, Note, Says};
use super::lines::{line_size, unexpected};
use crate::engine::failure::Failure;
use crate::room_load::admission::Admission;
use crate::room_load::message::MESSAGE_SIZE;
use crate::server::Startup;

/// Not verbose: the server confirms nothing. A sender gets its own messages back, as in the chat.
const CONNECT: &str = r#"CONNECT {"verbose":false,"pedantic":false,"echo":true}"#;

pub(super) struct Nats;

impl Dialect for Nats {
    fn startup(&self) -> Startup {
        Startup {
            port_flag: None,
            announcement: Announcement {
                stream: Stream::Errors,
                words: "Listening for client connections on ",
                lines: 50,
            },
        }
    }

    /// The answer to the PING at the end tells that the subscription stands.
    fn entering(&self, room: usize, _member: usize, _: &Admission) -> anyhow::Result<Vec<u8>> {
        Ok(format!("{CONNECT}\r\nSUB room.{room} 1\r\nPING\r\n").into_bytes())
    }

    fn frame(&self, room: usize, unique_ids: &[u64]) -> anyhow::Result<Frame> {
        let head = format!("MSG room.{room} 1 {MESSAGE_SIZE}\r\n").into_bytes();
        Ok(Frame {
            sent_head: format!("PUB room.{room} {MESSAGE_SIZE}\r\n").into_bytes(),
            marker: head.len(),
            delivered_heads: vec![head; unique_ids.len()],
            tail: b"\r\n",
        })
    }

    fn note(&self, bytes: &[u8]) -> Result<Option<Note>, Failure> {
        let Some(size) = line_size(bytes)? else {
            return Ok(None);
        };
        let says = match &bytes[..size] {
            b"PING\r\n" => Says::Ping(b"PONG\r\n"),
            b"PONG\r\n" => Says::Entered(None),
            line if line.starts_with(b"INFO ") => Says::Nothing,
            line => return Err(unexpected(line)),
        };
        Ok(Some(Note { size, says }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_lines() {
        assert_eq!(Nats.note(b"PIN").unwrap(), None);
        let says = Says::Ping(b"PONG\r\n");
        assert_eq!(Nats.note(b"PING\r\nMSG").unwrap(), Some(Note { size: 6, says }));
        assert!(Nats.note(b"-ERR 'Slow Consumer'\r\n").is_err());
        assert!(Nats.note(b"MSG room.13 1 49\r\n").is_err(), "of another room");
    }

    #[test]
    fn a_line_has_an_end() {
        let info = |size| [b"INFO ".to_vec(), vec![b'x'; size]].concat();
        assert_eq!(Nats.note(&info(10_000)).unwrap(), None);
        let whole = [info(10_000), b"\r\n".to_vec()].concat();
        assert_eq!(Nats.note(&whole).unwrap().unwrap().size, whole.len());
        let error = Nats.note(&info(20_000)).unwrap_err().detail;
        assert!(
            error.starts_with("a line of 16384 bytes has no end: \"INFO xxx"),
            "{error}"
        );
    }
}
