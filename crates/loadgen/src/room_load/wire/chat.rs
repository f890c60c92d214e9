//! The game packets: a header of 5 bytes, and a body in one of three codecs.
//!
//! In front of the message stands the same for each message of a sender, since it is the last field in every
//! codec as our server writes it. Another server may write the fields of a MessagePack map or of Protocol Buffers
//! in another order, and numbers wider than they need to be: what is written so is no delivery at first sight,
//! but a note, which is decoded.

use protocol::message::{Encode, LoginReq, Message, RoomChatNtf, RoomChatReq, RoomEnterReq};
use protocol::{Codec, ErrorCode, HEADER_SIZE, Header, LARGEST_PACKET, Packet, PacketId};

use super::dialect::{Dialect, Frame, Note, Says};
use crate::engine::failure::{Failure, Kind};
use crate::room_load::admission::{Admission, Admitted};
use crate::room_load::message::MESSAGE_SIZE;
use crate::server::{FIRST_LINE, Startup};

/// The chat with bodies in this codec.
pub(super) struct Chat(Codec);

static DIALECTS: [Chat; Codec::ALL.len()] =
    [Chat(Codec::Binary), Chat(Codec::MsgPack), Chat(Codec::Protobuf)];

impl Chat {
    pub(super) fn in_codec(codec: Codec) -> &'static Self {
        &DIALECTS[codec as usize]
    }
}

impl Dialect for Chat {
    fn startup(&self) -> Startup {
        FIRST_LINE
    }

    fn entering(&self, room: usize, member: usize, admission: &Admission) -> anyhow::Result<Vec<u8>> {
        // The users of a load that has just ended may not have left yet.
        let user_id = format!("{}-{member}", std::process::id());
        let Admitted { room, password } = admission.admit(&user_id, room)?;
        let login = LoginReq::new(&user_id, &password)?.encode_as(self.0)?;
        let enter = RoomEnterReq { room }.encode_as(self.0)?;
        Ok([login.as_bytes(), enter.as_bytes()].concat())
    }

    fn frame(&self, _room: usize, unique_ids: &[u64]) -> anyhow::Result<Frame> {
        let message = &"x".repeat(MESSAGE_SIZE);
        let delivered = |&unique_id| RoomChatNtf { unique_id, message }.encode_as(self.0).map(head);
        Ok(Frame {
            sent_head: head(RoomChatReq { message }.encode_as(self.0)?),
            delivered_heads: unique_ids.iter().map(delivered).collect::<Result<_, _>>()?,
            marker: HEADER_SIZE,
            tail: b"",
        })
    }

    fn note(&self, bytes: &[u8]) -> Result<Option<Note>, Failure> {
        let Some(head) = bytes.first_chunk::<HEADER_SIZE>() else {
            return Ok(None);
        };
        let header = Header::decode(head, LARGEST_PACKET).map_err(Failure::wrong_bytes)?;
        let size = usize::from(header.total_size);
        let Some(body) = bytes.get(HEADER_SIZE..size) else {
            return Ok(None);
        };
        let says = self.says(header, body)?;
        Ok(Some(Note { size, says }))
    }
}

impl Chat {
    fn says(&self, header: Header, body: &[u8]) -> Result<Says, Failure> {
        let (id, codec) = (header.packet_id, self.0);
        if header.packet_type != Header::PLAIN {
            let detail = format!(
                "{id} has type {}, but a plain one was asked for",
                header.packet_type
            );
            return Err(Failure::wrong_bytes(detail));
        }
        let failure = match Message::decode_as(codec, id, body, &mut Vec::new()) {
            Ok(None) => return Err(unexpected(id)),
            Ok(Some(message)) => match meaning(&message) {
                Err(failure) if !is_plausible(&message) => failure,
                outcome => return outcome,
            },
            Err(error) => Failure::wrong_bytes(format_args!("{id} in {codec}: {error}")),
        };
        Err(match plausible_codec(id, body) {
            Some(other) => Failure::wrong_bytes(format_args!(
                "{id} came in {other}, not in {codec}: is --codec right?"
            )),
            None => failure,
        })
    }
}

/// What stands in front of the message at the end of a packet.
fn head(packet: Packet) -> Vec<u8> {
    let mut bytes = packet.into_bytes();
    bytes.truncate(bytes.len() - MESSAGE_SIZE);
    bytes
}

fn unexpected(id: PacketId) -> Failure {
    Failure::wrong_bytes(format_args!("unexpected {id}"))
}

fn meaning(message: &Message<'_>) -> Result<Says, Failure> {
    Ok(match message {
        Message::LoginRes(login) => succeeded(message, login.result, Says::Nothing)?,
        Message::RoomEnterRes(enter) => {
            succeeded(message, enter.result, Says::Entered(Some(enter.user_unique_id)))?
        }
        Message::RoomChatRes(chat) => succeeded(message, chat.result, Says::Nothing)?,
        Message::RoomChatNtf(chat) => delivered(chat)?,
        Message::RoomNewUserNtf(_) => Says::Newcomer,
        Message::RoomUserListNtf(_) | Message::RoomLeaveUserNtf(_) => Says::Nothing,
        Message::ErrorNtf(ntf) => {
            let detail = format!("the server says {}", ntf.error);
            return Err(Failure::new(Kind::ErrorPacket, detail));
        }
        other => return Err(unexpected(other.packet_id())),
    })
}

fn succeeded(message: &Message<'_>, result: ErrorCode, says: Says) -> Result<Says, Failure> {
    if result == ErrorCode::NONE {
        return Ok(says);
    }
    let detail = format!("{} says {result}", message.packet_id());
    Err(Failure::new(Kind::ErrorPacket, detail))
}

fn delivered(chat: &RoomChatNtf<'_>) -> Result<Says, Failure> {
    let size = chat.message.len();
    let Ok(message) = chat.message.as_bytes().try_into() else {
        let detail =
            format_args!("a message of {size} bytes came, and those that were sent have {MESSAGE_SIZE}");
        return Err(Failure::wrong_bytes(detail));
    };
    Ok(Says::Delivery(chat.unique_id, message))
}

/// False for a result that nobody knows: two bytes of one codec can be a number in another.
fn is_plausible(message: &Message<'_>) -> bool {
    let result = match message {
        Message::LoginRes(login) => login.result,
        Message::RoomEnterRes(enter) => enter.result,
        Message::RoomChatRes(chat) => chat.result,
        Message::ErrorNtf(ntf) => ntf.error,
        _ => return true,
    };
    result.name().is_some()
}

/// The codec in which a body that could not be read may be meant.
fn plausible_codec(id: PacketId, body: &[u8]) -> Option<Codec> {
    Codec::ALL.into_iter().find(|codec| {
        let scratch = &mut Vec::new();
        let message = Message::decode_as(*codec, id, body, scratch);
        matches!(message, Ok(Some(message)) if is_plausible(&message))
    })
}

#[cfg(test)]
mod tests;
