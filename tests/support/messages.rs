//! The messages of the chat as the description of the wire has them, put together by hand. That these are
//! right is what `chat/bytes` shows.

use super::wire::packet;

/// PING_REQ and PING_RES with an empty body.
pub(crate) const PING: [u8; 5] = [5, 0, 201, 0, 0];
pub(crate) const PONG: [u8; 5] = [5, 0, 202, 0, 0];

/// PING_REQ with a number: `number:i16`.
pub(crate) fn ping(number: i16) -> Vec<u8> {
    packet(201, 0, &number.to_le_bytes())
}

/// PING_RES with the number of its request.
pub(crate) fn pong(number: i16) -> Vec<u8> {
    packet(202, 0, &number.to_le_bytes())
}

/// Bytes that a packet has at most, unless the server is told otherwise.
pub(crate) const MAX_PACKET: usize = 1_024;

/// Bytes that a relay's body has less than the largest packet: a header, and the sender's unique id.
pub(crate) const RELAY_OVERHEAD: usize = 13;

/// LOGIN_REQ (701): `user_id:[u8;16]  password:[u8;16]`.
pub(crate) fn log_in(name: &str) -> Vec<u8> {
    log_in_as(name.as_bytes())
}

/// The same with a password of 16 bytes at most, as a ticket is one.
pub(crate) fn log_in_with(name: &str, password: &str) -> Vec<u8> {
    let mut body = [0; 32];
    body[..name.len()].copy_from_slice(name.as_bytes());
    body[16..16 + password.len()].copy_from_slice(password.as_bytes());
    packet(701, 0, &body)
}

/// The same with any bytes as the name.
pub(crate) fn log_in_as(name: &[u8]) -> Vec<u8> {
    let mut body = [0; 32];
    body[..name.len()].copy_from_slice(name);
    packet(701, 0, &body)
}

/// LOGIN_RES (702): `result:i16`.
pub(crate) fn logged_in(result: i16) -> Vec<u8> {
    result_packet(702, result)
}

/// ROOM_ENTER_REQ (721): `room:i32`.
pub(crate) fn enter(room: i32) -> Vec<u8> {
    packet(721, 0, &room.to_le_bytes())
}

/// ROOM_ENTER_RES (722): `result:i16  room:i32  user_unique_id:u64`.
pub(crate) fn entered(room: i32, unique_id: u64) -> Vec<u8> {
    let body = [&[1, 0][..], &room.to_le_bytes(), &unique_id.to_le_bytes()];
    packet(722, 0, &body.concat())
}

/// The same for one who is not let in: room and id are 0.
pub(crate) fn not_entered(result: i16) -> Vec<u8> {
    packet(722, 0, &[&result.to_le_bytes()[..], &[0; 12]].concat())
}

/// ROOM_USER_LIST_NTF (723): `count:i8`, then each `unique_id:u64  id_len:i8  id`.
pub(crate) fn user_list(users: &[(u64, &str)]) -> Vec<u8> {
    let mut body = vec![u8::try_from(users.len()).expect("few users")];
    for (unique_id, name) in users {
        body.extend(member(*unique_id, name));
    }
    packet(723, 0, &body)
}

/// ROOM_NEW_USER_NTF (724): `unique_id:u64  id_len:i8  id`.
pub(crate) fn has_come(unique_id: u64, name: &str) -> Vec<u8> {
    packet(724, 0, &member(unique_id, name))
}

fn member(unique_id: u64, name: &str) -> Vec<u8> {
    [&unique_id.to_le_bytes()[..], &short_text(name)].concat()
}

/// ROOM_LEAVE_REQ (726).
pub(crate) fn leave() -> Vec<u8> {
    packet(726, 0, b"")
}

/// ROOM_LEAVE_RES (727): `result:i16`.
pub(crate) fn left(result: i16) -> Vec<u8> {
    result_packet(727, result)
}

/// ROOM_LEAVE_USER_NTF (728): `unique_id:u64`.
pub(crate) fn has_left(unique_id: u64) -> Vec<u8> {
    packet(728, 0, &unique_id.to_le_bytes())
}

/// ROOM_CHAT_REQ (731): `len:i16  message`.
pub(crate) fn chat(message: &str) -> Vec<u8> {
    packet(731, 0, &text(message))
}

/// ROOM_CHAT_RES (732): `result:i16`.
pub(crate) fn chatted(result: i16) -> Vec<u8> {
    result_packet(732, result)
}

/// ROOM_CHAT_NTF (733): `unique_id:u64  len:i16  message`.
pub(crate) fn said(unique_id: u64, message: &str) -> Vec<u8> {
    packet(733, 0, &[&unique_id.to_le_bytes()[..], &text(message)].concat())
}

/// What a member who says this gets, alone or not.
pub(crate) fn said_by_oneself(unique_id: u64, message: &str) -> Vec<u8> {
    [said(unique_id, message), chatted(1)].concat()
}

