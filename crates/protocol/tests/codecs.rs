//! Every message in every codec, against bodies that other encoders made, and what a codec takes beyond those.
//!
//! `vectors/bodies.txt` is made by `vectors/make.py`; that the binary bodies are the messages they should be is
//! tested in `messages.rs`.

#[path = "support/any_table.rs"]
mod any_table;

use any_table::AnyMessage;
use protocol::{
    Codec, ErrorCode, PacketError, PacketId,
    message::{
        Decode, Encode, ErrorNtf, LoginReq, LoginRes, Message, PingReq, RoomChatNtf, RoomChatReq,
        RoomEnterReq, RoomEnterRes, RoomLeaveReq, RoomUser, RoomUserListNtf, WhisperReq, baccarat,
    },
};

const BODIES: &str = include_str!("vectors/bodies.txt");

/// One message: its id, and its body in each codec, in the order of [`Codec::ALL`].
struct Vector {
    packet_id: PacketId,
    bodies: [Vec<u8>; 3],
}

fn vectors() -> Vec<Vector> {
    let lines = BODIES.lines().filter(|line| !line.starts_with('#'));
    lines.map(vector).collect()
}

fn vector(line: &str) -> Vector {
    let mut words = line.split(' ');
    let name = words.next();
    let id = PacketId::ALL.iter().find(|id| id.name() == name);
    let bodies: Vec<_> = words.map(body).collect();
    Vector {
        packet_id: *id.expect("a packet id"),
        bodies: bodies.try_into().expect("three bodies"),
    }
}

fn body(hex: &str) -> Vec<u8> {
    let digits = hex.strip_prefix('-').unwrap_or(hex).as_bytes();
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("a byte");
    digits.chunks(2).map(byte).collect()
}

#[test]
fn every_message_is_the_bytes_of_the_other_encoders() {
    for vector in vectors() {
        let [binary, ..] = &vector.bodies;
        let mut scratch = Vec::new();
        let message = AnyMessage::decode_as(Codec::Binary, vector.packet_id, binary, &mut scratch)
            .expect("a body")
            .expect("a message");
        for codec in Codec::ALL {
            let packet = message.encode_as(codec).expect("it fits");
            let body = &packet.as_bytes()[5..];
            assert_eq!(body, vector.bodies[codec as usize], "{codec} {message:?}");
            assert_eq!(packet.as_bytes()[2..4], vector.packet_id.0.to_le_bytes());
        }
    }
}

#[test]
fn the_bytes_of_the_other_encoders_are_every_message() {
    for vector in vectors() {
        let [binary, ..] = &vector.bodies;
        let mut scratch = Vec::new();
        let message =
            AnyMessage::decode_as(Codec::Binary, vector.packet_id, binary, &mut scratch).expect("a body");
        for codec in Codec::ALL {
            let body = &vector.bodies[codec as usize];
            let mut scratch = Vec::new();
            let decoded = AnyMessage::decode_as(codec, vector.packet_id, body, &mut scratch);
            assert_eq!(decoded.as_ref(), Ok(&message), "{codec} {message:?}");
            assert_eq!(
                message.as_ref().map(AnyMessage::packet_id),
                Some(vector.packet_id)
            );
        }
    }
}

