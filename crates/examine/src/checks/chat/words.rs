//! The packets that only a chat has, both ways, as the checks write and expect them.

use protocol::ErrorCode;
use protocol::message::{
    RoomChatNtf, RoomChatReq, RoomChatRes, RoomInviteDeclineNtf, RoomInviteDeclineReq, RoomInviteNtf,
    RoomInviteReq, RoomInviteRes, RoomRelayNtf, RoomRelayReq, WhisperNtf, WhisperReq, WhisperRes,
};

use crate::checks::packets::bytes;
pub(super) use crate::checks::room_server::words::*;

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