/// ROOM_RELAY_REQ (741): any bytes.
pub(crate) fn relay(bytes: &[u8]) -> Vec<u8> {
    packet(741, 0, bytes)
}

/// ROOM_RELAY_NTF (742): `unique_id:u64`, then the same bytes.
pub(crate) fn relayed(unique_id: u64, bytes: &[u8]) -> Vec<u8> {
    packet(742, 0, &[&unique_id.to_le_bytes()[..], bytes].concat())
}

/// WHISPER_REQ (771): `id_len:i8  to_user_id  len:i16  message`.
pub(crate) fn whisper(to: &str, message: &str) -> Vec<u8> {
    packet(771, 0, &[short_text(to), text(message)].concat())
}

/// WHISPER_RES (772): `result:i16`.
pub(crate) fn whispered(result: i16) -> Vec<u8> {
    result_packet(772, result)
}

/// WHISPER_NTF (773): `id_len:i8  from_user_id  len:i16  message`.
pub(crate) fn whispers(from: &str, message: &str) -> Vec<u8> {
    packet(773, 0, &[short_text(from), text(message)].concat())
}

/// ROOM_INVITE_REQ (781): `id_len:i8  invited_user_id`.
pub(crate) fn invite(invited: &str) -> Vec<u8> {
    packet(781, 0, &short_text(invited))
}

/// ROOM_INVITE_RES (782): `result:i16`.
pub(crate) fn is_invited(result: i16) -> Vec<u8> {
    result_packet(782, result)
}

/// ROOM_INVITE_NTF (783): `id_len:i8  inviter_user_id  room:i32`.
pub(crate) fn invitation(inviter: &str, room: i32) -> Vec<u8> {
    packet(783, 0, &[&short_text(inviter)[..], &room.to_le_bytes()].concat())
}

/// ROOM_INVITE_DECLINE_REQ (784): `id_len:i8  inviter_user_id`.
pub(crate) fn decline(inviter: &str) -> Vec<u8> {
    packet(784, 0, &short_text(inviter))
}

/// ROOM_INVITE_DECLINE_NTF (785): `id_len:i8  invited_user_id`.
pub(crate) fn declines(invited: &str) -> Vec<u8> {
    packet(785, 0, &short_text(invited))
}

/// ROOM_ELSEWHERE_NTF (786): `room:i32  port:u16  host_len:i8  host  ticket:[u8;16]`.
pub(crate) fn is_elsewhere(room: i32, port: u16, host: &str, ticket: &[u8; 16]) -> Vec<u8> {
    let body = [
        &room.to_le_bytes()[..],
        &port.to_le_bytes(),
        &short_text(host),
        ticket,
    ]
    .concat();
    packet(786, 0, &body)
}

/// SYNC_REQ (791).
pub(crate) const SYNC: [u8; 5] = [5, 0, 23, 3, 0];

/// SYNC_RES (792): `result:i16  epoch:u64`.
pub(crate) fn synced(epoch: u64) -> Vec<u8> {
    packet(792, 0, &[&[1, 0][..], &epoch.to_le_bytes()].concat())
}

/// ROOM_POSITION_NTF (793): `epoch:u64  generation:u64  number:u64`.
pub(crate) fn stands(position: [u64; 3]) -> Vec<u8> {
    packet(793, 0, &position.map(u64::to_le_bytes).concat())
}

/// ROOM_HISTORY_REQ (794): `epoch:u64  generation:u64  number:u64`.
pub(crate) fn history(behind: [u64; 3]) -> Vec<u8> {
    packet(794, 0, &behind.map(u64::to_le_bytes).concat())
}

/// ROOM_HISTORY_NTF (795): `generation:u64  number:u64  id_len:i8  user_id  len:i16  message`.
pub(crate) fn told(generation: u64, number: u64, name: &str, message: &str) -> Vec<u8> {
    let place = [generation, number].map(u64::to_le_bytes).concat();
    packet(795, 0, &[place, short_text(name), text(message)].concat())
}

/// ROOM_HISTORY_RES (796): `result:i16`.
pub(crate) fn told_all(result: i16) -> Vec<u8> {
    result_packet(796, result)
}

/// A packet whose body is `result:i16`.
fn result_packet(id: u16, result: i16) -> Vec<u8> {
    packet(id, 0, &result.to_le_bytes())
}

/// `id_len:i8  id`.
fn short_text(text: &str) -> Vec<u8> {
    let length = i8::try_from(text.len()).expect("a short text");
    [&length.to_le_bytes()[..], text.as_bytes()].concat()
}

/// `len:i16  message`.
fn text(text: &str) -> Vec<u8> {
    let length = i16::try_from(text.len()).expect("a text");
    [&length.to_le_bytes()[..], text.as_bytes()].concat()
}
