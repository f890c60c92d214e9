//! The packets of the chat, as the crate `protocol` writes them: here it is not they that are tested.

use protocol::message::{
    ErrorNtf, LoginReq, LoginRes, PingReq, PingRes, RoomChatNtf, RoomChatReq, RoomChatRes, RoomEnterReq,
    RoomEnterRes, RoomLeaveReq, RoomLeaveRes, RoomLeaveUserNtf, RoomNewUserNtf, RoomRelayNtf, RoomRelayReq,
    RoomUser, RoomUserListNtf, WhisperNtf, WhisperReq, WhisperRes,
};
use protocol::{DEFAULT_MAX_PACKET, ErrorCode, Packet, PacketError};

fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("a packet that fits").into_bytes()
}

pub(crate) fn ping(number: i16) -> Vec<u8> {
    let number = Some(number);
    bytes(PingReq { number }.encode())
}

pub(crate) fn pong(number: i16) -> Vec<u8> {
    let number = Some(number);
    bytes(PingRes { number }.encode())
}

pub(crate) fn error(error: ErrorCode) -> Vec<u8> {
    bytes(ErrorNtf { error }.encode())
}

pub(crate) fn login(user_id: &str) -> Vec<u8> {
    bytes(LoginReq::new(user_id, "secret").expect("a short name").encode())
}

/// A login with any bytes for a name.
pub(crate) fn login_as(name: &[u8]) -> Vec<u8> {
    let mut user_id = [0; 16];
    user_id[..name.len()].copy_from_slice(name);
    let password = [0; 16];
    bytes(LoginReq { user_id, password }.encode())
}

pub(crate) fn logged_in() -> Vec<u8> {
    login_result(ErrorCode::NONE)
}

pub(crate) fn login_result(result: ErrorCode) -> Vec<u8> {
    bytes(LoginRes { result }.encode())
}

pub(crate) fn enter(room: i32) -> Vec<u8> {
    bytes(RoomEnterReq { room }.encode())
}

pub(crate) fn entered(room: i32, user_unique_id: u64) -> Vec<u8> {
    let result = ErrorCode::NONE;
    let response = RoomEnterRes {
        result,
        room,
        user_unique_id,
    };
    bytes(response.encode())
}

/// What one is told who enters a room with these members.
pub(crate) fn user_list(members: &[(u64, &str)]) -> Vec<u8> {
    let users = members
        .iter()
        .map(|&(unique_id, user_id)| RoomUser { unique_id, user_id });
    let packets = RoomUserListNtf::split(users, DEFAULT_MAX_PACKET).expect("short names");
    packets.into_iter().flat_map(Packet::into_bytes).collect()
}

pub(crate) fn has_come(unique_id: u64, user_id: &str) -> Vec<u8> {
    bytes(RoomNewUserNtf { unique_id, user_id }.encode())
}

pub(crate) fn has_left(unique_id: u64) -> Vec<u8> {
    bytes(RoomLeaveUserNtf { unique_id }.encode())
}

pub(crate) fn leave() -> Vec<u8> {
    bytes(RoomLeaveReq {}.encode())
}

pub(crate) fn left() -> Vec<u8> {
    let result = ErrorCode::NONE;
    bytes(RoomLeaveRes { result }.encode())
}

pub(crate) fn chat(message: &str) -> Vec<u8> {
    bytes(RoomChatReq { message }.encode())
}

pub(crate) fn chat_result() -> Vec<u8> {
    let result = ErrorCode::NONE;
    bytes(RoomChatRes { result }.encode())
}

pub(crate) fn said(unique_id: u64, message: &str) -> Vec<u8> {
    bytes(RoomChatNtf { unique_id, message }.encode())
}

pub(crate) fn relay(bytes_to_all: &[u8]) -> Vec<u8> {
    let bytes_to_all = RoomRelayReq { bytes: bytes_to_all };
    bytes(bytes_to_all.encode())
}

pub(crate) fn relayed(unique_id: u64, bytes_to_all: &[u8]) -> Vec<u8> {
    let notification = RoomRelayNtf {
        unique_id,
        bytes: bytes_to_all,
    };
    bytes(notification.encode())
}

pub(crate) fn whisper(user_id: &str, message: &str) -> Vec<u8> {
    bytes(WhisperReq { user_id, message }.encode())
}

pub(crate) fn whispered(user_id: &str, message: &str) -> Vec<u8> {
    bytes(WhisperNtf { user_id, message }.encode())
}

pub(crate) fn whisper_result(result: ErrorCode) -> Vec<u8> {
    bytes(WhisperRes { result }.encode())
}
