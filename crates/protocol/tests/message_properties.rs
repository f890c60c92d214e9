//! What must hold for every message, whatever its fields, and for any bytes under any id.

#[path = "support/any_baccarat.rs"]
mod any_baccarat;
#[path = "support/any_body.rs"]
mod any_body;
#[path = "support/any_message.rs"]
mod any_message;
#[path = "support/any_table.rs"]
mod any_table;

use any_body::{check_any_body, check_any_packet};
use any_message::{Values, any_packet_id, any_users, any_values, ids, room_users};
use any_table::AnyMessage;
use proptest::prelude::*;
use protocol::{
    Codec, PacketId,
    message::{Encode, Message, RoomUserListNtf, baccarat},
};

/// The message that this body is, in whichever table.
fn decoded(packet_id: PacketId, body: &[u8]) -> Option<AnyMessage<'_>> {
    let of_baccarat = baccarat::Message::decode(packet_id, body).ok()?;
    let of_the_chat = Message::decode(packet_id, body).ok()?;
    let of_baccarat = of_baccarat.map(AnyMessage::Baccarat);
    of_baccarat.or(of_the_chat.map(AnyMessage::Chat))
}

/// Whether the first `length` bytes of this message's body are a body too.
fn is_a_body_when_cut(message: &AnyMessage<'_>, length: usize) -> bool {
    let AnyMessage::Chat(message) = message else {
        return false;
    };
    match message {
        Message::Echo(_) | Message::RoomRelayReq(_) => true,
        Message::RoomRelayNtf(_) => length >= 8,
        Message::PingReq(_) | Message::PingRes(_) => length == 0,
        _ => false,
    }
}

/// Whether it stays a body with one byte more.
fn is_a_body_when_longer(message: &AnyMessage<'_>) -> bool {
    matches!(
        message,
        AnyMessage::Chat(Message::Echo(_) | Message::RoomRelayReq(_) | Message::RoomRelayNtf(_))
    )
}

proptest! {
    #[test]
    fn any_message_survives_encode_and_decode(values in any_values()) {
        for message in values.messages() {
            let packet = message.encode_as(Codec::Binary)?;
            let body = &packet.as_bytes()[5..];
            prop_assert_eq!(decoded(message.packet_id(), body), Some(message));
        }
    }

    #[test]
    fn a_body_that_is_cut_or_longer_is_an_error(values in any_values()) {
        for message in values.messages() {
            let packet = message.encode_as(Codec::Binary)?;
            let body = &packet.as_bytes()[5..];
            for length in 0..body.len() {
                let cut = decoded(message.packet_id(), &body[..length]).is_some();
                prop_assert_eq!(cut, is_a_body_when_cut(&message, length), "{} of {:?}", length, message);
            }
            let longer = [body, &[0]].concat();
            let longer = decoded(message.packet_id(), &longer);
            prop_assert_eq!(longer.is_some(), is_a_body_when_longer(&message), "{:?}", message);
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
            let mut packet = message.encode_as(Codec::Binary)?.into_bytes();
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
    let values = Values::empty();
    let tested: Vec<_> = values.messages().iter().map(AnyMessage::packet_id).collect();
    assert_eq!(tested, ids());
}
