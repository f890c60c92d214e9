//! The same conversation in every codec, what is said where the codecs differ, and compressed packets.

use std::io::Write;
use std::process::Stdio;

use protocol::{FrameDecoder, LARGEST_PACKET};

use crate::alice;
use crate::server::{NONE, Served, Server};
use crate::support::messages::{chat, enter, entered, log_in, logged_in, said};
use crate::support::wire::{error_packet, packet};
use crate::support::{Finished, Process};

/// A conversation as it stands on the wire in one codec: the bodies, from the login to the last answer.
struct Spoken {
    codec: &'static str,
    login: Vec<u8>,
    done: &'static [u8],
    enter: &'static [u8],
    user_list: &'static [u8],
    entered: &'static [u8],
    chat: &'static [u8],
    said: &'static [u8],
    whisper: &'static [u8],
    refused: &'static [u8],
}

/// Alice enters room 1 as user 8, where bob is user 7, says 안, and whispers hi to eve, who is not there.
fn spoken() -> [Spoken; 3] {
    [
        Spoken {
            codec: "binary",
            login: [&b"alice"[..], &[0; 27]].concat(),
            done: b"\x01\0",
            enter: b"\x01\0\0\0",
            user_list: b"\x01\x07\0\0\0\0\0\0\0\x03bob",
            entered: b"\x01\0\x01\0\0\0\x08\0\0\0\0\0\0\0",
            chat: b"\x03\0\xec\x95\x88",
            said: b"\x08\0\0\0\0\0\0\0\x03\0\xec\x95\x88",
            whisper: b"\x03eve\x02\0hi",
            refused: b"\x98\0",
        },
        Spoken {
            codec: "msgpack",
            login: b"\x82\xa6UserID\xa5alice\xa6UserPW\xa0".to_vec(),
            done: b"\x81\xa6Result\0",
            enter: b"\x81\xaaRoomNumber\x01",
            user_list: b"\x83\xa9UserCount\x01\xa8UniqueId\x91\x07\xa2ID\x91\xa3bob",
            entered: b"\x83\xa6Result\0\xaaRoomNumber\x01\xb0RoomUserUniqueId\x08",
            chat: b"\x81\xa3Msg\xa3\xec\x95\x88",
            said: b"\x82\xacUserUniqueId\x08\xa3Msg\xa3\xec\x95\x88",
            whisper: b"\x82\xa6UserID\xa3eve\xa3Msg\xa2hi",
            refused: b"\x81\xa6Result\xcc\x98",
        },
        Spoken {
            codec: "protobuf",
            login: b"\x0a\x05alice".to_vec(),
            done: b"\x08\x01",
            enter: b"\x08\x01",
            user_list: b"\x0a\x07\x08\x07\x12\x03bob",
            entered: b"\x08\x01\x10\x01\x18\x08",
            chat: b"\x0a\x03\xec\x95\x88",
            said: b"\x08\x08\x12\x03\xec\x95\x88",
            whisper: b"\x0a\x03eve\x12\x02hi",
            refused: b"\x08\x98\x01",
        },
    ]
}

/// Alice with these flags, to whom this is piped in, while the server does that.
#[track_caller]
fn finished(flags: &[&str], input: &str, serve: impl FnOnce(&Server)) -> Finished {
    let server = Server::start();
    let program = alice(&server.address, flags);
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    process
        .take_input()
        .write_all(input.as_bytes())
        .expect("it reads");
    serve(&server);
    process.finish()
}

/// What she says on standard error when her login gets this answer.
#[track_caller]
fn refused_login(flags: &[&str], answer: &[u8]) -> String {
    let finished = finished(flags, "", |server| {
        let mut client = server.accept();
        assert_eq!(client.next_packet()[2..4], [0xbd, 0x02], "a LOGIN_REQ");
        client.send(answer);
        client.expect_end();
    });
    let line = finished.expect_failure(1);
    line.strip_prefix("chat-client: ").expect("its name").to_owned()
}

/// A body behind one literal, the way Snappy keeps what does not repeat.
fn stored(id: u16, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).expect("a short body");
    packet(id, 1, &[&[length, (length - 1) << 2], body].concat())
}

#[test]
fn a_conversation_is_the_same_in_every_codec() {
    for spoken in spoken() {
        let flags = ["--room", "1", "--codec", spoken.codec];
        let finished = finished(&flags, "안\n/whisper eve hi\n", |server| {
            let mut client = server.accept();
            client.expect(&packet(701, 0, &spoken.login));
            client.send(&packet(702, 0, spoken.done));
            client.expect(&packet(721, 0, spoken.enter));
            client.send(&[packet(723, 0, spoken.user_list), packet(722, 0, spoken.entered)].concat());
            client.expect(&packet(731, 0, spoken.chat));
            client.send(&[packet(733, 0, spoken.said), packet(732, 0, spoken.done)].concat());
            client.expect(&packet(771, 0, spoken.whisper));
            client.send(&packet(772, 0, spoken.refused));
            client.expect_end();
        });
        assert_eq!(
            finished.text(),
            "* you are in room 1, with bob\nalice: 안\n",
            "{}",
            spoken.codec
        );
        assert_eq!(
            finished.expect_failure(1),
            "chat-client: line 2: eve is not logged in (WHISPER_NO_SUCH_USER)"
        );
    }
}

