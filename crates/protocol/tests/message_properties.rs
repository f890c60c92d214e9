//! What must hold for every message, whatever its fields, and for any bytes under any id.

#[path = "support/any_body.rs"]
mod any_body;

use any_body::{check_any_body, check_any_packet};
use proptest::prelude::*;
use protocol::{
    ErrorCode, PacketId,
    message::{
        Echo, ErrorNtf, LoginReq, LoginRes, Message, PingReq, PingRes, RoomChatNtf, RoomChatReq, RoomChatRes,
        RoomEnterReq, RoomEnterRes, RoomInviteDeclineNtf, RoomInviteDeclineReq, RoomInviteNtf, RoomInviteReq,
        RoomInviteRes, RoomLeaveReq, RoomLeaveRes, RoomLeaveUserNtf, RoomNewUserNtf, RoomRelayNtf,
        RoomRelayReq, RoomUser, RoomUserListNtf, WhisperNtf, WhisperReq, WhisperRes,
    },
};

/// What the fields of a message are made of. A message borrows its texts, so they need an owner.
#[derive(Debug, Clone)]
struct Values {
    result: ErrorCode,
    room: i32,
    unique_id: u64,
    number: Option<i16>,
    padded: [u8; 16],
    user_id: String,
    message: String,
    bytes: Vec<u8>,
    users: Vec<(u64, String)>,
}

prop_compose! {
    fn any_values()(
        result in any::<i16>().prop_map(ErrorCode),
        room in any::<i32>(),
        unique_id in any::<u64>(),
        number in any::<Option<i16>>(),
        padded in any::<[u8; 16]>(),
        user_id in any_text(31),
        message in any_text(300),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        users in any_users(12),
    ) -> Values {
        Values { result, room, unique_id, number, padded, user_id, message, bytes, users }
    }
}

/// Any characters, control characters too. Each has 4 bytes at most, so that 31 of them fit into a name.
fn any_text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 0..=most).prop_map(String::from_iter)
}

fn any_users(most: usize) -> impl Strategy<Value = Vec<(u64, String)>> {
    prop::collection::vec((any::<u64>(), any_text(31)), 0..=most)
}

impl Values {
    /// One message of every id.
    fn messages(&self) -> Vec<Message<'_>> {
        let mut messages = self.session_messages();
        messages.extend(self.room_messages());
        messages.extend(self.messages_between_users());
        messages
    }

    fn session_messages(&self) -> Vec<Message<'_>> {
        let (number, result, bytes) = (self.number, self.result, &self.bytes[..]);
        vec![
            Message::Echo(Echo { bytes }),
            Message::PingReq(PingReq { number }),
            Message::PingRes(PingRes { number }),
            Message::ErrorNtf(ErrorNtf { error: result }),
            Message::LoginReq(LoginReq {
                user_id: self.padded,
                password: self.padded,
            }),
            Message::LoginRes(LoginRes { result }),
        ]
    }

    fn room_messages(&self) -> Vec<Message<'_>> {
        let (unique_id, room, result) = (self.unique_id, self.room, self.result);
        let (user_id, message, bytes) = (&self.user_id[..], &self.message[..], &self.bytes[..]);
        vec![
            Message::RoomEnterReq(RoomEnterReq { room }),
            Message::RoomEnterRes(RoomEnterRes {
                result,
                room,
                user_unique_id: unique_id,
            }),
            Message::RoomUserListNtf(RoomUserListNtf {
                users: room_users(&self.users),
            }),
            Message::RoomNewUserNtf(RoomNewUserNtf { unique_id, user_id }),
            Message::RoomLeaveReq(RoomLeaveReq {}),
            Message::RoomLeaveRes(RoomLeaveRes { result }),
            Message::RoomLeaveUserNtf(RoomLeaveUserNtf { unique_id }),
            Message::RoomChatReq(RoomChatReq { message }),
            Message::RoomChatRes(RoomChatRes { result }),
            Message::RoomChatNtf(RoomChatNtf { unique_id, message }),
            Message::RoomRelayReq(RoomRelayReq { bytes }),
            Message::RoomRelayNtf(RoomRelayNtf { unique_id, bytes }),
        ]
    }

    fn messages_between_users(&self) -> Vec<Message<'_>> {
        let (user_id, message, result) = (&self.user_id[..], &self.message[..], self.result);
        let room = self.room;
        vec![
            Message::WhisperReq(WhisperReq { user_id, message }),
            Message::WhisperRes(WhisperRes { result }),
            Message::WhisperNtf(WhisperNtf { user_id, message }),
            Message::RoomInviteReq(RoomInviteReq { user_id }),
            Message::RoomInviteRes(RoomInviteRes { result }),
            Message::RoomInviteNtf(RoomInviteNtf { user_id, room }),
            Message::RoomInviteDeclineReq(RoomInviteDeclineReq { user_id }),
            Message::RoomInviteDeclineNtf(RoomInviteDeclineNtf { user_id }),
        ]
    }
}

