//! Requests that need no room: whispers, declined invitations, rooms that are elsewhere.

use directory::Place;
use protocol::ErrorCode;
use protocol::message::{
    RoomElsewhereNtf, RoomEnterRes, RoomInviteDeclineNtf, RoomInviteDeclineReq, WhisperNtf, WhisperReq,
    WhisperRes,
};
use rooms::{Delivery, Incoming, User};
use tracing::warn;

use crate::elsewhere::Elsewhere;
use crate::invitations::Invitations;
use crate::length::check_length;

/// What becomes of a request.
pub(crate) enum Way {
    /// It is done.
    Done,
    /// Another server is asked, and the answer comes later.
    Asked,
}

pub(crate) fn whisper(
    elsewhere: Option<&Elsewhere>,
    delivery: &mut Delivery,
    from: &User<'_>,
    packet: &mut Incoming<'_>,
) -> Result<(), ErrorCode> {
    let result = match whispered(elsewhere, delivery, from, packet) {
        Ok(Way::Asked) => return Ok(()),
        Ok(Way::Done) => ErrorCode::NONE,
        Err(reason) => reason,
    };
    tell_whispered(delivery, from, result)
}

pub(crate) fn tell_whispered(
    delivery: &mut Delivery,
    from: &User<'_>,
    result: ErrorCode,
) -> Result<(), ErrorCode> {
    delivery.send(from.session, &WhisperRes { result })
}

// ANCHOR: whispered
/// To a user who is here at once; somebody else may be on another server.
fn whispered(
    elsewhere: Option<&Elsewhere>,
    delivery: &mut Delivery,
    from: &User<'_>,
    packet: &mut Incoming<'_>,
) -> Result<Way, ErrorCode> {
    let WhisperReq { user_id: to, message } = packet.decode()?;
    check_length(message)?;
    let Some(receiver) = delivery.find_user(to) else {
        let elsewhere = elsewhere.ok_or(ErrorCode::WHISPER_NO_SUCH_USER)?;
        elsewhere.whisper(delivery, from, to, message)?;
        return Ok(Way::Asked);
    };
    // Sessions are compared, not names: a name can be written in more than one way.
    if receiver.id() == from.session.id() {
        return Err(ErrorCode::WHISPER_SELF);
    }
    let user_id = from.user_id;
    delivery.send(&receiver, &WhisperNtf { user_id, message })?;
    Ok(Way::Done)
}
// ANCHOR_END: whispered

pub(crate) fn decline(
    invitations: &Invitations,
    elsewhere: Option<&Elsewhere>,
    delivery: &mut Delivery,
    from: &User<'_>,
    packet: &mut Incoming<'_>,
) -> Result<(), ErrorCode> {
    let RoomInviteDeclineReq { user_id: inviter } = packet.decode()?;
    match (delivery.find_user(inviter), elsewhere) {
        (Some(inviter), _) => {
            let invited = (from.session.id(), from.user_id);
            // Without an open invitation there is nothing to decline.
            if !invitations.decline(invited, inviter.id()) {
                return Ok(());
            }
            let user_id = from.user_id;
            delivery.send(&inviter, &RoomInviteDeclineNtf { user_id })
        }
        (None, Some(elsewhere)) => {
            elsewhere.decline(delivery, from, inviter);
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

// ANCHOR: tell_where
/// What a user is told who wanted to enter a room that is elsewhere.
pub(crate) fn tell_where(
    delivery: &mut Delivery,
    user: &User<'_>,
    outcome: Result<Place, ErrorCode>,
) -> Result<(), ErrorCode> {
    let sent = outcome.and_then(|place| send_place(delivery, user, &place));
    let refusal = RoomEnterRes {
        result: sent.err().unwrap_or(ErrorCode::ROOM_ELSEWHERE),
        room: 0,
        user_unique_id: 0,
    };
    delivery.send(user.session, &refusal)
}
// ANCHOR_END: tell_where

fn send_place(delivery: &mut Delivery, user: &User<'_>, place: &Place) -> Result<(), ErrorCode> {
    let mut ticket = [0; 16];
    ticket.copy_from_slice(place.ticket.as_str().as_bytes());
    let ntf = RoomElsewhereNtf {
        room: place.room,
        port: place.port,
        host: &place.host,
        ticket,
    };
    delivery.send(user.session, &ntf).map_err(|_| {
        warn!(
            "the host of another server is too long for a packet: {:?}",
            place.host
        );
        ErrorCode::PEER_UNREACHABLE
    })
}
