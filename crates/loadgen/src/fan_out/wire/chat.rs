//! The game packets: a header of 5 bytes, ids and numbers in little-endian.

use anyhow::{bail, ensure};
use protocol::{ErrorCode, HEADER_SIZE, Header, LARGEST_PACKET, Packet, PacketError, PacketId, PacketReader};

use super::{Dialect, Frame, Note, Says};
use crate::fan_out::message::MESSAGE_SIZE;
use crate::server::{FIRST_LINE, Startup};

/// Bytes of a user id, and of a password, in a login.
const LOGIN_FIELD: usize = 16;

pub(super) struct Chat;

impl Dialect for Chat {
    fn startup(&self) -> Startup {
        FIRST_LINE
    }

    fn entering(&self, room: usize, member: usize) -> anyhow::Result<Vec<u8>> {
        let login = Packet::framed(PacketId::LOGIN_REQ)
            .put_padded(&format!("load-{member}"), LOGIN_FIELD)
            .put_padded("", LOGIN_FIELD)
            .build()?;
        let enter = Packet::framed(PacketId::ROOM_ENTER_REQ)
            .put_i32(i32::try_from(room)?)
            .build()?;
        Ok([login.as_bytes(), enter.as_bytes()].concat())
    }

    fn frame(&self, _room: usize, unique_ids: &[u64]) -> anyhow::Result<Frame> {
        let sent = Packet::framed(PacketId::ROOM_CHAT_REQ);
        let delivered = |id: &u64| head(Packet::framed(PacketId::ROOM_CHAT_NTF).put_u64(*id));
        Ok(Frame {
            sent_head: head(sent)?,
            delivered_heads: unique_ids.iter().map(delivered).collect::<Result<_, _>>()?,
            marker: HEADER_SIZE,
            tail: b"",
        })
    }

    fn note(&self, bytes: &[u8]) -> anyhow::Result<Option<Note>> {
        let Some(head) = bytes.first_chunk::<HEADER_SIZE>() else {
            return Ok(None);
        };
        let header = Header::decode(head, LARGEST_PACKET)?;
        let size = usize::from(header.total_size);
        let Some(body) = bytes.get(HEADER_SIZE..size) else {
            return Ok(None);
        };
        let says = read(header.packet_id, body)?;
        Ok(Some(Note { size, says }))
    }
}

/// All that stands in front of the message: a packet with one, without it.
fn head(packet: protocol::PacketBuilder) -> Result<Vec<u8>, PacketError> {
    let message = "x".repeat(MESSAGE_SIZE);
    let mut bytes = packet.put_text_i16(&message).build()?.into_bytes();
    bytes.truncate(bytes.len() - MESSAGE_SIZE);
    Ok(bytes)
}

fn read(id: PacketId, body: &[u8]) -> anyhow::Result<Says> {
    let mut reader = PacketReader::new(body);
    Ok(match id {
        PacketId::LOGIN_RES | PacketId::ROOM_CHAT_RES => {
            succeeded(id, &mut reader)?;
            Says::Nothing
        }
        PacketId::ROOM_ENTER_RES => {
            succeeded(id, &mut reader)?;
            let (_room, unique_id) = reader.get::<(i32, u64)>()?;
            Says::Entered(Some(unique_id))
        }
        PacketId::ROOM_NEW_USER_NTF => Says::Newcomer,
        PacketId::ROOM_USER_LIST_NTF | PacketId::ROOM_LEAVE_USER_NTF => Says::Nothing,
        PacketId::ERROR_NTF => bail!("the server says {}", ErrorCode(reader.get()?)),
        id => bail!("unexpected {id} with a body of {} bytes", body.len()),
    })
}

fn succeeded(id: PacketId, reader: &mut PacketReader<'_>) -> anyhow::Result<()> {
    let result = ErrorCode(reader.get()?);
    ensure!(result == ErrorCode::NONE, "{id} says {result}");
    Ok(())
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
        let error = Chat.note(&full).unwrap_err().to_string();
        assert_eq!(error, "ROOM_ENTER_RES (722) says ENTER_ROOM_USER_FULL (134)");
        let slow = Chat.note(&[7, 0, 203, 0, 0, 62, 0]).unwrap_err().to_string();
        assert_eq!(slow, "the server says SLOW_CONSUMER (62)");
    }
}
