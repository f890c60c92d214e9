//! Bodies that are made to harm: each is an error, and none costs more memory or stack than its bytes allow.
//!
//! All of it runs on a thread with the stack of a client thread of the servers.

use std::{borrow::Cow, thread};

use protocol::{
    Codec, Frame, HEADER_SIZE, Header, PacketError, PacketId,
    message::{Decode, Message, RoomChatNtf},
};

/// The stack that a server gives each of its client threads.
const STACK: usize = 256 * 1024;

fn on_a_small_stack(test: fn()) {
    let thread = thread::Builder::new().stack_size(STACK).spawn(test);
    thread.expect("a thread").join().expect("no panic");
}

fn error(codec: Codec, packet_id: PacketId, body: &[u8]) -> PacketError {
    let mut scratch = Vec::new();
    Message::decode_as(codec, packet_id, body, &mut scratch).expect_err("no message")
}

fn msgpack(body: &[u8]) -> String {
    error(Codec::MsgPack, PacketId::ROOM_CHAT_NTF, body).to_string()
}

fn protobuf(body: &[u8]) -> String {
    error(Codec::Protobuf, PacketId::ROOM_CHAT_NTF, body).to_string()
}

/// A map with a name that nobody knows, and `depth` arrays in each other under it.
fn nested_arrays(depth: usize) -> Vec<u8> {
    [b"\x81\xa3New".to_vec(), vec![0x91; depth], vec![0xc0]].concat()
}

/// The map is one, so 15 arrays fit into it, and a value.
#[test]
fn msgpack_nests_16_deep_and_no_deeper() {
    on_a_small_stack(|| {
        let missing = "field UserUniqueId is missing";
        assert_eq!(msgpack(&nested_arrays(15)), missing);
        assert_eq!(
            msgpack(&nested_arrays(16)),
            "value at byte 20 is nested deeper than 16"
        );
        for depth in [17, 100, 10_000, 65_000] {
            assert_eq!(
                error(Codec::MsgPack, PacketId::ROOM_CHAT_NTF, &nested_arrays(depth)),
                PacketError::NestedTooDeep { position: 20 }
            );
        }
        // Maps in the place of names.
        let maps = vec![0x81; 60_000];
        assert!(msgpack(&maps).contains("nested deeper"));
    });
}

/// Groups in each other: field 15, start and end.
fn nested_groups(depth: usize) -> Vec<u8> {
    [vec![0x7b; depth], vec![0x7c; depth]].concat()
}

#[test]
fn protobuf_nests_16_deep_and_no_deeper() {
    on_a_small_stack(|| {
        let mut scratch = Vec::new();
        assert!(RoomChatNtf::decode_as(Codec::Protobuf, &nested_groups(16), &mut scratch).is_ok());
        for depth in [17, 99, 100, 101, 30_000] {
            assert_eq!(
                protobuf(&nested_groups(depth)),
                "value at byte 16 is nested deeper than 16"
            );
        }
        assert_eq!(protobuf(&[0x7b]), "body is not a Protocol Buffers message");
        assert_eq!(protobuf(&[0x7c]), "body is not a Protocol Buffers message");
        assert_eq!(
            protobuf(&[0x7b, 0x74, 0x7c]),
            "body is not a Protocol Buffers message"
        );
    });
}

#[test]
fn a_length_beyond_the_body_is_an_error() {
    on_a_small_stack(|| {
        for (body, expected) in [
            (
                &b"\x81\xa3Msg\xa3hi"[..],
                "field at byte 6 needs 3 bytes, but 2 are left",
            ),
            (
                b"\x81\xa3Msg\xdb\xff\xff\xff\xffhi",
                "field at byte 10 needs 4294967295 bytes, but 2 are left",
            ),
            (
                b"\x81\xa3Msg\xdd\xff\xff\xff\xff\x01",
                "field at byte 11 needs 1 bytes, but 0 are left",
            ),
            (
                b"\x81\xa3New\xc9\xff\xff\xff\xff\x01",
                "field at byte 10 needs 4294967296 bytes, but 1 are left",
            ),
            (
                b"\xdf\xff\xff\xff\xff",
                "field at byte 5 needs 1 bytes, but 0 are left",
            ),
            (b"\x8f", "field at byte 1 needs 1 bytes, but 0 are left"),
            (b"\xde\xff", "field at byte 1 needs 2 bytes, but 1 are left"),
        ] {
            assert_eq!(msgpack(body), expected, "{body:?}");
        }
        for (body, expected) in [
            (
                &b"\x12\x03hi"[..],
                "field at byte 2 needs 3 bytes, but 2 are left",
            ),
            (
                b"\x12\xff\xff\xff\xff\x0fhi",
                "field at byte 6 needs 4294967295 bytes, but 2 are left",
            ),
            (b"\x08", "field at byte 1 needs 1 bytes, but 0 are left"),
            (b"\x09\0", "field at byte 1 needs 8 bytes, but 1 are left"),
        ] {
            assert_eq!(protobuf(body), expected, "{body:?}");
        }
        let endless = [&b"\x08"[..], &[0xff; 11]].concat();
        assert_eq!(
            protobuf(&endless),
            "value at byte 1 is not a number of 10 bytes at most"
        );
    });
}