#[test]
fn what_is_read_in_another_codec_asks_for_the_flag() {
    let unread = "the server sent a LOGIN_RES (702) that cannot be read: ";
    let answers: [(&str, &[u8]); 3] = [
        ("binary", b"\x33\0"),
        ("msgpack", b"\x81\xa6Result\x33"),
        ("protobuf", b"\x08\x33"),
    ];
    for (codec, server, problem) in [
        (
            "binary",
            "msgpack",
            &*format!("{unread}7 bytes are left over after the last field, at byte 2"),
        ),
        (
            "binary",
            "protobuf",
            "the server answers with error 13064, which this client does not know",
        ),
        (
            "msgpack",
            "binary",
            &format!("{unread}value at byte 0 is not a map"),
        ),
        (
            "msgpack",
            "protobuf",
            &format!("{unread}value at byte 0 is not a map"),
        ),
        ("protobuf", "binary", unread),
        ("protobuf", "msgpack", unread),
    ] {
        let (_, body) = answers[answers.iter().position(|(name, _)| *name == server).expect("one")];
        let said = refused_login(&["--codec", codec], &packet(702, 0, body));
        assert!(
            said.starts_with(problem) && said.ends_with(": does this port speak another codec (--codec)?"),
            "{codec} to {server}: {said}"
        );
    }
    for (codec, body) in answers {
        let said = refused_login(&["--codec", codec], &packet(702, 0, body));
        let problem = "the server could not read the login: does this port speak another codec (--codec)? (PACKET_DECODING_FAIL)";
        assert_eq!(said, problem, "{codec}");
    }
}

#[test]
fn after_the_login_the_codec_is_not_to_blame() {
    let finished = finished(&["--codec", "msgpack", "--exit-after", "1"], "", |server| {
        let mut client = server.accept();
        client.next_packet();
        client.send(&[packet(702, 0, b"\x81\xa6Result\0"), packet(733, 0, b"\x80")].concat());
        client.expect_end();
    });
    assert_eq!(
        finished.expect_failure(1),
        "chat-client: the server sent a ROOM_CHAT_NTF (733) that cannot be read: field UserUniqueId is missing"
    );
}

const COMPRESSED_PING: [u8; 6] = [6, 0, 201, 0, 1, 0];

/// The next packet is a compressed one, smaller than this, which is what is in it.
#[track_caller]
fn expect_compressed(client: &mut Served, plain: &[u8]) {
    let packet = client.next_packet();
    assert!(packet.len() < plain.len(), "{packet:?} is not smaller");
    assert_eq!((&packet[2..4], packet[4]), (&plain[2..4], 1));
    let mut decoder = FrameDecoder::new(LARGEST_PACKET);
    decoder.push(&packet);
    let frame = decoder.next_frame().expect("a packet").expect("a whole one");
    assert_eq!(*frame.plain_body(LARGEST_PACKET).expect("Snappy"), plain[5..]);
}

#[test]
fn large_bodies_are_sent_compressed_after_the_server_has_taken_one() {
    let (small, large) = ("a".repeat(18), "a".repeat(19));
    let incompressible = "0123456789abcdefghijklmnopqrstuvwxyz";
    let input = [&*small, &large, incompressible, ""].join("\n");
    let flags = ["--room", "1", "--compress-over", "20"];
    let finished = finished(&flags, &input, |server| {
        let mut client = server.accept();
        client.expect(&COMPRESSED_PING);
        client.send(&packet(202, 0, b""));
        expect_compressed(&mut client, &log_in("alice"));
        client.send(&logged_in(NONE));
        client.expect(&enter(1));
        client.send(&entered(1, 8));
        client.hear_alice(&small);
        expect_compressed(&mut client, &chat(&large));
        // So are the server's: 11 bytes as they are, and the last of them 18 times more.
        let start = &said(8, &large)[5..16];
        let body = [&[29, 10 << 2], start, &[(18 - 1) << 2 | 2, 1, 0]].concat();
        client.send(&[packet(733, 1, &body), stored(732, &[1, 0])].concat());
        client.hear_alice(incompressible);
        client.expect_end();
    });
    let heard = [&small, &large, incompressible].map(|message| format!("alice: {message}\n"));
    let text = finished.expect_success().text();
    assert_eq!(text, format!("* you are in room 1, alone\n{}", heard.concat()));
}

#[test]
fn a_server_without_compression_is_told_from_one_of_another_codec() {
    let not_there = "the server accepts no compressed packets: was it started with --compress-over? \
                     (PACKET_DECODING_FAIL)";
    let ntf_51 = error_packet(51);
    let unread = "the server sent a ERROR_NTF (203) that cannot be read: \
                  value at byte 0 is not a map: does this port speak another codec (--codec)?";
    for (codec, problem) in [("binary", not_there), ("msgpack", unread)] {
        let flags = ["--codec", codec, "--compress-over", "20"];
        let finished = finished(&flags, "never sent\n", |server| {
            let mut client = server.accept();
            client.expect(&COMPRESSED_PING);
            client.send(&ntf_51);
            client.expect_end();
        });
        assert_eq!(finished.expect_failure(1), format!("chat-client: {problem}"));
    }
}

#[test]
fn compressed_packets_are_read_whether_asked_for_or_not() {
    let finished = finished(&["--room", "1"], "", |server| {
        let mut client = server.accept();
        client.expect(&log_in("alice"));
        client.send(&stored(702, &[1, 0]));
        client.expect(&enter(1));
        client.send(&stored(722, &entered(1, 8)[5..]));
        client.expect_end();
    });
    assert_eq!(finished.expect_success().text(), "* you are in room 1, alone\n");
}
