//! Encodes and decodes messages in the codec that the other side speaks.

use crate::{Codec, Packet, PacketError};

/// Whatever can be sent as a packet in every codec. All messages of the table are; a message of your own does
/// with one method, and where its bytes are the same in every codec, the [`Packet`] itself.
///
/// ```
/// use protocol::{Codec, message::{Encode, RoomChatReq}};
///
/// let hi = RoomChatReq { message: "hi" };
/// assert_eq!(hi.encode_as(Codec::Binary)?.as_bytes(), hi.encode()?.as_bytes());
/// assert_eq!(&hi.encode_as(Codec::MsgPack)?.as_bytes()[5..], b"\x81\xa3Msg\xa2hi");
/// # Ok::<(), protocol::PacketError>(())
/// ```
pub trait Encode {
    /// The whole packet with its body in this codec.
    ///
    /// # Errors
    /// Those of the message's own `encode`, for every codec. Where a login is sent as a text, its two fields must
    /// be UTF-8; in Protocol Buffers no result can be 0.
    fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError>;
}

/// Whatever can be read from a body in every codec.
///
/// ```
/// use protocol::{Codec, message::{Decode, RoomChatReq}};
///
/// let scratch = &mut Vec::new();
/// let hi = RoomChatReq::decode_as(Codec::Protobuf, b"\x0a\x02hi", scratch)?;
/// assert_eq!(hi, RoomChatReq { message: "hi" });
/// # Ok::<(), protocol::PacketError>(())
/// ```
pub trait Decode<'a>: Sized {
    /// Reads the body of a packet, without its header, in this codec. `scratch` holds what the message borrows
    /// where that is not in the body: the texts of Protocol Buffers. What was in it is gone.
    ///
    /// # Errors
    /// [`PacketError`] when the body is not this message: values are missing, left over or of another kind, a
    /// length or number does not fit, a text is not UTF-8, something nests deeper than 16.
    fn decode_as(codec: Codec, body: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<Self, PacketError>;
}

/// A packet that is there already is what it is.
impl Encode for Packet {
    fn encode_as(&self, _: Codec) -> Result<Packet, PacketError> {
        Ok(self.clone())
    }
}