#[test]
fn every_message_has_a_vector() {
    let mut ids: Vec<_> = vectors().iter().map(|vector| vector.packet_id).collect();
    ids.dedup();
    ids.sort();
    ids.dedup();
    let mut expected = [Message::IDS, baccarat::Message::IDS].concat();
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn other_ids_are_no_message_in_any_codec() {
    for codec in Codec::ALL {
        for packet_id in [PacketId::GAME_BET_REQ, PacketId::TABLE_NTF, PacketId(9999)] {
            let mut scratch = Vec::new();
            assert_eq!(Message::decode_as(codec, packet_id, &[1], &mut scratch), Ok(None));
        }
    }
}

// ANCHOR: three_codecs
#[test]
fn the_same_chat_message_in_three_codecs() {
    let hello = RoomChatNtf {
        unique_id: 3,
        message: "hello",
    };
    for (codec, bytes) in [
        (
            Codec::Binary,
            &b"\x14\0\xdd\x02\0\x03\0\0\0\0\0\0\0\x05\0hello"[..],
        ),
        (
            Codec::MsgPack,
            b"\x1e\0\xdd\x02\0\x82\xacUserUniqueId\x03\xa3Msg\xa5hello",
        ),
        (Codec::Protobuf, b"\x0e\0\xdd\x02\0\x08\x03\x12\x05hello"),
    ] {
        let packet = hello.encode_as(codec).expect("a small packet");
        assert_eq!(packet.as_bytes(), bytes, "{codec}");
        let mut scratch = Vec::new();
        let decoded = RoomChatNtf::decode_as(codec, &bytes[5..], &mut scratch);
        assert_eq!(decoded.as_ref(), Ok(&hello), "{codec}");
    }
}
// ANCHOR_END: three_codecs

// ANCHOR: field_added
/// A newer sender says with each chat message when it was said; this reader has not heard of that.
#[test]
fn a_field_added_is_an_error_in_binary_and_skipped_in_the_others() {
    let hello = Ok(RoomChatReq { message: "hello" });
    let mut scratch = Vec::new();
    let body = b"\x82\xa3Msg\xa5hello\xa4Time\xce\x6a\0\0\0";
    let decoded = RoomChatReq::decode_as(Codec::MsgPack, body, &mut scratch);
    assert_eq!(decoded, hello);

    let mut scratch = Vec::new();
    let body = b"\x0a\x05hello\x10\x80\x80\x80\xd0\x06";
    let decoded = RoomChatReq::decode_as(Codec::Protobuf, body, &mut scratch);
    assert_eq!(decoded, hello);

    let body = b"\x05\0hello\0\0\0\x6a";
    let error = RoomChatReq::decode(body).expect_err("four bytes too many");
    assert_eq!(
        error.to_string(),
        "4 bytes are left over after the last field, at byte 7"
    );
}
// ANCHOR_END: field_added

/// The classic client writes every number as one of 64 bits.
#[test]
fn msgpack_numbers_may_have_any_width() {
    let room = |body: &[u8]| {
        let body = [b"\x81\xaaRoomNumber", body].concat();
        RoomEnterReq::decode_as(Codec::MsgPack, &body, &mut Vec::new()).map(|enter| enter.room)
    };
    for seven in [
        &[7][..],
        &[0xcc, 7],
        &[0xcd, 0, 7],
        &[0xce, 0, 0, 0, 7],
        &[0xcf, 0, 0, 0, 0, 0, 0, 0, 7],
        &[0xd0, 7],
        &[0xd1, 0, 7],
        &[0xd2, 0, 0, 0, 7],
        &[0xd3, 0, 0, 0, 0, 0, 0, 0, 7],
    ] {
        assert_eq!(room(seven), Ok(7), "{seven:?}");
    }
    for minus_one in [
        &[0xff][..],
        &[0xd0, 0xff],
        &[0xd1, 0xff, 0xff],
        &[0xd2, 0xff, 0xff, 0xff, 0xff],
        &[0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ] {
        assert_eq!(room(minus_one), Ok(-1), "{minus_one:?}");
    }
    let error = room(&[0xce, 0xff, 0xff, 0xff, 0xff]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "number 4294967295 is out of the range of field RoomNumber"
    );
}

/// Most libraries write so what is not there.
#[test]
fn msgpack_nil_is_missing_where_a_field_may_be_missing() {
    let ping = |body: &[u8]| {
        let ping = PingReq::decode_as(Codec::MsgPack, body, &mut Vec::new());
        ping.map(|ping| ping.number).map_err(|error| error.to_string())
    };
    for nothing in [&b""[..], b"\x80", b"\x81\xa6Number\xc0", b"\x81\xa3New\x07"] {
        assert_eq!(ping(nothing), Ok(None), "{nothing:?}");
    }
    assert_eq!(ping(b"\x81\xa6Number\0"), Ok(Some(0)));
    for (body, error) in [
        (
            &b"\x81\xa6Number\xa0"[..],
            "field Number at byte 8 is a text, not a whole number",
        ),
        (
            b"\x81\xa6Number\xc2",
            "field Number at byte 8 is true or false, not a whole number",
        ),
        (
            b"\x81\xc4\x06Number\x07",
            "name Number at byte 1 is bin, not a text",
        ),
    ] {
        assert_eq!(ping(body), Err(error.to_owned()));
    }
}

/// Of another version of the client, say: names that nobody knows, in another order.
#[test]
fn msgpack_names_may_be_unknown_and_in_any_order() {
    let body = b"\x84\xa3New\x92\xc0\x81\x01\xc3\xa3Msg\xa2hi\x05\xcb12345678\xacUserUniqueId\x09";
    let mut scratch = Vec::new();
    let decoded = RoomChatNtf::decode_as(Codec::MsgPack, body, &mut scratch);
    let expected = RoomChatNtf {
        unique_id: 9,
        message: "hi",
    };
    assert_eq!(decoded, Ok(expected));
}

#[test]
fn msgpack_lengths_may_be_longer_than_they_must() {
    for body in [
        &b"\xde\0\x01\xd9\x03Msg\xda\0\x02hi"[..],
        b"\xdf\0\0\0\x01\xdb\0\0\0\x03Msg\xdb\0\0\0\x02hi",
    ] {
        let mut scratch = Vec::new();
        let decoded = RoomChatReq::decode_as(Codec::MsgPack, body, &mut scratch);
        assert_eq!(decoded, Ok(RoomChatReq { message: "hi" }), "{body:?}");
    }
}

#[test]
fn msgpack_has_success_as_0() {
    let success = LoginRes {
        result: ErrorCode::NONE,
    };
    let packet = success.encode_as(Codec::MsgPack).expect("small");
    assert_eq!(&packet.as_bytes()[5..], b"\x81\xa6Result\x00");
    let full = b"\x81\xa9ErrorCode\x41";
    let decoded = ErrorNtf::decode_as(Codec::MsgPack, full, &mut Vec::new());
    let error = ErrorCode::SERVER_FULL;
    assert_eq!(decoded, Ok(ErrorNtf { error }));
}

/// A map of nothing may be written or left out.
#[test]
fn a_msgpack_body_without_bytes_is_a_map_without_entries() {
    for body in [&b""[..], b"\x80", b"\x81\xa3New\x01"] {
        let scratch = &mut Vec::new();
        assert_eq!(
            RoomLeaveReq::decode_as(Codec::MsgPack, body, scratch),
            Ok(RoomLeaveReq {})
        );
        let ping = PingReq::decode_as(Codec::MsgPack, body, scratch);
        assert_eq!(ping, Ok(PingReq { number: None }));
    }
}

/// Fields in any order, unknown fields of every kind, and a field that comes twice: the last counts.
#[test]
fn protobuf_fields_may_be_unknown_and_in_any_order() {
    let body =
        b"\x12\x02no\x12\x02hi\x78\x05\x79\0\0\0\0\0\0\0\0\x7a\x01x\x7d\0\0\0\0\x7b\x78\x01\x7c\x08\x09";
    let mut scratch = Vec::new();
    let decoded = RoomChatNtf::decode_as(Codec::Protobuf, body, &mut scratch);
    let expected = RoomChatNtf {
        unique_id: 9,
        message: "hi",
    };
    assert_eq!(decoded, Ok(expected));
}

/// proto3 does not send a field that has its default, so only a result can be missed.
#[test]
fn a_missing_protobuf_field_is_its_default_but_no_result_is_success() {
    let scratch = &mut Vec::new();
    let decoded = WhisperReq::decode_as(Codec::Protobuf, b"", scratch);
    let nobody = WhisperReq {
        user_id: "",
        message: "",
    };
    assert_eq!(decoded, Ok(nobody));
    let missing = LoginRes::decode_as(Codec::Protobuf, b"", scratch).unwrap_err();
    assert_eq!(missing.to_string(), "field result is missing");
    let cut = RoomEnterRes::decode_as(Codec::Protobuf, b"\x10\x07", scratch);
    assert_eq!(cut, Err(PacketError::MissingField { name: "result" }));
    let none = LoginRes { result: ErrorCode(0) };
    assert_eq!(
        none.encode_as(Codec::Protobuf),
        Err(PacketError::MissingField { name: "result" })
    );
}

/// What cannot go through every codec goes through none of those that are not binary.
#[test]
fn what_the_binary_codec_cannot_carry_the_others_refuse() {
    let name = "x".repeat(128);
    let message = "x".repeat(32_768);
    for codec in Codec::ALL {
        let long_name = WhisperReq {
            user_id: &name,
            message: "",
        };
        let too_long = |length, max| Err(PacketError::TextTooLong { length, max });
        assert_eq!(long_name.encode_as(codec), too_long(128, 127), "{codec}");
        let long_message = RoomChatReq { message: &message };
        assert_eq!(long_message.encode_as(codec), too_long(32_768, 32_767), "{codec}");
        let user = RoomUser {
            unique_id: 1,
            user_id: "bob",
        };
        let list = RoomUserListNtf {
            users: vec![user; 128],
        };
        assert_eq!(
            list.encode_as(codec),
            Err(PacketError::TooMany { count: 128, max: 127 })
        );
    }
}

#[test]
fn a_login_that_is_no_text_cannot_be_sent_as_one() {
    let login = LoginReq {
        user_id: [0xff; 16],
        password: [0; 16],
    };
    assert!(login.encode_as(Codec::Binary).is_ok());
    for codec in [Codec::MsgPack, Codec::Protobuf] {
        let error = login.encode_as(codec).unwrap_err();
        assert!(matches!(error, PacketError::NotUtf8 { .. }), "{error}");
    }
}
