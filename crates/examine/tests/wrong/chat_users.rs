//! What the users of the chat do, in a room and out of it.

use std::borrow::Cow;

use protocol::message::{
    RoomChatNtf, RoomChatReq, RoomInviteDeclineNtf, RoomInviteDeclineReq, RoomInviteNtf, RoomInviteReq,
    RoomRelayNtf, WhisperNtf, WhisperReq,
};
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, Frame, PacketId};

use super::chat::{Answer, Chat, Mistake, decode};

impl Chat {
    pub(crate) fn user_packet(&mut self, number: usize, frame: &Frame<'_>) -> Answer {
        let seat = self.client(number).seat;
        match (frame.header.packet_id, seat) {
            (PacketId::WHISPER_REQ, _) => {
                let outcome = self.whisper(number, frame);
                self.answer(number, PacketId::WHISPER_RES, outcome);
                Ok(())
            }
            (PacketId::ROOM_INVITE_DECLINE_REQ, _) => self.decline(number, frame),
            (PacketId::ROOM_CHAT_REQ | PacketId::ROOM_RELAY_REQ | PacketId::ROOM_INVITE_REQ, None) => {
                Err(ErrorCode::ROOM_NOT_IN_USER)
            }
            (PacketId::ROOM_CHAT_REQ, Some(seat)) => self.chat(number, seat, frame),
            (PacketId::ROOM_RELAY_REQ, Some(seat)) => self.relay(number, seat, frame),
            (PacketId::ROOM_INVITE_REQ, Some((room, _))) => {
                let outcome = self.invite(number, room, frame);
                self.answer(number, PacketId::ROOM_INVITE_RES, outcome);
                Ok(())
            }
            _ if self.casino.is_some() => self.table_packet(number, seat, frame),
            _ => Err(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        }
    }

    pub(crate) fn name(&self, number: usize) -> String {
        self.client(number).name.clone().unwrap_or_default()
    }

    fn check_length(&self, message: &str) -> Answer {
        let length = match self.is(Mistake::CountsCharacters) {
            true => message.chars().count(),
            false => message.len(),
        };
        match length {
            1..=126 => Ok(()),
            _ => Err(ErrorCode::ROOM_CHAT_MSG_LEN),
        }
    }

    fn chat(&mut self, number: usize, (room, unique_id): (i32, u64), frame: &Frame<'_>) -> Answer {
        let message = match self.message(frame) {
            Ok(message) => message,
            Err(error) => {
                self.answer(number, PacketId::ROOM_CHAT_RES, Err(error));
                return Ok(());
            }
        };
        let mut message = &*message;
        if self.is(Mistake::TrimsMessages) {
            message = message.trim_end_matches(['\r', '\n']);
        }
        let result_first = self.is(Mistake::ResultBeforeNotification);
        if result_first {
            self.answer(number, PacketId::ROOM_CHAT_RES, Ok(()));
        }
        self.tell(room, RoomChatNtf { unique_id, message }.encode(), None);
        if !result_first {
            self.answer(number, PacketId::ROOM_CHAT_RES, Ok(()));
        }
        Ok(())
    }

    fn message<'a>(&self, frame: &Frame<'a>) -> Answer<Cow<'a, str>> {
        let message = match decode(frame, RoomChatReq::decode) {
            Ok(RoomChatReq { message }) => Cow::Borrowed(message),
            Err(_) if self.is(Mistake::ReplacesBrokenText) && frame.body().ends_with(&[0xff, 0xfe]) => {
                String::from_utf8_lossy(&frame.body()[2..])
            }
            Err(error) => return Err(error),
        };
        self.check_length(&message)?;
        Ok(message)
    }

    fn relay(&mut self, number: usize, (room, unique_id): (i32, u64), frame: &Frame<'_>) -> Answer {
        let bytes = decode(frame, Ok)?;
        if bytes.len() > DEFAULT_MAX_PACKET - 13 && !self.is(Mistake::RelayOfAnySize) {
            return Err(ErrorCode::PACKET_DECODING_FAIL);
        }
        let except = self.is(Mistake::RelayNotToItsSender).then_some(number);
        self.tell(room, RoomRelayNtf { unique_id, bytes }.encode(), except);
        Ok(())
    }

    fn whisper(&self, number: usize, frame: &Frame<'_>) -> Answer {
        let WhisperReq { user_id, message } = decode(frame, WhisperReq::decode)?;
        self.check_length(message)?;
        let from = self.name(number);
        if user_id == from && !self.is(Mistake::WhisperToOneself) {
            return Err(ErrorCode::WHISPER_SELF);
        }
        let receiver = self.find(user_id).ok_or(ErrorCode::WHISPER_NO_SUCH_USER)?;
        let rooms = [number, receiver].map(|one| self.client(one).seat.map(|(room, _)| room));
        if self.is(Mistake::WhisperInTheSameRoomOnly) && rooms[0] != rooms[1] {
            return Err(ErrorCode::WHISPER_NO_SUCH_USER);
        }
        let user_id = &from;
        self.send(receiver, WhisperNtf { user_id, message }.encode());
        Ok(())
    }

    fn invite(&mut self, number: usize, room: i32, frame: &Frame<'_>) -> Answer {
        let RoomInviteReq { user_id } = decode(frame, RoomInviteReq::decode)?;
        let from = self.name(number);
        if user_id == from {
            return Err(ErrorCode::WHISPER_SELF);
        }
        let guest = self.find(user_id).ok_or(ErrorCode::WHISPER_NO_SUCH_USER)?;
        let is_here = self.client(guest).seat.is_some_and(|(seat, _)| seat == room);
        if is_here && !self.is(Mistake::InvitesMembers) {
            return Err(ErrorCode::INVITED_USER_IN_ROOM);
        }
        self.invitations.push((number, guest, room));
        let user_id = &from;
        self.send(guest, RoomInviteNtf { user_id, room }.encode());
        Ok(())
    }

    fn decline(&mut self, number: usize, frame: &Frame<'_>) -> Answer {
        let RoomInviteDeclineReq { user_id } = decode(frame, RoomInviteDeclineReq::decode)?;
        let Some(inviter) = self.find(user_id) else {
            return Ok(());
        };
        let before = self.invitations.len();
        self.invitations
            .retain(|(from, to, _)| (*from, *to) != (inviter, number));
        if self.invitations.len() < before || self.is(Mistake::DeclineWithoutInvitation) {
            let user_id = &self.name(number);
            self.send(inviter, RoomInviteDeclineNtf { user_id }.encode());
        }
        Ok(())
    }
}
