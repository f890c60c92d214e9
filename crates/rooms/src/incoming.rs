//! A packet that a client has sent. What it says is the same in every codec.

use std::borrow::Cow;
use std::fmt;

use protocol::message::Decode;
use protocol::{Codec, ErrorCode, Frame, Header, PacketError, PacketId};

/// A packet that a client has sent.
pub struct Incoming<'a> {
    frame: Frame<'a>,
    codec: Codec,
    /// As it was before it was compressed, where it was.
    body: Result<Cow<'a, [u8]>, ErrorCode>,
    /// What a message borrows that does not stand in the body.
    scratch: Vec<u8>,
}

impl<'a> Incoming<'a> {
    /// The packet of a client that speaks this codec. Without `compression` a body must be plain; with it, one
    /// that would make a packet of over `max_packet` bytes is not decompressed.
    pub(crate) fn new(frame: Frame<'a>, codec: Codec, compression: bool, max_packet: usize) -> Self {
        let body = match frame.header.packet_type {
            Header::PLAIN => Ok(Cow::Borrowed(frame.body())),
            _ if !compression => Err(ErrorCode::PACKET_DECODING_FAIL),
            _ => frame.plain_body(max_packet).map_err(ErrorCode::from),
        };
        Self {
            frame,
            codec,
            body,
            scratch: Vec::new(),
        }
    }

    /// What it is.
    #[must_use]
    pub fn packet_id(&self) -> PacketId {
        self.frame.header.packet_id
    }

    /// Header and body, as they came.
    #[must_use]
    pub fn frame(&self) -> Frame<'a> {
        self.frame
    }

    /// Reads it as a message, in the codec of its client.
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a body that is not this message, or that cannot be decompressed.
    pub fn decode<'b, T: Decode<'b>>(&'b mut self) -> Result<T, ErrorCode> {
        let body = self.body.as_deref().map_err(|error| *error)?;
        Ok(T::decode_as(self.codec, body, &mut self.scratch)?)
    }

    /// Reads a body that is the same in every codec, as those of a game of your own may be.
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] where `read` fails, or when it cannot be decompressed.
    pub fn read<'b, T>(
        &'b self,
        read: impl FnOnce(&'b [u8]) -> Result<T, PacketError>,
    ) -> Result<T, ErrorCode> {
        Ok(read(self.body.as_deref().map_err(|error| *error)?)?)
    }

    /// Whether it was compressed, and could be read all the same: whoever sends that reads it too.
    pub(crate) fn shows_compression(&self) -> bool {
        matches!(self.body, Ok(Cow::Owned(_)))
    }
}

impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("header", &self.frame.header)
            .field("codec", &self.codec)
            .finish_non_exhaustive()
    }
}
