//! The chat with bodies in other codecs: by our server, by one that writes the same thing in another way, and by
//! one that is wrong.

use crate::fake::{self, Passing};
use crate::support::Server;
use crate::wrong::DELIVERY;
use crate::{errors, measure, measure_wrong, run, server};

const CODECS: [&str; 3] = ["binary", "msgpack", "protobuf"];

/// Bytes of a message of the load.
const MESSAGE: usize = 49;

fn chat_server(codec: &str) -> Server {
    server("chat-server", &["--rate-limit", "0", "--codec", codec])
}

#[test]
fn each_message_comes_to_each_member_in_every_codec() {
    for (codec, size) in CODECS.into_iter().zip([64, 75, 58]) {
        let server = chat_server(codec);
        let flags = format!("--rooms 2 --members 4 --senders 2 --in-flight 3 --count 50 --codec {codec}");
        let report = measure("chat", server.address, &flags);
        assert_eq!(report["messages"], 200, "50 to 4 members each");
        // The senders get a ROOM_CHAT_RES for each of theirs, too.
        let received = report["bytes_received"].as_u64().expect("a number");
        assert!(
            (200 * size..200 * size + 50 * 20).contains(&received),
            "{codec}: {received}"
        );
    }
}

/// A room does not use an id twice: the last loads have ids with and without a second byte in one room.
#[test]
fn unique_ids_may_have_more_bytes_with_time() {
    for codec in CODECS {
        let server = chat_server(codec);
        for _ in 0..5 {
            let flags = format!("--members 30 --senders 30 --count 90 --codec {codec}");
            let report = measure("chat", server.address, &flags);
            assert_eq!(report["messages"], 90 * 30, "{codec}");
        }
    }
}

#[test]
fn a_server_may_write_the_fields_in_another_order() {
    let message_first: fn(&mut Passing) = |packet| {
        rewrite(packet, |id, message| {
            [
                b"\x82\xa3Msg\xd9\x31",
                message,
                b"\xacUserUniqueId\xcf",
                &id.to_be_bytes(),
            ]
            .concat()
        });
    };
    let long_number: fn(&mut Passing) = |packet| {
        rewrite(packet, |id, message| {
            [b"\x12\x31", message, &[0x08, 0x80 | id as u8, 0x80, 0x00]].concat()
        });
    };
    for (codec, change) in [("msgpack", message_first), ("protobuf", long_number)] {
        let server = chat_server(codec);
        let address = fake::between(server.address, change);
        let flags = format!("--members 3 --senders 2 --count 40 --codec {codec}");
        let report = measure("chat", address, &flags);
        assert_eq!(report["messages"], 120, "{codec}");
    }
}

/// Writes a delivery in another way, from its unique id, which is under 128 here, and its message.
fn rewrite(packet: &mut Passing, body: impl Fn(u64, &[u8]) -> Vec<u8>) {
    if packet.id == DELIVERY {
        let (head, message) = packet.bytes.split_at(packet.bytes.len() - MESSAGE);
        let unique_id = head[unique_id_position(head)];
        let body = body(u64::from(unique_id), message);
        packet.bytes.truncate(5);
        packet.bytes.extend(body);
        packet.bytes[0] = u8::try_from(packet.bytes.len()).expect("a small packet");
    }
}

/// Behind header, marker of the map and name; or behind header and key.
fn unique_id_position(head: &[u8]) -> usize {
    match head[5] {
        0x82 => 5 + 1 + 13,
        _ => 5 + 1,
    }
}

#[test]
fn a_server_that_is_wrong_is_caught_in_every_codec() {
    for codec in ["msgpack", "protobuf"] {
        let server = chat_server(codec);
        let wrong_id: fn(&mut Passing) = |packet| {
            let position = unique_id_position(&packet.bytes);
            packet.bytes[position] ^= 1;
        };
        let wrong_text: fn(&mut Passing) = |packet| *packet.bytes.last_mut().expect("a message") ^= 1;
        for (change, problem) in [
            (wrong_id, "a message from another sender came to room 0: "),
            (wrong_text, "a message that was not sent there came to room 0: "),
        ] {
            let address = fake::between(server.address, move |packet| {
                if (packet.client, packet.id, packet.before) == (1, DELIVERY, 7) {
                    change(packet);
                }
            });
            let flags = format!("--members 3 --count 20 --timeout 1s --codec {codec}");
            let (report, _) = measure_wrong("chat", address, &flags);
            assert_eq!(errors(&report, "wrong_bytes"), 1, "{codec}: {report}");
            let first = report["errors"]["wrong_bytes"]["first"].as_str().expect("a text");
            assert!(first.starts_with(problem), "{codec}: {first}");
        }
    }
}

#[test]
fn a_message_that_is_lost_in_another_codec_is_missing() {
    let server = chat_server("msgpack");
    let address = fake::between(server.address, |packet| {
        if (packet.client, packet.id, packet.before) == (1, DELIVERY, 4) {
            packet.bytes.clear();
        }
    });
    // All others must come within this time, on a busy machine too.
    let flags = "--members 3 --count 20 --timeout 5s --codec msgpack";
    let (report, _) = measure_wrong("chat", address, flags);
    assert_eq!(errors(&report, "missing"), 1, "{report}");
    assert_eq!(report["messages"], 59, "{report}");
}

#[test]
fn the_wrong_codec_is_told() {
    for theirs in CODECS {
        let server = chat_server(theirs);
        let address = server.address.to_string();
        for ours in CODECS {
            let finished = run(&["chat", &address, "--codec", ours, "--count", "1"]);
            if ours == theirs {
                finished.expect_success();
                continue;
            }
            let expected = format!(
                "loadgen: {address}: LOGIN_RES (702) came in {theirs}, not in {ours}: is --codec right?"
            );
            assert_eq!(finished.expect_failure(1), expected);
        }
    }
}

#[test]
fn the_heading_names_the_codec() {
    let server = chat_server("protobuf");
    let address = server.address.to_string();
    let finished = run(&["chat", &address, "--codec", "protobuf", "--count", "1"]).expect_success();
    let expected = format!(
        "chat in protobuf, rooms 1 x 2 members, senders 1 in each, closed loop, in flight 1, at {address}"
    );
    assert_eq!(finished.text().lines().next(), Some(&*expected));
}
