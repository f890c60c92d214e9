//! A message of any table: of the chat, or of baccarat. What holds for every message is checked with it.

use protocol::{
    Codec, Packet, PacketError, PacketId,
    message::{Encode, Message, baccarat},
};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AnyMessage<'a> {
    Chat(Message<'a>),
    Baccarat(baccarat::Message<'a>),
}

impl<'a> AnyMessage<'a> {
    pub(crate) fn packet_id(&self) -> PacketId {
        match self {
            Self::Chat(message) => message.packet_id(),
            Self::Baccarat(message) => message.packet_id(),
        }
    }

    /// `None` for an id that is in no table.
    pub(crate) fn decode_as(
        codec: Codec,
        packet_id: PacketId,
        body: &'a [u8],
        scratch: &'a mut Vec<u8>,
    ) -> Result<Option<Self>, PacketError> {
        if baccarat::Message::IDS.contains(&packet_id) {
            let message = baccarat::Message::decode_as(codec, packet_id, body, scratch)?;
            return Ok(message.map(Self::Baccarat));
        }
        let message = Message::decode_as(codec, packet_id, body, scratch)?;
        Ok(message.map(Self::Chat))
    }
}

impl Encode for AnyMessage<'_> {
    fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
        match self {
            Self::Chat(message) => message.encode_as(codec),
            Self::Baccarat(message) => message.encode_as(codec),
        }
    }
}
