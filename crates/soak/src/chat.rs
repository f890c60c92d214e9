//! The chat as soak speaks it: packets, and users that are in rooms.

use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use protocol::message::{
    ErrorNtf, LoginReq, LoginRes, Message, RoomChatReq, RoomEnterReq, RoomEnterRes, RoomLeaveReq,
    RoomLeaveRes, WhisperReq,
};
use protocol::{ErrorCode, Packet, PacketError, PacketId};

use super::client::Client;

/// Where the control clients are.
pub(super) const CONTROL_ROOM: i32 = 0;
/// Where a row puts its users. The walk takes this many rooms from here on.
pub(super) const FIRST_ROOM: i32 = 1;

/// The bytes of a packet that fits.
pub(super) fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("what is sent here is short").into_bytes()
}

/// A login.
pub(super) fn login(user_id: &str) -> Vec<u8> {
    bytes(LoginReq::new(user_id, "").and_then(|login| login.encode()))
}

/// The answer to a login.
pub(super) fn login_result(result: ErrorCode) -> Vec<u8> {
    bytes(LoginRes { result }.encode())
}

/// Into a room.
pub(super) fn enter(room: i32) -> Vec<u8> {
    bytes(RoomEnterReq { room }.encode())
}

/// The answer to one who has entered it.
pub(super) fn entered(room: i32, user_unique_id: u64) -> Vec<u8> {
    let result = ErrorCode::NONE;
    let response = RoomEnterRes {
        result,
        room,
        user_unique_id,
    };
    bytes(response.encode())
}

/// Out of the room.
pub(super) fn leave() -> Vec<u8> {
    bytes(RoomLeaveReq {}.encode())
}

/// The answer to one who has left.
pub(super) fn left() -> Vec<u8> {
    let result = ErrorCode::NONE;
    bytes(RoomLeaveRes { result }.encode())
}

/// A message to one user.
pub(super) fn whisper(user_id: &str, message: &str) -> Vec<u8> {
    bytes(WhisperReq { user_id, message }.encode())
}

/// A message to the room.
pub(super) fn say(message: &str) -> Vec<u8> {
    bytes(RoomChatReq { message }.encode())
}

/// An error that is no answer.
pub(super) fn error(error: ErrorCode) -> Vec<u8> {
    bytes(ErrorNtf { error }.encode())
}

/// A packet as a message of the chat.
pub(super) fn message((packet_id, body): &(PacketId, Vec<u8>)) -> anyhow::Result<Message<'_>> {
    Message::decode(*packet_id, body)
        .with_context(|| format!("packet {packet_id:?}"))?
        .with_context(|| format!("packet {packet_id:?} is none of the chat"))
}

/// What a table for cards tells without being asked. All else of it is a room, so the server of tables is treated as
/// badly as the chat.
const OF_TABLES: [PacketId; 3] = [
    PacketId::TABLE_NTF,
    PacketId::HISTORY_NTF,
    PacketId::SHOE_REVEAL_NTF,
];

/// A client that will log in by itself, or not at all.
pub(super) fn connect(address: SocketAddr) -> anyhow::Result<Client> {
    Ok(Client::connect(address)?.passing_over(&OF_TABLES))
}

/// A client that is logged in.
pub(super) fn user(address: SocketAddr, user_id: &str) -> anyhow::Result<Client> {
    log_in(Client::connect(address)?, user_id)
}

/// Logs this client in.
pub(super) fn log_in(client: Client, user_id: &str) -> anyhow::Result<Client> {
    let mut client = client.passing_over(&OF_TABLES);
    client
        .exchange(&login(user_id), &login_result(ErrorCode::NONE))
        .with_context(|| format!("login of `{user_id}`"))?;
    Ok(client)
}

/// Enters a room, in which others may be; gives the unique id.
pub(super) fn enter_room(client: &mut Client, room: i32) -> anyhow::Result<u64> {
    client.send(&enter(room))?;
    loop {
        match message(&client.packet()?)? {
            Message::RoomEnterRes(RoomEnterRes {
                result,
                user_unique_id,
                ..
            }) => {
                ensure!(result == ErrorCode::NONE, "cannot enter room {room}: {result}");
                return Ok(user_unique_id);
            }
            Message::ErrorNtf(error) => bail!("entering room {room}: {}", error.error),
            _ => {}
        }
    }
}
