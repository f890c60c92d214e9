//! What must hold for every message in every codec, and for any bytes as a body in any of them.

#[path = "support/any_baccarat.rs"]
mod any_baccarat;
#[path = "support/any_codec.rs"]
mod any_codec;
#[path = "support/any_compression.rs"]
mod any_compression;
#[path = "support/any_message.rs"]
mod any_message;
#[path = "support/any_table.rs"]
mod any_table;

use any_codec::{check_any_codec, check_message};
use any_compression::{check_compressed, check_compression};
use any_message::{Values, any_packet_id, any_users, any_values, room_users};
use any_table::AnyMessage;
use proptest::prelude::*;
use protocol::{
    Codec, HEADER_SIZE,
    message::{Encode, Message, RoomUserListNtf},
};

fn any_codec() -> impl Strategy<Value = Codec> {
    prop::sample::select(&Codec::ALL[..])
}

/// Bytes that Snappy finds something in.
fn any_repetitive() -> impl Strategy<Value = Vec<u8>> {
    let run = (any::<u8>(), 0..200_usize).prop_map(|(byte, count)| vec![byte; count]);
    prop::collection::vec(run, 0..8).prop_map(|runs| runs.concat())
}

proptest! {
    #[test]
    fn any_message_survives_every_codec(values in any_values()) {
        for message in values.messages() {
            check_message(&message);
        }
    }

    #[test]
    fn any_list_of_users_survives_every_codec(users in any_users(127)) {
        let users = room_users(&users);
        check_message(&AnyMessage::Chat(Message::RoomUserListNtf(RoomUserListNtf { users })));
    }

    #[test]
    fn any_bytes_are_a_message_or_an_error(
        codec in any_codec(),
        packet_id in any_packet_id(),
        body in prop::collection::vec(any::<u8>(), 0..120),
    ) {
        check_any_codec(codec, packet_id, &body);
    }

    /// Random bytes are seldom close to a message; a message with one byte changed is, or with its end cut off.
    #[test]
    fn any_message_with_a_byte_changed_is_a_message_or_an_error(
        codec in any_codec(),
        values in any_values(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        for message in values.messages() {
            let Ok(packet) = message.encode_as(codec) else { continue };
            let mut body = packet.as_bytes()[HEADER_SIZE..].to_vec();
            if !body.is_empty() {
                let at = at.index(body.len());
                check_any_codec(codec, message.packet_id(), &body[..at]);
                body[at] = byte;
                check_any_codec(codec, message.packet_id(), &body);
            }
        }
    }

    #[test]
    fn any_packet_is_the_same_after_it_was_compressed(body in any_repetitive()) {
        let packet = protocol::message::Echo { bytes: &body }.encode()?;
        check_compression(packet.as_bytes());
    }

    #[test]
    fn any_bytes_are_decompressed_within_the_limit(
        body in prop::collection::vec(any::<u8>(), 0..120),
        max_packet in 0..2000_usize,
    ) {
        check_compressed(&body, max_packet);
    }

    #[test]
    fn any_compressed_body_with_a_byte_changed_is_decompressed_within_the_limit(
        body in any_repetitive(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut body = snap::raw::Encoder::new().compress_vec(&body).expect("small");
        let at = at.index(body.len());
        body[at] = byte;
        check_compressed(&body, 1024);
    }
}

#[test]
fn an_empty_message_survives_every_codec() {
    for message in Values::empty().messages() {
        check_message(&message);
    }
}
