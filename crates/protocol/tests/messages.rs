//! Every message byte by byte, as the protocol's table has it, and the bodies that are refused.

use protocol::{
    Codec, ErrorCode, PacketError, PacketId,
    message::{
        Decode, Echo, ErrorNtf, LoginReq, LoginRes, Message, PingReq, PingRes, RoomChatNtf, RoomChatReq,
        RoomChatRes, RoomElsewhereNtf, RoomEnterReq, RoomEnterRes, RoomHistoryNtf, RoomHistoryReq,
        RoomHistoryRes, RoomInviteDeclineNtf, RoomInviteDeclineReq, RoomInviteNtf, RoomInviteReq,
        RoomInviteRes, RoomLeaveReq, RoomLeaveRes, RoomLeaveUserNtf, RoomNewUserNtf, RoomPositionNtf,
        RoomRelayNtf, RoomRelayReq, RoomUser, RoomUserListNtf, SyncReq, SyncRes, WhisperNtf, WhisperReq,
        WhisperRes, baccarat,
    },
};

const NONE: ErrorCode = ErrorCode::NONE;

/// A message, and the packet that it is: total size, id and type, then the body.
fn table() -> Vec<(Message<'static>, &'static [u8])> {
    let mut table = session_messages();
    table.extend(room_messages());
    table.extend(messages_of_a_durable_room());
    table.extend(messages_between_users());
    table
}

fn session_messages() -> Vec<(Message<'static>, &'static [u8])> {
    vec![
        (
            Message::Echo(Echo { bytes: &[0, 0xff] }),
            &[7, 0, 101, 0, 0, 0, 0xff],
        ),
        (Message::Echo(Echo { bytes: &[] }), &[5, 0, 101, 0, 0]),
        (Message::PingReq(PingReq { number: None }), &[5, 0, 201, 0, 0]),
        (
            Message::PingReq(PingReq { number: Some(-2) }),
            &[7, 0, 201, 0, 0, 0xfe, 0xff],
        ),
        (Message::PingRes(PingRes { number: None }), &[5, 0, 202, 0, 0]),
        (
            Message::PingRes(PingRes { number: Some(0x0102) }),
            &[7, 0, 202, 0, 0, 2, 1],
        ),
        (
            Message::ErrorNtf(ErrorNtf {
                error: ErrorCode::PACKET_DECODING_FAIL,
            }),
            &[7, 0, 203, 0, 0, 51, 0],
        ),
        (
            Message::LoginReq(LoginReq::new("alice", "sesame").expect("short")),
            b"\x25\0\xbd\x02\0alice\0\0\0\0\0\0\0\0\0\0\0sesame\0\0\0\0\0\0\0\0\0\0",
        ),
        (
            Message::LoginRes(LoginRes { result: NONE }),
            &[7, 0, 0xbe, 0x02, 0, 1, 0],
        ),
    ]
}

