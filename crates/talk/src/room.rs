//! Requests of a member in its room: messages, relays, invitations.

use std::sync::Arc;

use protocol::message::{
    RoomChatNtf, RoomChatReq, RoomChatRes, RoomInviteNtf, RoomInviteReq, RoomInviteRes, RoomRelayNtf,
    RoomRelayReq,
};
use protocol::{ErrorCode, HEADER_SIZE};
use rooms::{Incoming, Member, RoomContext, result};

use crate::anywhere::Way;
use crate::elsewhere::{Elsewhere, other_user};
use crate::invitations::{Invitations, Invited};
use crate::length::check_length;

// ANCHOR: chat
/// The sender's own notification comes before its result.
pub(crate) fn chat(
    room: &mut RoomContext<'_>,
    from: &Member,
    packet: &mut Incoming<'_>,
) -> Result<(), ErrorCode> {
    let result = result(say(room, from, packet));
    room.send(&from.session, &RoomChatRes { result })
}

fn say(room: &mut RoomContext<'_>, from: &Member, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
    let RoomChatReq { message } = packet.decode()?;
    check_length(message)?;
    let unique_id = from.unique_id;
    room.send_to_all(&RoomChatNtf { unique_id, message })
}
// ANCHOR_END: chat

pub(crate) fn relay(
    room: &mut RoomContext<'_>,
    from: &Member,
    packet: &mut Incoming<'_>,
    max_packet: usize,
) -> Result<(), ErrorCode> {
    let RoomRelayReq { bytes } = packet.decode()?;
    // What goes out is longer than what came, by the id of the sender.
    if HEADER_SIZE + size_of::<u64>() + bytes.len() > max_packet {
        return Err(ErrorCode::PACKET_DECODING_FAIL);
    }
    let unique_id = from.unique_id;
    room.send_to_all(&RoomRelayNtf { unique_id, bytes })
}

pub(crate) fn invite(
    invitations: &Invitations,
    elsewhere: Option<&Elsewhere>,
    room: &mut RoomContext<'_>,
    from: &Member,
    packet: &mut Incoming<'_>,
) -> Result<(), ErrorCode> {
    let result = match invited(invitations, elsewhere, room, from, packet) {
        Ok(Way::Asked) => return Ok(()),
        Ok(Way::Done) => ErrorCode::NONE,
        Err(reason) => reason,
    };
    room.send(&from.session, &RoomInviteRes { result })
}

fn invited(
    invitations: &Invitations,
    elsewhere: Option<&Elsewhere>,
    room: &mut RoomContext<'_>,
    from: &Member,
    packet: &mut Incoming<'_>,
) -> Result<Way, ErrorCode> {
    let RoomInviteReq { user_id } = packet.decode()?;
    let Some(invited) = room.find_user(user_id) else {
        let elsewhere = elsewhere.ok_or(ErrorCode::WHISPER_NO_SUCH_USER)?;
        let invited = other_user(&from.user_id, user_id)?;
        invite_elsewhere(invitations, elsewhere, room, from, invited);
        return Ok(Way::Asked);
    };
    // Sessions are compared, not names: a name can be written in more than one way.
    if invited.id() == from.session.id() {
        return Err(ErrorCode::WHISPER_SELF);
    }
    if room
        .members()
        .iter()
        .any(|member| member.session.id() == invited.id())
    {
        return Err(ErrorCode::INVITED_USER_IN_ROOM);
    }
    // Noted before it is sent, so that no answer can be faster.
    invitations.invite(inviter(from), Invited::Here(invited.id()), room.number());
    let (user_id, room_number) = (&*from.user_id, room.number());
    let invitation = RoomInviteNtf {
        user_id,
        room: room_number,
    };
    room.send(&invited, &invitation)?;
    Ok(Way::Done)
}

/// The same for a user on another server.
fn invite_elsewhere(
    invitations: &Invitations,
    elsewhere: &Elsewhere,
    room: &mut RoomContext<'_>,
    from: &Member,
    invited: Arc<str>,
) {
    let afar = Invited::Afar(Arc::clone(&invited));
    invitations.invite(inviter(from), afar, room.number());
    let ticket = room.park(from);
    elsewhere.invite(inviter(from), invited, room.number(), ticket);
}

/// The other server has answered. Only where nobody knows whether the invitation has arrived it stays open.
pub(crate) fn invited_elsewhere(
    invitations: &Invitations,
    room: &mut RoomContext<'_>,
    from: Option<&Member>,
    (inviter, invited): (u64, &str),
    outcome: Result<(), ErrorCode>,
) {
    if outcome.is_err_and(|reason| reason != ErrorCode::PEER_UNREACHABLE) {
        invitations.withdraw(inviter, invited);
    }
    if let Some(member) = from {
        let result = result(outcome);
        // A packet of one number can always be built.
        let _ = room.send(&member.session, &RoomInviteRes { result });
    }
}

