//! The five steps of the chat server, each as the real program: the new idea, and what still goes wrong.
//!
//! | file | what is in it |
//! |---|---|
//! | `chat_steps/lines` | steps 1 and 2, which speak lines |
//! | `chat_steps/packets` | steps 3 to 5: login, the room, what is refused |
//! | `chat_steps/rooms` | steps 4 and 5: many rooms, and the workers that they are dealt out to |
//!
//! Packets are written down by hand, as the description of the wire has them.

#[path = "chat_steps/lines.rs"]
mod lines;
#[path = "chat_steps/packets.rs"]
mod packets;
#[path = "chat_steps/rooms.rs"]
mod rooms;
mod support;

use support::wire::packet;
use support::{Client, Program, Server, step, unused_address};

const BROADCAST: &str = env!("CARGO_BIN_EXE_chat-1-broadcast");
const CHANNEL: &str = env!("CARGO_BIN_EXE_chat-2-channel");
const PACKETS: &str = env!("CARGO_BIN_EXE_chat-3-packets");
const ROOMS: &str = env!("CARGO_BIN_EXE_chat-4-rooms");
const WORKERS: &str = env!("CARGO_BIN_EXE_chat-5-workers");

/// The longest message that is allowed.
const LONG_MESSAGE: &str = concat!(
    "123456789-123456789-123456789-123456789-123456789-123456789-123",
    "456789-123456789-123456789-123456789-123456789-123456789-123456"
);

/// LOGIN_REQ: `user_id:[u8;16] password:[u8;16]`.
fn login(user_id: &str) -> Vec<u8> {
    let mut body = [0; 32];
    body[..user_id.len()].copy_from_slice(user_id.as_bytes());
    packet(701, 0, &body)
}

/// LOGIN_RES: `result:i16`.
fn login_result(result: i16) -> Vec<u8> {
    packet(702, 0, &result.to_le_bytes())
}

/// ROOM_ENTER_REQ: `room:i32`.
fn enter(room: i32) -> Vec<u8> {
    packet(721, 0, &room.to_le_bytes())
}

/// ROOM_ENTER_RES of one who is let in: `result:i16 room:i32 user_unique_id:u64`.
fn entered(room: i32, unique_id: u64) -> Vec<u8> {
    let body = [&[1, 0][..], &room.to_le_bytes(), &unique_id.to_le_bytes()].concat();
    packet(722, 0, &body)
}

/// ROOM_CHAT_REQ: `len:i16 message`.
fn chat(message: &str) -> Vec<u8> {
    packet(731, 0, &text_i16(message))
}

/// ROOM_CHAT_RES: `result:i16`.
fn chat_result(result: i16) -> Vec<u8> {
    packet(732, 0, &result.to_le_bytes())
}

/// ROOM_CHAT_NTF: `unique_id:u64 len:i16 message`.
fn said(unique_id: u64, message: &str) -> Vec<u8> {
    let body = [&unique_id.to_le_bytes()[..], &text_i16(message)].concat();
    packet(733, 0, &body)
}

/// `len:i16 text`.
fn text_i16(text: &str) -> Vec<u8> {
    let length = i16::try_from(text.len()).expect("a short text");
    [&length.to_le_bytes()[..], text.as_bytes()].concat()
}

/// A client that is logged in.
#[track_caller]
fn user(server: &Server, user_id: &str) -> Client {
    let mut client = server.connect();
    client.exchange(&login(user_id), &login_result(1));
    client
}

#[test]
fn every_step_says_in_one_line_why_it_cannot_listen() {
    let (_taken, address) = unused_address();
    let address = address.to_string();
    for path in [BROADCAST, CHANNEL, PACKETS, ROOMS, WORKERS] {
        let finished = Program::new(path).args(&[&address]).run();
        let line = finished.expect_failure(1).to_lowercase();
        assert!(
            line.contains(&address) && line.contains("in use"),
            "{path}: {line}"
        );
        let finished = Program::new(path).args(&["nonsense"]).run();
        let line = finished.expect_failure(1);
        assert_eq!(line, "nonsense: invalid socket address", "{path}");
    }
}
