//! Requests that need no room: whispers and declined invitations.

use protocol::ErrorCode;
use protocol::message::{RoomInviteDeclineNtf, RoomInviteDeclineReq, WhisperNtf, WhisperReq, WhisperRes};
use rooms::{Delivery, Incoming, User, result};

use crate::invitations::Invitations;
use crate::length::check_length;

pub(crate) fn whisper(
    delivery: &mut Delivery,
    from: &User<'_>,
    packet: &mut Incoming<'_>,
) -> Result<(), ErrorCode> {
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

pub(crate) fn decline(
    invitations: &Invitations,
    delivery: &mut Delivery,
    from: &User<'_>,
    packet: &mut Incoming<'_>,
) -> Result<(), ErrorCode> {
    let RoomInviteDeclineReq { user_id } = packet.decode()?;
    match delivery.find_user(user_id) {
        Some(inviter) if invitations.decline(from.session.id(), inviter.id()) => {
            let user_id = from.user_id;
            delivery.send(&inviter, &RoomInviteDeclineNtf { user_id })
        }
        // Without an open invitation there is nothing to decline.
        _ => Ok(()),
    }
}