fn inviter(member: &Member) -> (u64, &str) {
    (member.session.id(), &member.user_id)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use protocol::message::Message;
    use protocol::{DEFAULT_MAX_PACKET, Packet, PacketError, PacketId};
    use rooms::testing::{Recorder, TestRoom};
    use rooms::{Handled, RoomLogic};

    use super::*;
    use crate::Talk;

    /// A room in which nothing is done but to talk.
    struct TalkRoom(Talk);

    impl RoomLogic for TalkRoom {
        type Event = Infallible;

        fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
            self.0.entered(room, member);
        }

        fn packet(
            &mut self,
            room: &mut RoomContext<'_>,
            from: &Member,
            packet: &mut Incoming<'_>,
        ) -> Result<Handled, ErrorCode> {
            self.0.room_packet(room, from, packet)
        }
    }

    fn room() -> (TestRoom<TalkRoom>, Talk) {
        let talk = Talk::new(DEFAULT_MAX_PACKET);
        (TestRoom::new(TalkRoom(talk.clone())).unwrap(), talk)
    }

    fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
        packet.unwrap().into_bytes()
    }

    /// What a member was sent, as text that names all fields.
    fn heard(member: &Recorder) -> Vec<String> {
        member.packets(|frame| {
            let message = Message::decode(frame.header.packet_id, frame.body());
            format!("{:?}", message.unwrap().unwrap())
        })
    }

    #[test]
    fn a_message_goes_to_all_and_its_result_to_the_sender_behind_it() {
        let (mut room, _) = room();
        let (alice, alice_hears) = room.enter("alice").unwrap();
        let (_, bob_hears) = room.enter("bob").unwrap();
        heard(&alice_hears);
        let chat = RoomChatReq { message: "안녕" };
        assert_eq!(room.packet(alice, &bytes(chat.encode())), Ok(Handled::Yes));
        let message = "RoomChatNtf(RoomChatNtf { unique_id: 1, message: \"안녕\" })";
        let result = "RoomChatRes(RoomChatRes { result: ErrorCode(1) })";
        assert_eq!(heard(&alice_hears), [message, result]);
        assert_eq!(heard(&bob_hears), [message]);
    }

    #[test]
    fn a_message_of_a_wrong_length_is_for_nobody() {
        let (mut room, _) = room();
        let (alice, alice_hears) = room.enter("alice").unwrap();
        for (message, result) in [
            ("", "ErrorCode(151)"),
            (&*"x".repeat(126), "ErrorCode(1)"),
            (&*"x".repeat(127), "ErrorCode(151)"),
        ] {
            room.packet(alice, &bytes(RoomChatReq { message }.encode()))
                .unwrap();
            let last = heard(&alice_hears).pop().unwrap();
            assert_eq!(last, format!("RoomChatRes(RoomChatRes {{ result: {result} }})"));
        }
    }

    #[test]
    fn a_relay_leaves_room_for_the_id_of_its_sender() {
        let (mut room, _) = room();
        let (alice, alice_hears) = room.enter("alice").unwrap();
        let largest = vec![7; DEFAULT_MAX_PACKET - 13];
        room.packet(alice, &bytes(RoomRelayReq { bytes: &largest }.encode()))
            .unwrap();
        let sizes = alice_hears.packets(|frame| frame.bytes.len());
        assert_eq!(sizes, [DEFAULT_MAX_PACKET]);
        let larger = vec![7; DEFAULT_MAX_PACKET - 12];
        let refused = room.packet(alice, &bytes(RoomRelayReq { bytes: &larger }.encode()));
        assert_eq!(refused, Err(ErrorCode::PACKET_DECODING_FAIL));
        assert!(heard(&alice_hears).is_empty());
    }

    #[test]
    fn an_invitation_needs_somebody_who_is_not_here() {
        let (mut room, talk) = room();
        let (alice, alice_hears) = room.enter("alice").unwrap();
        room.enter("bob").unwrap();
        let (carol, carol_hears) = room.log_in("carol");
        heard(&alice_hears);
        for (user_id, result) in [("nobody", 152), ("alice", 153), ("bob", 154), ("carol", 1)] {
            room.packet(alice, &bytes(RoomInviteReq { user_id }.encode()))
                .unwrap();
            let expected = format!("RoomInviteRes(RoomInviteRes {{ result: ErrorCode({result}) }})");
            assert_eq!(heard(&alice_hears), [expected], "{user_id}");
        }
        assert_eq!(
            heard(&carol_hears),
            ["RoomInviteNtf(RoomInviteNtf { user_id: \"alice\", room: 1 })"]
        );
        assert!(
            talk.invitations.decline((carol.id(), "carol"), 1),
            "alice's session is the first"
        );
    }

    #[test]
    fn what_is_no_talk_is_for_others() {
        let (mut room, _) = room();
        let (alice, _) = room.enter("alice").unwrap();
        let bet = bytes(Packet::framed(PacketId::GAME_BET_REQ).put_i8(1).build());
        assert_eq!(room.packet(alice, &bet), Ok(Handled::UnknownId));
    }
}
