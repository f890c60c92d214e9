//! The packets of every room server, both ways, as the checks write and expect them.

use protocol::message::{
    ErrorNtf, LoginReq, LoginRes, RoomEnterReq, RoomEnterRes, RoomLeaveReq, RoomLeaveRes, RoomLeaveUserNtf,
    RoomNewUserNtf, RoomUser, RoomUserListNtf,
};
use protocol::{ErrorCode, PacketId};

use crate::checks::packets::{bytes, packet};
use crate::stage::Stage;

/// Success, in every RES; but see [`done`](Stage::done).
pub(crate) const DONE: ErrorCode = ErrorCode::NONE;

impl Stage<'_> {
    /// Success in `ROOM_CHAT_RES` and `ROOM_LEAVE_RES`.
    pub(crate) fn done(&self) -> ErrorCode {
        match self.settings.classic_results {
            true => ErrorCode(0),
            false => DONE,
        }
    }
}

pub(crate) fn login(user_id: &str) -> Vec<u8> {
    login_as(user_id.as_bytes())
}

/// A login with any bytes as the name, 16 at most.
pub(crate) fn login_as(name: &[u8]) -> Vec<u8> {
    let mut user_id = [0; 16];
    user_id[..name.len()].copy_from_slice(name);
    let password = [0; 16];
    bytes(LoginReq { user_id, password }.encode())
}

pub(crate) fn logged_in(result: ErrorCode) -> Vec<u8> {
    bytes(LoginRes { result }.encode())
}

pub(crate) fn error(error: ErrorCode) -> Vec<u8> {
    bytes(ErrorNtf { error }.encode())
}

pub(crate) fn enter(room: i32) -> Vec<u8> {
    bytes(RoomEnterReq { room }.encode())
}

pub(crate) fn entered(room: i32, user_unique_id: u64) -> Vec<u8> {
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
pub(crate) fn not_entered(result: ErrorCode) -> Vec<u8> {
    bytes(
        RoomEnterRes {
            result,
            room: 0,
            user_unique_id: 0,
        }
        .encode(),
    )
}

pub(crate) fn user_list(users: &[(u64, &str)]) -> Vec<u8> {
    let users = users
        .iter()
        .map(|(unique_id, user_id)| RoomUser {
            unique_id: *unique_id,
            user_id,
        })
        .collect();
    bytes(RoomUserListNtf { users }.encode())
}

pub(crate) fn new_user(unique_id: u64, user_id: &str) -> Vec<u8> {
    bytes(RoomNewUserNtf { unique_id, user_id }.encode())
}

pub(crate) fn leave() -> Vec<u8> {
    bytes(RoomLeaveReq {}.encode())
}

pub(crate) fn left(result: ErrorCode) -> Vec<u8> {
    bytes(RoomLeaveRes { result }.encode())
}

pub(crate) fn user_left(unique_id: u64) -> Vec<u8> {
    bytes(RoomLeaveUserNtf { unique_id }.encode())
}

/// PING_REQ and PING_RES with the same body.
pub(crate) fn ping(body: &[u8]) -> [Vec<u8>; 2] {
    [PacketId::PING_REQ, PacketId::PING_RES].map(|id| packet(id.0, body))
}