fn room_messages() -> Vec<(Message<'static>, &'static [u8])> {
    vec![
        (
            Message::RoomEnterReq(RoomEnterReq { room: -1 }),
            &[9, 0, 0xd1, 0x02, 0, 0xff, 0xff, 0xff, 0xff],
        ),
        (
            Message::RoomEnterRes(RoomEnterRes {
                result: NONE,
                room: 1000,
                user_unique_id: 0x0807_0605_0403_0201,
            }),
            &[19, 0, 0xd2, 0x02, 0, 1, 0, 0xe8, 3, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8],
        ),
        (
            Message::RoomUserListNtf(RoomUserListNtf { users: Vec::new() }),
            &[6, 0, 0xd3, 0x02, 0, 0],
        ),
        (
            Message::RoomUserListNtf(RoomUserListNtf {
                users: vec![
                    RoomUser {
                        unique_id: 1,
                        user_id: "bob",
                    },
                    RoomUser {
                        unique_id: 256,
                        user_id: "",
                    },
                ],
            }),
            b"\x1b\0\xd3\x02\0\x02\x01\0\0\0\0\0\0\0\x03bob\0\x01\0\0\0\0\0\0\0",
        ),
        (
            Message::RoomNewUserNtf(RoomNewUserNtf {
                unique_id: 2,
                user_id: "안",
            }),
            b"\x11\0\xd4\x02\0\x02\0\0\0\0\0\0\0\x03\xec\x95\x88",
        ),
        (Message::RoomLeaveReq(RoomLeaveReq {}), &[5, 0, 0xd6, 0x02, 0]),
        (
            Message::RoomLeaveRes(RoomLeaveRes { result: NONE }),
            &[7, 0, 0xd7, 0x02, 0, 1, 0],
        ),
        (
            Message::RoomLeaveUserNtf(RoomLeaveUserNtf { unique_id: u64::MAX }),
            &[
                13, 0, 0xd8, 0x02, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            ],
        ),
        (
            Message::RoomChatReq(RoomChatReq { message: "hi" }),
            &[9, 0, 0xdb, 0x02, 0, 2, 0, b'h', b'i'],
        ),
        (
            Message::RoomChatRes(RoomChatRes {
                result: ErrorCode::ROOM_CHAT_MSG_LEN,
            }),
            &[7, 0, 0xdc, 0x02, 0, 151, 0],
        ),
        (
            Message::RoomChatNtf(RoomChatNtf {
                unique_id: 3,
                message: "안\n",
            }),
            b"\x13\0\xdd\x02\0\x03\0\0\0\0\0\0\0\x04\0\xec\x95\x88\n",
        ),
        (
            Message::RoomRelayReq(RoomRelayReq { bytes: &[0xff, 0] }),
            &[7, 0, 0xe5, 0x02, 0, 0xff, 0],
        ),
        (
            Message::RoomRelayNtf(RoomRelayNtf {
                unique_id: 4,
                bytes: &[0xff, 0],
            }),
            &[15, 0, 0xe6, 0x02, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0xff, 0],
        ),
    ]
}

fn messages_between_users() -> Vec<(Message<'static>, &'static [u8])> {
    vec![
        (
            Message::WhisperReq(WhisperReq {
                user_id: "bob",
                message: "psst",
            }),
            b"\x0f\0\x03\x03\0\x03bob\x04\0psst",
        ),
        (
            Message::WhisperRes(WhisperRes {
                result: ErrorCode::WHISPER_SELF,
            }),
            &[7, 0, 0x04, 0x03, 0, 153, 0],
        ),
        (
            Message::WhisperNtf(WhisperNtf {
                user_id: "alice",
                message: "",
            }),
            b"\x0d\0\x05\x03\0\x05alice\0\0",
        ),
        (
            Message::RoomInviteReq(RoomInviteReq { user_id: "bob" }),
            b"\x09\0\x0d\x03\0\x03bob",
        ),
        (
            Message::RoomInviteRes(RoomInviteRes { result: NONE }),
            &[7, 0, 0x0e, 0x03, 0, 1, 0],
        ),
        (
            Message::RoomInviteNtf(RoomInviteNtf {
                user_id: "alice",
                room: 7,
            }),
            b"\x0f\0\x0f\x03\0\x05alice\x07\0\0\0",
        ),
        (
            Message::RoomInviteDeclineReq(RoomInviteDeclineReq { user_id: "alice" }),
            b"\x0b\0\x10\x03\0\x05alice",
        ),
        (
            Message::RoomInviteDeclineNtf(RoomInviteDeclineNtf { user_id: "bob" }),
            b"\x09\0\x11\x03\0\x03bob",
        ),
        (
            Message::RoomElsewhereNtf(RoomElsewhereNtf {
                room: 1_200,
                port: 11_022,
                host: "b.example",
                ticket: *b"0123456789abcd-_",
            }),
            b"\x25\0\x12\x03\0\xb0\x04\0\0\x0e\x2b\x09b.example0123456789abcd-_",
        ),
    ]
}

fn messages_of_a_durable_room() -> Vec<(Message<'static>, &'static [u8])> {
    vec![
        (Message::SyncReq(SyncReq {}), b"\x05\0\x17\x03\0"),
        (
            Message::SyncRes(SyncRes {
                result: NONE,
                epoch: 9,
            }),
            b"\x0f\0\x18\x03\0\x01\0\x09\0\0\0\0\0\0\0",
        ),
        (
            Message::RoomPositionNtf(RoomPositionNtf {
                epoch: 9,
                generation: 256,
                number: 7,
            }),
            b"\x1d\0\x19\x03\0\x09\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x07\0\0\0\0\0\0\0",
        ),
        (
            Message::RoomHistoryReq(RoomHistoryReq {
                epoch: 9,
                generation: 256,
                number: 6,
            }),
            b"\x1d\0\x1a\x03\0\x09\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x06\0\0\0\0\0\0\0",
        ),
        (
            Message::RoomHistoryNtf(RoomHistoryNtf {
                generation: 256,
                number: 7,
                user_id: "bob",
                message: "hi",
            }),
            b"\x1d\0\x1b\x03\0\0\x01\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x03bob\x02\0hi",
        ),
        (
            Message::RoomHistoryRes(RoomHistoryRes {
                result: ErrorCode::HISTORY_GAP,
            }),
            b"\x07\0\x1c\x03\0\x9c\0",
        ),
    ]
}

