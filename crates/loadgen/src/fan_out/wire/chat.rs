//! The game packets: a header of 5 bytes, ids and numbers in little-endian.

use protocol::message::{LoginReq, Message, RoomChatNtf, RoomChatReq, RoomEnterReq};
use protocol::{ErrorCode, HEADER_SIZE, Header, LARGEST_PACKET, Packet, PacketId};

use super::{Dialect, Frame, Note, Says};
use crate::drive::failure::{Failure, Kind};
use crate::fan_out::message::MESSAGE_SIZE;
use crate::server::{FIRST_LINE, Startup};

pub(super) struct Chat;

impl Dialect for Chat {
    fn startup(&self) -> Startup {
        FIRST_LINE
    }

    fn entering(&self, room: usize, member: usize) -> anyhow::Result<Vec<u8>> {
        // The users of a load that has just ended may not have left yet.
        let user_id = format!("{}-{member}", std::process::id());
        let login = LoginReq::new(&user_id, "")?.encode()?;
        let room = i32::try_from(room)?;
        let enter = RoomEnterReq { room }.encode()?;
        Ok([login.as_bytes(), enter.as_bytes()].concat())
    }

    fn frame(&self, _room: usize, unique_ids: &[u64]) -> anyhow::Result<Frame> {
        let message = &"x".repeat(MESSAGE_SIZE);
        let delivered = |&unique_id| RoomChatNtf { unique_id, message }.encode().map(head);
        Ok(Frame {
            sent_head: head(RoomChatReq { message }.encode()?),
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
        let Some(message) = Message::decode(header.packet_id, body).map_err(Failure::wrong_bytes)? else {
            return Err(unexpected(header.packet_id));
        };
        let says = meaning(&message)?;
        Ok(Some(Note { size, says }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_has_64_bytes() {
        let frame = Chat.frame(3, &[1, 0x0102]).unwrap();
        assert_eq!(frame.sent_head, [56, 0, 0xdb, 2, 0, 49, 0]);
        let second = [64, 0, 0xdd, 2, 0, 2, 1, 0, 0, 0, 0, 0, 0, 49, 0];
        assert_eq!(frame.delivered_heads[1], second);
        assert_eq!(second.len() + MESSAGE_SIZE, 64);
    }

    #[test]
    fn a_note_is_read_when_it_is_complete() {
        let entered = [19, 0, 0xd2, 2, 0, 1, 0, 3, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0];
        for cut in 0..entered.len() {
            assert_eq!(Chat.note(&entered[..cut]).unwrap(), None);
        }
        let note = Note {
            size: 19,
            says: Says::Entered(Some(7)),
        };
        assert_eq!(Chat.note(&entered).unwrap(), Some(note));
    }

    #[test]
    fn a_refusal_is_an_error_with_its_name() {
        let full = [19, 0, 0xd2, 2, 0, 134, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let error = Chat.note(&full).unwrap_err().detail;
        assert_eq!(error, "ROOM_ENTER_RES (722) says ENTER_ROOM_USER_FULL (134)");
        let slow = Chat.note(&[7, 0, 203, 0, 0, 62, 0]).unwrap_err().detail;
        assert_eq!(slow, "the server says SLOW_CONSUMER (62)");
    }
}