fn room_users(users: &[(u64, String)]) -> Vec<RoomUser<'_>> {
    users
        .iter()
        .map(|(unique_id, user_id)| RoomUser {
            unique_id: *unique_id,
            user_id,
        })
        .collect()
}

/// Whether the first `length` bytes of this message's body are a body too.
fn is_a_body_when_cut(message: &Message<'_>, length: usize) -> bool {
    match message {
        Message::Echo(_) | Message::RoomRelayReq(_) => true,
        Message::RoomRelayNtf(_) => length >= 8,
        Message::PingReq(_) | Message::PingRes(_) => length == 0,
        _ => false,
    }
}

/// Whether it stays a body with one byte more.
fn is_a_body_when_longer(message: &Message<'_>) -> bool {
    matches!(
        message,
        Message::Echo(_) | Message::RoomRelayReq(_) | Message::RoomRelayNtf(_)
    )
}

/// An id of the chat most of the time, or any other.
fn any_packet_id() -> impl Strategy<Value = PacketId> {
    prop_oneof![
        9 => prop::sample::select(Message::IDS),
        1 => any::<u16>().prop_map(PacketId),
    ]
}

proptest! {
    #[test]
    fn any_message_survives_encode_and_decode(values in any_values()) {
        for message in values.messages() {
            let packet = message.encode()?;
            let body = &packet.as_bytes()[5..];
            prop_assert_eq!(Message::decode(message.packet_id(), body), Ok(Some(message)));
        }
    }

    #[test]
    fn a_body_that_is_cut_or_longer_is_an_error(values in any_values()) {
        for message in values.messages() {
            let packet = message.encode()?;
            let body = &packet.as_bytes()[5..];
            for length in 0..body.len() {
                let cut = Message::decode(message.packet_id(), &body[..length]).is_ok();
                prop_assert_eq!(cut, is_a_body_when_cut(&message, length), "{} of {:?}", length, message);
            }
            let longer = [body, &[0]].concat();
            let longer = Message::decode(message.packet_id(), &longer);
            prop_assert_eq!(longer.is_ok(), is_a_body_when_longer(&message), "{:?}", message);
        }
    }

    #[test]
    fn any_bytes_under_any_id_are_read_and_shown(
        packet_id in any_packet_id(),
        packet_type in prop_oneof![3 => Just(0_u8), 1 => any::<u8>()],
        body in prop::collection::vec(any::<u8>(), 0..120),
    ) {
        check_any_body(packet_id, packet_type, &body);
    }

    /// Random bytes are seldom close to a message; a message with one byte changed is.
    #[test]
    fn any_message_with_a_byte_changed_is_read_and_shown(
        values in any_values(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        for message in values.messages() {
            let mut packet = message.encode()?.into_bytes();
            let body = &mut packet[5..];
            check_any_body(message.packet_id(), 0, body);
            if !body.is_empty() {
                body[at.index(body.len())] = byte;
                check_any_body(message.packet_id(), 0, body);
            }
        }
    }

    #[test]
    fn any_bytes_are_shown_as_a_packet(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        check_any_packet(&bytes);
    }

    #[test]
    fn any_list_of_users_is_split_without_a_loss(users in any_users(300), max_packet in 142_usize..9000) {
        let users = room_users(&users);
        let mut together = Vec::new();
        let packets = RoomUserListNtf::split(users.iter().copied(), max_packet)?;
        for packet in &packets {
            prop_assert!(packet.as_bytes().len() <= max_packet);
            let list = RoomUserListNtf::decode(&packet.as_bytes()[5..])?;
            prop_assert!((1..=127).contains(&list.users.len()));
            together.extend(list.users);
        }
        prop_assert_eq!(together, users);
    }
}

#[test]
fn the_properties_are_tested_for_every_id() {
    let values = Values {
        result: ErrorCode::NONE,
        room: 0,
        unique_id: 0,
        number: None,
        padded: [0; 16],
        user_id: String::new(),
        message: String::new(),
        bytes: Vec::new(),
        users: Vec::new(),
    };
    let ids: Vec<_> = values.messages().iter().map(Message::packet_id).collect();
    assert_eq!(ids, Message::IDS);
}
