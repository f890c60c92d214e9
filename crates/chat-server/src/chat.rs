//! Requests that need no room: whispers and declined invitations.

use std::sync::Arc;

use protocol::message::{RoomInviteDeclineNtf, RoomInviteDeclineReq, WhisperNtf, WhisperReq, WhisperRes};
use protocol::{ErrorCode, PacketId};
use rooms::{Delivery, Game, Handled, Incoming, User, result};

use crate::check_length;
use crate::invitations::Invitations;
use crate::room::ChatRoom;

/// The chat.
#[derive(Debug)]
pub struct Chat {
    invitations: Arc<Invitations>,
    max_packet: usize,
}

impl Game for Chat {
    type Room = ChatRoom;

    fn new_room(&self, _number: i32) -> ChatRoom {
        ChatRoom::new(Arc::clone(&self.invitations), self.max_packet)
    }

    fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            PacketId::WHISPER_REQ => whisper(delivery, from, packet)?,
            PacketId::ROOM_INVITE_DECLINE_REQ => self.decline(delivery, from, packet)?,
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        matches!(
            packet.packet_id(),
            PacketId::ROOM_CHAT_REQ | PacketId::ROOM_RELAY_REQ | PacketId::ROOM_INVITE_REQ
        )
    }

    fn logged_out(&self, user: &User<'_>) {
        self.invitations.forget(user.session.id());
    }
}

impl Chat {
    /// A chat whose packets have `max_packet` bytes at most, header included.
    #[must_use]
    pub fn new(max_packet: usize) -> Self {
        Self {
            invitations: Arc::default(),
            max_packet,
        }
    }

    fn decline(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        let RoomInviteDeclineReq { user_id } = packet.decode()?;
        match delivery.find_user(user_id) {
            Some(inviter) if self.invitations.decline(from.session.id(), inviter.id()) => {
                let user_id = from.user_id;
                delivery.send(&inviter, &RoomInviteDeclineNtf { user_id })
            }
            // Without an open invitation there is nothing to decline.
            _ => Ok(()),
        }
    }
}

fn whisper(delivery: &mut Delivery, from: &User<'_>, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
    let result = result(whispered(delivery, from, packet));
    delivery.send(from.session, &WhisperRes { result })
}

fn whispered(delivery: &mut Delivery, from: &User<'_>, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
    let WhisperReq { user_id, message } = packet.decode()?;
    check_length(message)?;
    let receiver = delivery
        .find_user(user_id)
        .ok_or(ErrorCode::WHISPER_NO_SUCH_USER)?;
    // Sessions are compared, not names: a name can be written in more than one way.
    if receiver.id() == from.session.id() {
        return Err(ErrorCode::WHISPER_SELF);
    }
    let user_id = from.user_id;
    delivery.send(&receiver, &WhisperNtf { user_id, message })
}