#[test]
fn every_message_is_the_bytes_of_the_table() {
    for (message, packet) in table() {
        let encoded = message.encode().expect("a short message");
        assert_eq!(encoded.as_bytes(), packet, "{message:?}");
    }
}

#[test]
fn the_bytes_of_the_table_are_every_message() {
    for (message, packet) in table() {
        let decoded = Message::decode(message.packet_id(), &packet[5..]);
        assert_eq!(decoded, Ok(Some(message)));
    }
}

/// The ids of the baccarat table are known, but no messages of the chat.
#[test]
fn every_id_of_the_chat_has_a_message_and_is_tested_here() {
    let mut tested: Vec<_> = table().iter().map(|(message, _)| message.packet_id()).collect();
    tested.sort();
    tested.dedup();
    let of_the_chat = |id: &PacketId| !baccarat::Message::IDS.contains(id);
    let expected: Vec<_> = PacketId::ALL.iter().copied().filter(of_the_chat).collect();
    assert_eq!(tested, expected);
    assert_eq!(Message::IDS, expected);
}

#[test]
fn other_ids_are_no_message() {
    assert_eq!(Message::decode(PacketId::GAME_BET_REQ, &[1]), Ok(None));
    assert_eq!(baccarat::Message::decode(PacketId::ROOM_LEAVE_REQ, &[]), Ok(None));
    assert_eq!(Message::decode(PacketId(9999), &[]), Ok(None));
}

#[test]
fn a_body_that_is_not_its_message_says_what_is_wrong() {
    let text = |id, body| Message::decode(id, body).expect_err("not a message").to_string();
    assert_eq!(
        text(PacketId::ROOM_ENTER_REQ, &[1, 0, 0]),
        "field at byte 0 needs 4 bytes, but 3 are left"
    );
    assert_eq!(
        text(PacketId::ROOM_LEAVE_REQ, &[0]),
        "1 bytes are left over after the last field, at byte 0"
    );
    assert_eq!(
        text(PacketId::PING_REQ, &[0]),
        "field at byte 0 needs 2 bytes, but 1 are left"
    );
    assert_eq!(
        text(PacketId::ROOM_CHAT_REQ, &[0xff, 0xff]),
        "length field at byte 0 is -1, but a length cannot be negative"
    );
    assert_eq!(
        text(PacketId::ROOM_CHAT_REQ, &[3, 0, b'h', b'i']),
        "field at byte 2 needs 3 bytes, but 2 are left"
    );
    assert_eq!(
        text(PacketId::ROOM_CHAT_REQ, &[1, 0, 0xff]),
        "text at byte 2 is not UTF-8"
    );
    assert_eq!(
        text(PacketId::ROOM_INVITE_REQ, &[0x80]),
        "length field at byte 0 is -128, but a length cannot be negative"
    );
    assert_eq!(
        text(PacketId::ROOM_USER_LIST_NTF, &[0xff]),
        "length field at byte 0 is -1, but a length cannot be negative"
    );
    assert_eq!(
        text(PacketId::ROOM_USER_LIST_NTF, &[1]),
        "field at byte 1 needs 8 bytes, but 0 are left"
    );
}

/// The server answers a wrong length with 151, not with 51: it is no matter of the decoder.
#[test]
fn a_chat_message_may_have_any_length() {
    for length in [0, 1, 126, 127, 1012, 32_767] {
        let message = "x".repeat(length);
        let packet = RoomChatReq { message: &message }.encode().expect("fits an i16");
        let decoded = RoomChatReq::decode(&packet.as_bytes()[5..]);
        assert_eq!(decoded, Ok(RoomChatReq { message: &message }));
    }
    let message = "x".repeat(32_768);
    let error = RoomChatReq { message: &message }.encode().unwrap_err();
    assert_eq!(
        error,
        PacketError::TextTooLong {
            length: 32_768,
            max: 32_767
        }
    );
}

