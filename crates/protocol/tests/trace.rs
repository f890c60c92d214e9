//! Packets as a person sees them.

use protocol::message::{self, Encode};
use protocol::{Codec, ErrorCode, Packet, PacketId, compress, message_table, trace};

fn line(packet: Result<Packet, protocol::PacketError>) -> String {
    trace::line(Codec::Binary, packet.expect("a short packet").as_bytes())
}

#[test]
fn a_line_names_the_fields_of_the_wire() {
    assert_eq!(
        line(
            message::RoomEnterRes {
                result: ErrorCode::ENTER_ROOM_USER_FULL,
                room: 0,
                user_unique_id: 0
            }
            .encode()
        ),
        "ROOM_ENTER_RES result=ENTER_ROOM_USER_FULL (134) room=0 user_unique_id=0"
    );
    let users = ["bob", "안녕"].map(|user_id| message::RoomUser {
        unique_id: 7,
        user_id,
    });
    assert_eq!(
        line(message::RoomUserListNtf { users: users.into() }.encode()),
        r#"ROOM_USER_LIST_NTF count=2 unique_id=7 id_len=3 user_id="bob" unique_id=7 id_len=6 user_id="안녕""#
    );
    assert_eq!(
        line(
            message::WhisperReq {
                user_id: "bob",
                message: "hi"
            }
            .encode()
        ),
        r#"WHISPER_REQ id_len=3 user_id="bob" len=2 message="hi""#
    );
    assert_eq!(line(message::PingReq { number: None }.encode()), "PING_REQ");
    assert_eq!(
        line(message::PingReq { number: Some(-2) }.encode()),
        "PING_REQ number=-2"
    );
    assert_eq!(
        line(message::RoomRelayReq { bytes: &[1, 0xff] }.encode()),
        r#"ROOM_RELAY_REQ bytes="\u{1}\xff""#
    );
}

