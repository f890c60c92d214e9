//! Heads and notes of the chat, byte by byte, in each codec.

use super::*;

use Codec::{Binary, MsgPack, Protobuf};

/// What a chat in this codec makes of one packet.
fn note(codec: Codec, id: PacketId, body: &[u8]) -> Result<Option<Note>, Failure> {
    Chat(codec).note(&packet(id, Header::PLAIN, body))
}

fn packet(packet_id: PacketId, packet_type: u8, body: &[u8]) -> Vec<u8> {
    let header = Header {
        total_size: u16::try_from(HEADER_SIZE + body.len()).unwrap(),
        packet_id,
        packet_type,
    };
    [&header.encode()[..], body].concat()
}

/// What is wrong with one packet.
fn problem(codec: Codec, id: PacketId, body: &[u8]) -> String {
    note(codec, id, body).unwrap_err().detail
}

#[test]
fn a_message_is_sent_behind_these_bytes() {
    for (codec, head) in [
        (Binary, &b"\x38\x00\xdb\x02\x00\x31\x00"[..]),
        (MsgPack, b"\x3d\x00\xdb\x02\x00\x81\xa3Msg\xd9\x31"),
        (Protobuf, b"\x38\x00\xdb\x02\x00\x0a\x31"),
    ] {
        let frame = Chat(codec).frame(3, &[1]).unwrap();
        assert_eq!(frame.sent_head, head, "{codec}");
        assert_eq!(usize::from(head[0]), head.len() + MESSAGE_SIZE, "{codec}");
    }
}

/// Small ids take fewer bytes than large ones, but for the binary codec.
#[test]
fn a_message_comes_behind_these_bytes() {
    for (codec, unique_id, head) in [
        (Binary, 1, &b"\x40\x00\xdd\x02\x00\x01\0\0\0\0\0\0\0\x31\x00"[..]),
        (
            Binary,
            0x0102,
            b"\x40\x00\xdd\x02\x00\x02\x01\0\0\0\0\0\0\x31\x00",
        ),
        (
            MsgPack,
            127,
            b"\x4b\x00\xdd\x02\x00\x82\xacUserUniqueId\x7f\xa3Msg\xd9\x31",
        ),
        (
            MsgPack,
            128,
            b"\x4c\x00\xdd\x02\x00\x82\xacUserUniqueId\xcc\x80\xa3Msg\xd9\x31",
        ),
        (
            MsgPack,
            256,
            b"\x4d\x00\xdd\x02\x00\x82\xacUserUniqueId\xcd\x01\x00\xa3Msg\xd9\x31",
        ),
        (Protobuf, 127, b"\x3a\x00\xdd\x02\x00\x08\x7f\x12\x31"),
        (Protobuf, 128, b"\x3b\x00\xdd\x02\x00\x08\x80\x01\x12\x31"),
    ] {
        let frame = Chat(codec).frame(3, &[unique_id]).unwrap();
        assert_eq!(frame.delivered_heads, [head], "{codec}, unique id {unique_id}");
        assert_eq!(usize::from(head[0]), head.len() + MESSAGE_SIZE);
    }
}

#[test]
fn a_member_enters_with_these_packets() {
    for (codec, enter) in [
        (Binary, &b"\x09\x00\xd1\x02\x00\x07\0\0\0"[..]),
        (MsgPack, b"\x12\x00\xd1\x02\x00\x81\xaaRoomNumber\x07"),
        (Protobuf, b"\x07\x00\xd1\x02\x00\x08\x07"),
    ] {
        let hello = Chat(codec).entering(7, 5, &Admission::Free).unwrap();
        assert_eq!(hello[2..5], [0xbd, 2, 0], "LOGIN_REQ, {codec}");
        assert_eq!(&hello[usize::from(hello[0])..], enter, "{codec}");
    }
}

#[test]
fn a_note_is_read_when_it_is_complete() {
    for (codec, body) in [
        (Binary, &b"\x01\x00\x03\0\0\0\x07\0\0\0\0\0\0\0"[..]),
        (
            MsgPack,
            b"\x83\xa6Result\x00\xaaRoomNumber\x03\xb0RoomUserUniqueId\x07",
        ),
        (Protobuf, b"\x08\x01\x10\x03\x18\x07"),
    ] {
        let entered = packet(PacketId::ROOM_ENTER_RES, Header::PLAIN, body);
        let size = entered.len();
        for cut in 0..size {
            assert_eq!(Chat(codec).note(&entered[..cut]).unwrap(), None, "{codec}, {cut}");
        }
        let says = Says::Entered(Some(7));
        assert_eq!(
            Chat(codec).note(&entered).unwrap(),
            Some(Note { size, says }),
            "{codec}"
        );
    }
}