#[test]
fn a_name_in_a_login_has_1_to_16_bytes_and_only_zeros_behind_it() {
    let login = |bytes: &[u8]| {
        let mut user_id = [0; 16];
        user_id[..bytes.len()].copy_from_slice(bytes);
        LoginReq {
            user_id,
            password: [0; 16],
        }
    };
    for name in [
        "a",
        "alice",
        "안녕",
        " spaces  ",
        "sixteen bytes ok",
        "\"\\\"",
        "❤ 👍🏽",
    ] {
        assert_eq!(login(name.as_bytes()).user_id().as_deref(), Ok(name));
    }
    for bytes in [
        &b""[..],
        b"\0alice",
        b"alice\0x",
        b"alice\0\0\0\0\0\0\0\0\0\0x",
        b"alice\n",
        b"\x1b[31mred",
        "c1:\u{85}".as_bytes(),
        b"\xff",
        b"fifteen bytes..\xec",
        "bob\u{3164}".as_bytes(),
        "bob\u{115f}".as_bytes(),
        "bob\u{34f}".as_bytes(),
        "bob\u{fe0f}".as_bytes(),
        "bob\u{e0100}".as_bytes(),
        "bob\u{200d}".as_bytes(),
        "bob\u{a0}".as_bytes(),
        "bob\u{3000}smith".as_bytes(),
        "\u{2800}".as_bytes(),
        "\u{202e}bob".as_bytes(),
        "bob\u{e000}".as_bytes(),
        "bob\u{378}".as_bytes(),
        "\u{301}bob".as_bytes(),
        // 15 bytes, and 30 in the form in which names are compared.
        "\u{958}\u{958}\u{958}\u{958}\u{958}".as_bytes(),
    ] {
        let refused = login(bytes);
        assert_eq!(
            refused.user_id(),
            Err(ErrorCode::LOGIN_USER_INVALID_ID),
            "{bytes:?}"
        );
    }
}

#[test]
fn a_login_takes_names_and_passwords_of_16_bytes() {
    let longest = LoginReq::new("sixteen bytes ok", "0123456789abcdef").expect("16 bytes each");
    assert_eq!(longest.user_id().as_deref(), Ok("sixteen bytes ok"));
    assert_eq!(&longest.password, b"0123456789abcdef");
    let too_long = Err(PacketError::TextTooLong { length: 17, max: 16 });
    assert_eq!(LoginReq::new("seventeen bytes !", ""), too_long);
    assert_eq!(LoginReq::new("a", "0123456789abcdefg"), too_long);
}

/// Three syllables of Korean, each as its letters: 24 bytes, and 9 when it is composed.
const DECOMPOSED: &str = "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1175}";

#[test]
fn a_login_is_for_the_composed_name() {
    let login = LoginReq::new(DECOMPOSED, "").expect("9 bytes");
    assert_eq!(login, LoginReq::new("한국이", "").expect("9 bytes"));
    let mut user_id = [0; 16];
    user_id[..12].copy_from_slice("\u{110b}\u{1175}\u{1109}\u{116e}".as_bytes());
    let password = [0; 16];
    assert_eq!(LoginReq { user_id, password }.user_id().as_deref(), Ok("이수"));
}

#[test]
fn a_name_that_fits_when_it_is_composed_can_come_in_the_other_codecs() {
    let msgpack = [
        b"\x82\xa6UserID\xb8".as_slice(),
        DECOMPOSED.as_bytes(),
        b"\xa6UserPW\xa0",
    ]
    .concat();
    let protobuf = [b"\x0a\x18".as_slice(), DECOMPOSED.as_bytes()].concat();
    for (codec, body) in [(Codec::MsgPack, msgpack), (Codec::Protobuf, protobuf)] {
        let login = LoginReq::decode_as(codec, &body, &mut Vec::new()).expect("a login");
        assert_eq!(login.user_id().as_deref(), Ok("한국이"), "{codec}");
    }
    // A password is bytes to everybody.
    let password = [
        b"\x82\xa6UserID\xa1a\xa6UserPW\xb8".as_slice(),
        DECOMPOSED.as_bytes(),
    ]
    .concat();
    let refused = LoginReq::decode_as(Codec::MsgPack, &password, &mut Vec::new());
    assert_eq!(refused, Err(PacketError::TextTooLong { length: 24, max: 16 }));
}
