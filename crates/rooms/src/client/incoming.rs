//! What comes from a client, read by read: the bytes of its packets, where they have a framing without it.

use net::{ClientConnection, NetError, ReadBuffer};

use crate::framing::Unframe;
use crate::progress::MAX_IN_FLIGHT;

/// The receiving side of one client's thread.
pub(super) struct Incoming {
    buffer: ReadBuffer,
    /// Nothing was read yet.
    is_new: bool,
    framed: Option<Framed>,
}

/// Why somebody who has come to the wrong port is not served.
const HANDSHAKE_OF_TLS: &str =
    "a handshake of TLS at a port that speaks none: --tls-certificate makes it one that does";

struct Framed {
    unframe: Box<dyn Unframe>,
    /// What was read before the session began.
    first: Vec<u8>,
    packets: Vec<u8>,
}

/// What one read has brought.
#[derive(Default)]
pub(super) struct Came<'a> {
    pub(super) packets: &'a [u8],
    /// The transport has something of its own to be pushed.
    pub(super) replies: bool,
    /// These packets are the last.
    pub(super) end: Option<Result<(), NetError>>,
}

impl Incoming {
    /// From a client that sends packets as they are.
    pub(super) fn plain() -> Self {
        Self {
            // As much again is under way at most, or one packet where --max-packet allows larger ones. Replies are
            // three times as long where messages are one byte each, so with what may be unread before they stay
            // below the outbox limit.
            buffer: ReadBuffer::up_to(MAX_IN_FLIGHT),
            is_new: true,
            framed: None,
        }
    }

    /// From a client that frames them.
    pub(super) fn framed(unframe: Box<dyn Unframe>, first: &[u8]) -> Self {
        Self {
            framed: Some(Framed {
                unframe,
                first: first.to_vec(),
                packets: Vec::new(),
            }),
            ..Self::plain()
        }
    }

    /// Waits for the next bytes.
    pub(super) fn next(&mut self, client: &mut ClientConnection) -> Result<Came<'_>, NetError> {
        let Some(framed) = &mut self.framed else {
            let packets = client.read_into(&mut self.buffer)?;
            if std::mem::take(&mut self.is_new) && is_handshake_of_tls(packets) {
                return Err(NetError::protocol(HANDSHAKE_OF_TLS));
            }
            let end = packets.is_empty().then_some(Ok(()));
            return Ok(Came {
                packets,
                end,
                ..Came::default()
            });
        };
        match std::mem::take(&mut framed.first) {
            first if first.is_empty() => Ok(framed.open(client.read_into(&mut self.buffer)?)),
            first => Ok(framed.open(&first)),
        }
    }

    /// Bytes of a frame that is not complete.
    pub(super) fn pending(&self) -> usize {
        self.framed.as_ref().map_or(0, |framed| framed.unframe.pending())
    }
}

/// The header of a record, and in it a client's hello (RFC 8446, 5.1 and 4): as a packet it would be a part of one with
/// 790 bytes, and nobody begins with such a one.
fn is_handshake_of_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [22, 3, _, _, _, 1, ..])
}

impl Framed {
    /// No bytes are the end of the connection.
    fn open(&mut self, bytes: &[u8]) -> Came<'_> {
        self.packets.clear();
        if bytes.is_empty() {
            return Came {
                end: Some(self.end()),
                ..Came::default()
            };
        }
        let unframed = self.unframe.unframe(bytes, &mut self.packets);
        let packets = &self.packets[..];
        match unframed {
            Ok(unframed) => Came {
                packets,
                replies: unframed.replies,
                end: unframed.closed.then_some(Ok(())),
            },
            Err(error) => Came {
                packets,
                replies: false,
                end: Some(Err(error)),
            },
        }
    }

    fn end(&self) -> Result<(), NetError> {
        match self.unframe.pending() {
            0 => Ok(()),
            pending => Err(NetError::EndInside(pending)),
        }
    }
}
