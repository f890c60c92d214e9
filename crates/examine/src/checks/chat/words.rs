//! What clients and the server of a chat say, packet by packet.

use protocol::message::{
    ErrorNtf, LoginReq, LoginRes, RoomChatNtf, RoomChatReq, RoomChatRes, RoomEnterReq, RoomEnterRes,
    RoomInviteDeclineNtf, RoomInviteDeclineReq, RoomInviteNtf, RoomInviteReq, RoomInviteRes, RoomLeaveReq,
    RoomLeaveRes, RoomLeaveUserNtf, RoomNewUserNtf, RoomRelayNtf, RoomRelayReq, RoomUser, RoomUserListNtf,
    WhisperNtf, WhisperReq, WhisperRes,
};
use protocol::{ErrorCode, PacketId};

use crate::checks::packets::{bytes, packet};
use crate::stage::Stage;

/// Success, in every RES; but see [`done`](Stage::done).
pub(super) const DONE: ErrorCode = ErrorCode::NONE;

impl Stage<'_> {
    /// Success in `ROOM_CHAT_RES` and `ROOM_LEAVE_RES`.
    pub(super) fn done(&self) -> ErrorCode {
        match self.settings.classic_results {
            true => ErrorCode(0),
            false => DONE,
        }
    }
}

pub(super) fn login(user_id: &str) -> Vec<u8> {
    login_as(user_id.as_bytes())
}

/// A login with any bytes as the name, 16 at most.
pub(super) fn login_as(name: &[u8]) -> Vec<u8> {
    let mut user_id = [0; 16];
    user_id[..name.len()].copy_from_slice(name);
    let password = [0; 16];
    bytes(LoginReq { user_id, password }.encode())
}

pub(super) fn logged_in(result: ErrorCode) -> Vec<u8> {
    bytes(LoginRes { result }.encode())
}

pub(super) fn error(error: ErrorCode) -> Vec<u8> {
    bytes(ErrorNtf { error }.encode())
}

pub(super) fn enter(room: i32) -> Vec<u8> {
    bytes(RoomEnterReq { room }.encode())
}

pub(super) fn entered(room: i32, user_unique_id: u64) -> Vec<u8> {
    let result = DONE;
    bytes(
        RoomEnterRes {
            result,
            room,
            user_unique_id,
        }
        .encode(),
    )
}

/// For one who is not let in: room and id are 0.
pub(super) fn not_entered(result: ErrorCode) -> Vec<u8> {
    bytes(
        RoomEnterRes {
            result,
            room: 0,
            user_unique_id: 0,
        }
        .encode(),
    )
}

pub(super) fn user_list(users: &[(u64, &str)]) -> Vec<u8> {
    let users = users
        .iter()
        .map(|(unique_id, user_id)| RoomUser {
            unique_id: *unique_id,
            user_id,
        })
        .collect();
    bytes(RoomUserListNtf { users }.encode())
}

pub(super) fn new_user(unique_id: u64, user_id: &str) -> Vec<u8> {
    bytes(RoomNewUserNtf { unique_id, user_id }.encode())
}

pub(super) fn leave() -> Vec<u8> {
    bytes(RoomLeaveReq {}.encode())
}

pub(super) fn left(result: ErrorCode) -> Vec<u8> {
    bytes(RoomLeaveRes { result }.encode())
}

pub(super) fn user_left(unique_id: u64) -> Vec<u8> {
    bytes(RoomLeaveUserNtf { unique_id }.encode())
}

pub(super) fn chat(message: &str) -> Vec<u8> {
    bytes(RoomChatReq { message }.encode())
}

pub(super) fn chatted(result: ErrorCode) -> Vec<u8> {
    bytes(RoomChatRes { result }.encode())
}

pub(super) fn said(unique_id: u64, message: &str) -> Vec<u8> {
    bytes(RoomChatNtf { unique_id, message }.encode())
}

pub(super) fn relay(relayed: &[u8]) -> Vec<u8> {
    bytes(RoomRelayReq { bytes: relayed }.encode())
}

pub(super) fn relayed(unique_id: u64, relayed: &[u8]) -> Vec<u8> {
    bytes(
        RoomRelayNtf {
            unique_id,
            bytes: relayed,
        }
        .encode(),
    )
}

pub(super) fn whisper(user_id: &str, message: &str) -> Vec<u8> {
    bytes(WhisperReq { user_id, message }.encode())
}

pub(super) fn whispered(result: ErrorCode) -> Vec<u8> {
    bytes(WhisperRes { result }.encode())
}

pub(super) fn whispers(user_id: &str, message: &str) -> Vec<u8> {
    bytes(WhisperNtf { user_id, message }.encode())
}

pub(super) fn invite(user_id: &str) -> Vec<u8> {
    bytes(RoomInviteReq { user_id }.encode())
}

pub(super) fn invited(result: ErrorCode) -> Vec<u8> {
    bytes(RoomInviteRes { result }.encode())
}

pub(super) fn invites(user_id: &str, room: i32) -> Vec<u8> {
    bytes(RoomInviteNtf { user_id, room }.encode())
}

pub(super) fn decline(user_id: &str) -> Vec<u8> {
    bytes(RoomInviteDeclineReq { user_id }.encode())
}

pub(super) fn declines(user_id: &str) -> Vec<u8> {
    bytes(RoomInviteDeclineNtf { user_id }.encode())
}

/// PING_REQ and PING_RES with the same body.
pub(super) fn ping(body: &[u8]) -> [Vec<u8>; 2] {
    [PacketId::PING_REQ, PacketId::PING_RES].map(|id| packet(id.0, body))
}