#[test]
fn bytes_behind_the_map_are_an_error() {
    on_a_small_stack(|| {
        let body = b"\x82\xacUserUniqueId\x09\xa3Msg\xa2hi";
        let mut scratch = Vec::new();
        assert!(RoomChatNtf::decode_as(Codec::MsgPack, body, &mut scratch).is_ok());
        let longer = [&body[..], &[0]].concat();
        assert_eq!(
            msgpack(&longer),
            "1 bytes are left over after the last field, at byte 22"
        );
        let mut scratch = Vec::new();
        for length in 1..body.len() {
            let cut = RoomChatNtf::decode_as(Codec::MsgPack, &body[..length], &mut scratch);
            assert!(cut.is_err(), "{length}");
            drop(cut);
            scratch = Vec::new();
        }
    });
}

#[test]
fn a_value_of_another_kind_is_an_error() {
    on_a_small_stack(|| {
        for (body, expected) in [
            (&b"\xc0"[..], "value at byte 0 is not a map"),
            (b"\x92\x09\xa2hi", "value at byte 0 is not a map"),
            (b"\xc1", "value at byte 0 is not a map"),
            (
                b"\x82\xacUserUniqueId\xa19\xa3Msg\xa2hi",
                "field UserUniqueId at byte 14 is a text, not a whole number",
            ),
            (
                b"\x82\xacUserUniqueId\xca\0\0\0\0\xa3Msg\xa2hi",
                "field UserUniqueId at byte 14 is a floating-point number, not a whole number",
            ),
            (
                b"\x82\xacUserUniqueId\xff\xa3Msg\xa2hi",
                "number -1 is out of the range of field UserUniqueId",
            ),
            (
                b"\x82\xacUserUniqueId\x09\xa3Msg\x02",
                "field Msg at byte 19 is a whole number, not a text",
            ),
            (
                b"\x82\xacUserUniqueId\x09\xa3Msg\xc4\x02hi",
                "field Msg at byte 19 is bin, not a text",
            ),
            // What must be there is not nil, and that is not the same as missing.
            (
                b"\x82\xacUserUniqueId\xc0\xa3Msg\xa2hi",
                "field UserUniqueId at byte 14 is nil, not a whole number",
            ),
            (
                b"\x82\xacUserUniqueId\x09\xa3Msg\xd4\x05\0",
                "field Msg at byte 19 is an extension, not a text",
            ),
            // Names as bin, of each length; a name that nobody knows may be anything.
            (
                b"\x82\xacUserUniqueId\x09\xc4\x03Msg\xa2hi",
                "name Msg at byte 15 is bin, not a text",
            ),
            (
                b"\x82\xc5\0\x0cUserUniqueId\x09\xa3Msg\xa2hi",
                "name UserUniqueId at byte 1 is bin, not a text",
            ),
            (
                b"\x83\xc4\x03New\x01\xacUserUniqueId\x09\xc6\0\0\0\x03Msg\xa2hi",
                "name Msg at byte 21 is bin, not a text",
            ),
            (
                b"\x82\xacUserUniqueId\x09\xa3Msg\xa1\xff",
                "text at byte 20 is not UTF-8",
            ),
            (
                b"\x82\xacUserUniqueId\x09\xa3Msg\xc1",
                "value at byte 19 is not a value of MessagePack",
            ),
            (
                b"\x83\xacUserUniqueId\x09\xa3Msg\xa2hi\xa3Msg\xa2ho",
                "field Msg is there twice",
            ),
            (b"", "field UserUniqueId is missing"),
            (b"\x81\xacUserUniqueId\x09", "field Msg is missing"),
            (
                b"\x82\xacuserUniqueId\x09\xa3Msg\xa2hi",
                "field UserUniqueId is missing",
            ),
        ] {
            assert_eq!(msgpack(body), expected, "{body:?}");
        }
        for body in [&b"\x0a\x02hi"[..], b"\x10\x05", b"\x12\x01\xff", b"\0\0", b"\xff"] {
            protobuf(body);
        }
        assert_eq!(
            protobuf(b"\x0f"),
            "value at byte 0 is not a field of Protocol Buffers"
        );
        let number = error(Codec::Protobuf, PacketId::LOGIN_RES, b"\x08\xff\xff\x03");
        assert_eq!(
            number.to_string(),
            "number 65535 is out of the range of field result"
        );
        let login = error(Codec::Protobuf, PacketId::LOGIN_REQ, b"\x0a\x11seventeen bytes !");
        assert_eq!(login, PacketError::TextTooLong { length: 17, max: 16 });
        let login = error(
            Codec::MsgPack,
            PacketId::LOGIN_REQ,
            b"\x82\xa6UserID\xb1seventeen bytes !\xa6UserPW\xa0",
        );
        assert_eq!(login, PacketError::TextTooLong { length: 17, max: 16 });
    });
}