#[test]
fn an_id_that_is_no_message_has_one_field() {
    let unknown = Packet::framed(PacketId(9999)).put_bytes(b"a\x1b").build();
    assert_eq!(line(unknown), r#"unknown (9999) body="a\u{1b}""#);
    let baccarat = Packet::framed(PacketId::GAME_BET_REQ).put_i8(1).build();
    assert_eq!(line(baccarat), r#"GAME_BET_REQ body="\u{1}""#);
}

#[test]
fn control_characters_are_shown_and_not_executed() {
    let message = "\x1b[2J\r\n\0\u{85}\u{7f} 한글 \"quoted\" back\\slash";
    assert_eq!(
        line(message::RoomChatReq { message }.encode()),
        r#"ROOM_CHAT_REQ len=37 message="\u{1b}[2J\r\n\u{0}\u{85}\u{7f} 한글 \"quoted\" back\\slash""#
    );
}

#[test]
fn what_nobody_sees_is_shown() {
    let (user_id, message) = ("b\u{200b}ob", "\u{202e}round\u{2066} \u{2028}👨\u{200d}👩");
    let whisper = message::WhisperReq { user_id, message };
    let fields = r#"user_id="b\u{200b}ob" len=26 message="\u{202e}round\u{2066} \u{2028}"#;
    for (codec, form) in [(Codec::Binary, ""), (Codec::MsgPack, " [msgpack]")] {
        let packet = whisper.encode_as(codec).unwrap();
        assert_eq!(
            trace::line(codec, packet.as_bytes()),
            format!("WHISPER_REQ id_len=6 {fields}👨\u{200d}👩\"{form}")
        );
        let dump = trace::hex(codec, packet.as_bytes());
        assert!(
            !dump.contains(['\u{200b}', '\u{202e}', '\u{2066}', '\u{2028}']),
            "{dump}"
        );
    }
}

#[test]
fn a_broken_body_is_shown_up_to_its_fault() {
    let whisper = Packet::framed(PacketId::WHISPER_REQ)
        .put_bytes(b"\x03bob\x05\0hi")
        .build();
    assert_eq!(
        line(whisper),
        r#"WHISPER_REQ id_len=3 user_id="bob" rest="\u{5}\u{0}hi" (body: field at byte 6 needs 5 bytes, but 2 are left)"#
    );
    let over = Packet::framed(PacketId::ROOM_LEAVE_USER_NTF)
        .put_u64(3)
        .put_u8(b'x')
        .build();
    assert_eq!(
        line(over),
        r#"ROOM_LEAVE_USER_NTF unique_id=3 rest="x" (body: 1 bytes are left over after the last field, at byte 8)"#
    );
    assert_eq!(
        trace::line(Codec::Binary, &[5, 0, 0xd1]),
        "no packet (3 bytes, under the 5 of a header)"
    );
}

#[test]
fn a_line_says_what_a_body_means_and_how_it_stands() {
    let message = "hello, hello, hello, hello";
    let chat = message::RoomChatReq { message };
    let fields = format!("ROOM_CHAT_REQ len=26 message=\"{message}\"");
    for (codec, form, compressed) in [
        (Codec::Binary, "", " [compressed]"),
        (Codec::MsgPack, " [msgpack]", " [msgpack, compressed]"),
        (Codec::Protobuf, " [protobuf]", " [protobuf, compressed]"),
    ] {
        let packet = chat.encode_as(codec).unwrap().into_bytes();
        assert_eq!(trace::line(codec, &packet), format!("{fields}{form}"));
        let small = compress(&packet, 0).unwrap();
        assert_eq!(trace::line(codec, &small), format!("{fields}{compressed}"));
    }
}

#[test]
fn what_a_side_does_not_decompress_is_not_shown_as_read() {
    let message = "hello, hello, hello, hello";
    let chat = message::RoomChatReq { message }.encode().unwrap().into_bytes();
    let small = compress(&chat, 0).unwrap();
    let shown = |decompressed| {
        let codec = Codec::Binary;
        trace::line(
            trace::Reading {
                codec,
                decompressed,
                own: None,
            },
            &small,
        )
    };
    let read = format!("ROOM_CHAT_REQ len=26 message=\"{message}\" [compressed]");
    assert_eq!(shown(Some(chat.len())), read);
    for (decompressed, fault) in [
        (
            Some(chat.len() - 1),
            "packet is 33 bytes, larger than the 32 allowed",
        ),
        (None, "compressed packets are not taken"),
    ] {
        let line = shown(decompressed);
        assert!(line.starts_with("ROOM_CHAT_REQ body=\""), "{line}");
        assert!(
            line.ends_with(&format!("\" [compressed] (body: {fault})")),
            "{line}"
        );
    }
}

#[test]
fn a_body_that_cannot_be_read_is_shown_as_it_stands() {
    assert_eq!(
        trace::line(Codec::Binary, &[9, 0, 0xdb, 2, 2, 2, 0, b'h', b'i']),
        r#"ROOM_CHAT_REQ body="\u{2}\u{0}hi" [packet_type 2] (body: packet_type is 2, neither plain nor compressed)"#
    );
    let bomb = [9, 0, 0xdb, 2, 1, 0xff, 0xff, 0xff, 0x7f];
    let line = trace::line(Codec::MsgPack, &bomb);
    let start = r#"ROOM_CHAT_REQ body="\xff\xff\xff\u{7f}" [msgpack, compressed] (body: "#;
    assert!(line.starts_with(start), "{line}");
    let unknown = Packet::framed(PacketId(9_999)).put_bytes(b"hi").build().unwrap();
    assert_eq!(
        trace::line(Codec::MsgPack, unknown.as_bytes()),
        r#"unknown (9999) body="hi" [msgpack]"#
    );
}

#[test]
fn a_dump_shows_the_bytes_that_went_over_the_wire() {
    let chat = message::RoomChatReq { message: "hi" };
    let expected = r#"
0000  0d 00                                            header  total_size = 13
0002  db 02                                            header  packet_id = ROOM_CHAT_REQ (731)
0004  00                                               header  packet_type = 0
0005  81 a3 4d 73 67 a2 68 69                          body    body = "\x81\xa3Msg\xa2hi"
"#;
    let packet = chat.encode_as(Codec::MsgPack).unwrap();
    let dump = trace::hex(Codec::MsgPack, packet.as_bytes());
    assert_eq!(dump, expected.trim_start());
}

#[test]
fn a_password_is_shown_nowhere() {
    let login = message::LoginReq::new("alice", "sesame")
        .unwrap()
        .encode()
        .unwrap();
    assert_eq!(
        trace::line(Codec::Binary, login.as_bytes()),
        r#"LOGIN_REQ user_id="alice" password=(not shown)"#
    );
    let dump = trace::hex(Codec::Binary, login.as_bytes());
    let last = "0015  ** ** ** ** ** ** ** ** ** ** ** ** ** ** ** **  body    password = (not shown)\n";
    assert!(dump.ends_with(last), "{dump}");

    // Nor in another codec.
    let login = message::LoginReq::new("alice", "sesame").unwrap();
    for codec in Codec::ALL {
        let plain = login.encode_as(codec).unwrap().into_bytes();
        let compressed = compress(&plain, 0);
        for packet in [Some(plain), compressed].into_iter().flatten() {
            assert!(trace::line(codec, &packet).contains("password=(not shown)"));
            shows_no_password(codec, &packet);
        }
    }

    // Nor in a login that is cut short, has bytes left over, or is compressed.
    for (body, packet_type) in [
        (&b"alice\0\0\0\0\0\0\0\0\0\0\0sesame"[..], 0),
        (b"sesame", 0),
        (b"sesame", 1),
    ] {
        let mut packet = Packet::framed(PacketId::LOGIN_REQ)
            .put_bytes(body)
            .build()
            .unwrap()
            .into_bytes();
        packet[4] = packet_type;
        for codec in Codec::ALL {
            shows_no_password(codec, &packet);
        }
    }
}

fn shows_no_password(codec: Codec, packet: &[u8]) {
    for shown in [trace::line(codec, packet), trace::hex(codec, packet)] {
        assert!(shown.contains("(not shown)"), "{shown}");
        assert!(
            !shown.contains("sesame") && !shown.contains("73 65 73"),
            "{shown}"
        );
    }
}

#[test]
fn a_long_field_goes_on_in_the_next_line() {
    let message = "the quick brown fox jumps over the lazy dog and does so again and again";
    let packet = message::RoomChatNtf {
        unique_id: 9,
        message,
    }
    .encode()
    .unwrap();
    let expected = r#"
0000  56 00                                            header  total_size = 86
0002  dd 02                                            header  packet_id = ROOM_CHAT_NTF (733)
0004  00                                               header  packet_type = 0
0005  09 00 00 00 00 00 00 00                          body    unique_id = 9
000d  47 00                                            body    len = 71
000f  74 68 65 20 71 75 69 63 6b 20 62 72 6f 77 6e 20  body    message = "the quick brown fox jumps over the lazy dog and does so aga...
001f  66 6f 78 20 6a 75 6d 70 73 20 6f 76 65 72 20 74
002f  68 65 20 6c 61 7a 79 20 64 6f 67 20 61 6e 64 20
003f  64 6f 65 73 20 73 6f 20 61 67 61 69 6e 20 61 6e
004f  64 20 61 67 61 69 6e
"#;
    assert_eq!(
        trace::hex(Codec::Binary, packet.as_bytes()),
        expected.trim_start()
    );
}

#[test]
fn a_dump_ends_with_what_is_wrong() {
    let expected = r#"
0000  08 00                                            header  total_size = 8
0002  d1 02                                            header  packet_id = ROOM_ENTER_REQ (721)
0004  00                                               header  packet_type = 0
0005  01 00 00                                         body    rest = "\u{1}\u{0}\u{0}"
body: field at byte 0 needs 4 bytes, but 3 are left
"#;
    let packet = [8, 0, 0xd1, 2, 0, 1, 0, 0];
    assert_eq!(trace::hex(Codec::Binary, &packet), expected.trim_start());
    assert_eq!(
        trace::hex(Codec::Binary, &[7]),
        "0000  07                                               header  rest = \"\\u{7}\"\n\
         1 bytes, under the 5 of a header\n"
    );
}

message_table! {
    /// A game of its own.
    static WORDS;

    /// From a client.
    WORD_REQ = 2001 => WordReq<'a> {
        /// Counts up.
        round: u8,
        /// What is guessed.
        word: &'a str as TextI8,
    }
}

/// The messages of a game are shown like those of the protocol, in every codec, since their bodies are the same.
#[test]
fn a_game_may_have_messages_of_its_own() {
    let packet = WordReq { round: 3, word: "hi" }.encode().unwrap();
    for codec in Codec::ALL {
        let reading = trace::Reading {
            own: Some(&WORDS),
            ..codec.into()
        };
        let line = trace::line(reading, packet.as_bytes());
        let expected = r#"WORD_REQ round=3 id_len=2 word="hi""#;
        assert_eq!(
            line.strip_suffix(&format!(" [{codec}]")).unwrap_or(&line),
            expected,
            "{codec}"
        );
        let broken = trace::line(reading, &packet.as_bytes()[..8]);
        assert!(
            broken.starts_with("WORD_REQ ") && broken.contains("body: "),
            "{broken}"
        );
    }
    let reading = trace::Reading {
        own: Some(&WORDS),
        ..Codec::Binary.into()
    };
    let dump = trace::hex(reading, packet.as_bytes());
    assert!(dump.contains("packet_id = WORD_REQ (2001)"), "{dump}");
    assert!(dump.contains("word = \"hi\""), "{dump}");
    assert_eq!(WORDS.ids().collect::<Vec<_>>(), [PacketId(2001)]);
}
