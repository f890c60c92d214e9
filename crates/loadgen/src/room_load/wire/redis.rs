//! Redis pub/sub: arrays of texts, each behind its length.
//!
//! Commands are those of RESP2. What comes is RESP3 (`HELLO 3`), since in RESP2 a connection that has subscribed
//! may not publish, and a sender with a second connection for that makes Redis a little slower. A member wants
//! no replies (`CLIENT REPLY OFF`), or Redis would have one more to write for each message.

use harness::{Announcement, Stream};

use super::dialect::{Dialect, Frame, Note, Says};
use super::lines::{line_size, unexpected};
use crate::engine::failure::Failure;
use crate::room_load::admission::Admission;
use crate::room_load::message::MESSAGE_SIZE;
use crate::server::Startup;

/// Both without a reply, since the first of them says so.
const GREETING: &str = "CLIENT REPLY OFF\r\nHELLO 3\r\n";

/// How the confirmation of a subscription starts.
const SUBSCRIBED: &[u8] = b">3\r\n$9\r\nsubscribe\r\n";

/// Lines of that confirmation.
const SUBSCRIBED_LINES: usize = 6;

pub(super) struct Redis;

impl Dialect for Redis {
    fn startup(&self) -> Startup {
        Startup {
            port_flag: Some("--port"),
            announcement: Announcement {
                stream: Stream::Output,
                words: "Ready to accept connections",
                lines: 50,
            },
        }
    }

    fn entering(&self, room: usize, _member: usize, _: &Admission) -> anyhow::Result<Vec<u8>> {
        let channel = channel(room);
        Ok(format!("{GREETING}*2\r\n$9\r\nSUBSCRIBE\r\n{channel}").into_bytes())
    }

    fn frame(&self, room: usize, unique_ids: &[u64]) -> anyhow::Result<Frame> {
        let channel = channel(room);
        let head = format!(">3\r\n$7\r\nmessage\r\n{channel}${MESSAGE_SIZE}\r\n").into_bytes();
        Ok(Frame {
            sent_head: format!("*3\r\n$7\r\nPUBLISH\r\n{channel}${MESSAGE_SIZE}\r\n").into_bytes(),
            marker: head.len(),
            delivered_heads: vec![head; unique_ids.len()],
            tail: b"\r\n",
        })
    }

    fn note(&self, bytes: &[u8]) -> Result<Option<Note>, Failure> {
        if !bytes.starts_with(SUBSCRIBED) {
            if SUBSCRIBED.starts_with(bytes) {
                return Ok(None);
            }
            return Err(unexpected(bytes));
        }
        let mut size = 0;
        for _ in 0..SUBSCRIBED_LINES {
            let Some(line) = line_size(&bytes[size..])? else {
                return Ok(None);
            };
            size += line;
        }
        Ok(Some(Note {
            size,
            says: Says::Entered(None),
        }))
    }
}

/// The channel of a room, as a text behind its length.
fn channel(room: usize) -> String {
    let name = format!("room.{room}");
    format!("${}\r\n{name}\r\n", name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_is_confirmed_when_all_its_lines_are_there() {
        let confirmed = b">3\r\n$9\r\nsubscribe\r\n$7\r\nroom.12\r\n:1\r\n";
        for cut in 0..confirmed.len() {
            assert_eq!(Redis.note(&confirmed[..cut]).unwrap(), None, "{cut}");
        }
        let size = confirmed.len();
        let says = Says::Entered(None);
        assert_eq!(Redis.note(confirmed).unwrap(), Some(Note { size, says }));
    }

    #[test]
    fn a_line_has_an_end() {
        let endless = [SUBSCRIBED, &[b'9'; 20_000]].concat();
        let error = Redis.note(&endless).unwrap_err().detail;
        assert!(error.contains("has no end: \"999"), "{error}");
    }

    #[test]
    fn an_error_of_the_server_is_shown() {
        let error = Redis.note(b"-ERR unknown command\r\n").unwrap_err().detail;
        assert!(error.contains("-ERR unknown command"), "{error}");
    }
}
