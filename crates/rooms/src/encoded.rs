//! One message in the forms that its receivers want: encoded once for each form, not once for each receiver.

use protocol::message::Encode;
use protocol::{Codec, Packet, PacketError, compress};

use crate::session::Session;

/// A message, and the packets that it has become so far.
pub(crate) struct Encoded<'a, M: ?Sized> {
    message: &'a M,
    /// Bodies of more bytes are compressed for those who read that.
    compress_over: usize,
    forms: [Forms; Codec::ALL.len()],
}

/// The packet in one codec.
#[derive(Default)]
struct Forms {
    plain: Option<Packet>,
    /// `Some(None)` where it is no smaller, or too short.
    compressed: Option<Option<Vec<u8>>>,
}

impl<'a, M: Encode + ?Sized> Encoded<'a, M> {
    pub(crate) fn new(message: &'a M, compress_over: usize) -> Self {
        Self {
            message,
            compress_over,
            forms: Default::default(),
        }
    }

    // ANCHOR: packet_for
    /// The packet as this session's client reads it.
    pub(crate) fn packet_for(&mut self, session: &Session) -> Result<&[u8], PacketError> {
        let forms = &mut self.forms[session.codec() as usize];
        let plain = match &mut forms.plain {
            Some(packet) => packet,
            none => none.insert(self.message.encode_as(session.codec())?),
        };
        if !session.reads_compressed() {
            return Ok(plain.as_bytes());
        }
        let compressed = forms
            .compressed
            .get_or_insert_with(|| compress(plain.as_bytes(), self.compress_over));
        Ok(compressed.as_deref().unwrap_or(plain.as_bytes()))
    }
    // ANCHOR_END: packet_for
}
