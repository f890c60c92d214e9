//! What must hold for any bytes as a body in any codec, for the property tests and for `fuzz/`.

use protocol::{
    Codec, HEADER_SIZE, PacketError, PacketId,
    message::{Decode, Encode, Message, RoomUserListNtf},
};

use super::any_table::AnyMessage;

/// A body is an error, or a message that goes through every codec.
pub(crate) fn check_any_codec(codec: Codec, packet_id: PacketId, body: &[u8]) {
    let mut scratch = Vec::new();
    if let Ok(Some(message)) = AnyMessage::decode_as(codec, packet_id, body, &mut scratch) {
        assert_eq!(message.packet_id(), packet_id);
        check_message(&message);
    }
}

/// Every codec carries the message, or says why it cannot.
pub(crate) fn check_message(message: &AnyMessage<'_>) {
    for codec in Codec::ALL {
        match message.encode_as(codec) {
            Ok(packet) => {
                check_body(codec, message, &packet.as_bytes()[HEADER_SIZE..]);
            }
            Err(error) => check_refusal(codec, message, &error),
        }
    }
    if let AnyMessage::Chat(Message::RoomUserListNtf(list)) = message {
        check_split(list);
    }
}

fn check_body(codec: Codec, message: &AnyMessage<'_>, body: &[u8]) {
    let mut scratch = Vec::new();
    let decoded = AnyMessage::decode_as(codec, message.packet_id(), body, &mut scratch);
    assert_eq!(decoded.as_ref(), Ok(&Some(message.clone())), "{codec}");
}

/// Only a name, a password or a ticket that is no text, and a result of 0, stay behind.
fn check_refusal(codec: Codec, message: &AnyMessage<'_>, error: &PacketError) {
    match error {
        PacketError::NotUtf8 { .. } => assert!(matches!(
            message,
            AnyMessage::Chat(Message::LoginReq(_) | Message::RoomElsewhereNtf(_))
        )),
        PacketError::MissingField { .. } => assert_eq!(codec, Codec::Protobuf),
        other => panic!("{codec}: {other}: {message:?}"),
    }
    assert_ne!(codec, Codec::Binary);
}

fn check_split(list: &RoomUserListNtf<'_>) {
    const MAX_PACKET: usize = 256;
    for codec in Codec::ALL {
        let packets = RoomUserListNtf::split_as(codec, list.users.iter().copied(), MAX_PACKET);
        let mut together = Vec::new();
        for packet in packets.expect("a name of 127 bytes fits") {
            let packet = packet.as_bytes();
            assert!(packet.len() <= MAX_PACKET, "{codec}: {}", packet.len());
            let (body, mut scratch) = (&packet[HEADER_SIZE..], Vec::new());
            let part = RoomUserListNtf::decode_as(codec, body, &mut scratch).expect("a list");
            assert!(!part.users.is_empty());
            together.extend(
                part.users
                    .iter()
                    .map(|user| (user.unique_id, user.user_id.to_owned())),
            );
        }
        let users = list.users.iter();
        assert!(
            users
                .map(|user| (user.unique_id, user.user_id.to_owned()))
                .eq(together)
        );
    }
}