#[test]
fn lists_of_users_must_agree_and_count_127_at_most() {
    on_a_small_stack(|| {
        let list = |count: &[u8], ids: &[u8], names: &[u8]| {
            let body = [
                b"\x83\xa9UserCount",
                count,
                b"\xa8UniqueId",
                ids,
                b"\xa2ID",
                names,
            ]
            .concat();
            error(Codec::MsgPack, PacketId::ROOM_USER_LIST_NTF, &body).to_string()
        };
        assert_eq!(
            list(&[2], &[0x91, 1], &[0x91, 0xa0]),
            "list should have 2 items, but has 1"
        );
        assert_eq!(
            list(&[1], &[0x91, 1], &[0x90]),
            "list should have 1 items, but has 0"
        );
        assert_eq!(
            list(&[0xff], &[0x90], &[0x90]),
            "number -1 is out of the range of field UserCount"
        );
        assert_eq!(
            list(&[1], &[0xc0], &[0x90]),
            "field UniqueId at byte 21 is nil, not an array"
        );
        let ids = [&[0xdc, 0, 128][..], &[1; 128]].concat();
        let names = [&[0xdc, 0, 128][..], &[0xa0; 128]].concat();
        assert_eq!(
            list(&[0xcc, 128], &ids, &names),
            "list has 128 items, but its count holds at most 127"
        );
        // Each user of no bytes is two bytes here.
        let users = b"\x0a\0".repeat(30_000);
        let too_many = error(Codec::Protobuf, PacketId::ROOM_USER_LIST_NTF, &users);
        assert_eq!(
            too_many,
            PacketError::TooMany {
                count: 30_000,
                max: 127
            }
        );
    });
}

fn plain_body(packet_type: u8, body: &[u8], max_packet: usize) -> Result<Cow<'_, [u8]>, PacketError> {
    let packet = [&[0; HEADER_SIZE][..], body].concat();
    let header = Header {
        total_size: packet.len() as u16,
        packet_id: PacketId::ECHO,
        packet_type,
    };
    let frame = Frame {
        header,
        bytes: &packet,
    };
    frame
        .plain_body(max_packet)
        .map(|body| Cow::Owned(body.into_owned()))
}

/// 1 GiB in 6 bytes, and 4 GiB less one.
#[test]
fn a_bomb_is_refused_by_the_length_that_it_claims() {
    on_a_small_stack(|| {
        for (body, claims) in [
            (&[0x80, 0x80, 0x80, 0x80, 0x04, 0][..], 1 << 30),
            (&[0xff, 0xff, 0xff, 0xff, 0x0f, 0], 0xffff_ffff_usize),
            (&[0xfc, 0x07, 0], 1020),
        ] {
            assert_eq!(
                plain_body(1, body, 1024),
                Err(PacketError::TooLarge {
                    total_size: claims + HEADER_SIZE,
                    max: 1024
                })
            );
        }
        // 64 copies of one byte, over and over, up to the limit itself.
        let largest = snap::raw::Encoder::new().compress_vec(&[7; 1019]).expect("small");
        assert_eq!(plain_body(1, &largest, 1024).as_deref(), Ok(&[7; 1019][..]));
        assert!(plain_body(1, &largest, 1023).is_err());
    });
}

#[test]
fn what_cannot_be_decompressed_is_an_error() {
    on_a_small_stack(|| {
        let good = snap::raw::Encoder::new().compress_vec(&[7; 500]).expect("small");
        for length in 0..good.len() {
            let error = plain_body(1, &good[..length], 1024).expect_err("cut");
            assert!(matches!(error, PacketError::Snappy { .. }), "{length}: {error:?}");
        }
        for body in [&[5, 0][..], &[1, 0, 7, 7], &[0x80; 11], &[4, 0b10, 9, 9]] {
            assert!(
                matches!(plain_body(1, body, 1024), Err(PacketError::Snappy { .. })),
                "{body:?}"
            );
        }
        for packet_type in [2, 3, 255] {
            assert_eq!(
                plain_body(packet_type, &good, 1024),
                Err(PacketError::UnknownType { packet_type })
            );
        }
        assert_eq!(plain_body(0, b"plain", 1024).as_deref(), Ok(&b"plain"[..]));
    });
}