#[test]
fn a_refusal_is_an_error_with_its_name() {
    let full = "ROOM_ENTER_RES (722) says ENTER_ROOM_USER_FULL (134)";
    for (codec, enter, slow) in [
        (Binary, &b"\x86\x00\0\0\0\0\0\0\0\0\0\0\0\0"[..], &b"\x3e\x00"[..]),
        (
            MsgPack,
            b"\x83\xa6Result\xcc\x86\xaaRoomNumber\x00\xb0RoomUserUniqueId\x00",
            b"\x81\xa9ErrorCode\x3e",
        ),
        (Protobuf, b"\x08\x86\x01", b"\x08\x3e"),
    ] {
        assert_eq!(problem(codec, PacketId::ROOM_ENTER_RES, enter), full, "{codec}");
        let says = problem(codec, PacketId::ERROR_NTF, slow);
        assert_eq!(says, "the server says SLOW_CONSUMER (62)", "{codec}");
    }
}

/// The other order of the fields, and numbers and lengths that are wider than they need to be.
#[test]
fn a_delivery_may_be_written_in_other_ways() {
    let message = [b'm'; MESSAGE_SIZE];
    for (codec, parts) in [
        (
            MsgPack,
            [&b"\x82\xa3Msg\xd9\x31"[..], &message, b"\xacUserUniqueId\x07"],
        ),
        (
            MsgPack,
            [
                b"\xde\x00\x02\xacUserUniqueId\xcf\0\0\0\0\0\0\0\x07\xa3Msg\xda\x00\x31",
                &message,
                b"",
            ],
        ),
        (Protobuf, [b"\x12\x31", &message, b"\x08\x07"]),
        (Protobuf, [b"\x08\x87\x80\x00\x12\xb1\x00", &message, b""]),
        // A field that nobody knows.
        (Protobuf, [b"\x08\x07\x12\x31", &message, b"\x18\x63"]),
    ] {
        let says = note(codec, PacketId::ROOM_CHAT_NTF, &parts.concat()).unwrap();
        assert_eq!(
            says.map(|note| note.says),
            Some(Says::Delivery(7, message)),
            "{codec}"
        );
    }
}

#[test]
fn a_message_of_another_size_is_wrong() {
    let body = b"\x07\0\0\0\0\0\0\0\x02\x00hi";
    let expected = "a message of 2 bytes came, and those that were sent have 49";
    assert_eq!(problem(Binary, PacketId::ROOM_CHAT_NTF, body), expected);
}

/// LOGIN_RES as servers of each codec write it.
#[test]
fn a_body_of_another_codec_is_told_as_that() {
    let login = PacketId::LOGIN_RES;
    let bodies = [
        (Binary, &b"\x33\x00"[..]),
        (MsgPack, b"\x81\xa6Result\x33"),
        (Protobuf, b"\x08\x33"),
    ];
    for own in Codec::ALL {
        for (other, body) in bodies {
            let expected = match own == other {
                true => "LOGIN_RES (702) says PACKET_DECODING_FAIL (51)".to_owned(),
                false => format!("LOGIN_RES (702) came in {other}, not in {own}: is --codec right?"),
            };
            assert_eq!(problem(own, login, body), expected);
        }
    }
}

#[test]
fn what_no_codec_can_read_is_told_with_its_reason() {
    let cut = problem(MsgPack, PacketId::LOGIN_RES, b"\x81\xa6Resu");
    assert!(cut.starts_with("LOGIN_RES (702) in msgpack: "), "{cut}");
    let unknown = problem(MsgPack, PacketId::LOGIN_RES, b"\x81\xa6Result\x63");
    assert_eq!(unknown, "LOGIN_RES (702) says unknown (99)");
    let unasked = Chat(Binary).note(&packet(PacketId::ROOM_CHAT_NTF, Header::COMPRESSED, b"\x01"));
    let expected = "ROOM_CHAT_NTF (733) has type 1, but a plain one was asked for";
    assert_eq!(unasked.unwrap_err().detail, expected);
    let unknown = problem(Protobuf, PacketId(9), b"");
    assert_eq!(unknown, "unexpected unknown (9)");
}
