//! Any message of any table, for the property tests.

use proptest::prelude::*;
use protocol::{
    ErrorCode, PacketId,
    message::{
        Echo, ErrorNtf, LoginReq, LoginRes, Message, PingReq, PingRes, RoomChatNtf, RoomChatReq, RoomChatRes,
        RoomElsewhereNtf, RoomEnterReq, RoomEnterRes, RoomHistoryNtf, RoomHistoryReq, RoomHistoryRes,
        RoomInviteDeclineNtf, RoomInviteDeclineReq, RoomInviteNtf, RoomInviteReq, RoomInviteRes,
        RoomLeaveReq, RoomLeaveRes, RoomLeaveUserNtf, RoomNewUserNtf, RoomPositionNtf, RoomRelayNtf,
        RoomRelayReq, RoomUser, RoomUserListNtf, SyncReq, SyncRes, WhisperNtf, WhisperReq, WhisperRes,
        baccarat,
    },
};

use super::{any_baccarat, any_table::AnyMessage};

/// What the fields of a message are made of. A message borrows its texts, so they need an owner.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    result: ErrorCode,
    room: i32,
    port: u16,
    unique_id: u64,
    generation: u64,
    number: Option<i16>,
    padded: [u8; 16],
    user_id: String,
    message: String,
    bytes: Vec<u8>,
    users: Vec<(u64, String)>,
    baccarat: any_baccarat::Values,
}

prop_compose! {
    pub(crate) fn any_values()(
        result in any::<i16>().prop_map(ErrorCode),
        room in any::<i32>(),
        port in any::<u16>(),
        unique_id in any::<u64>(),
        generation in any::<u64>(),
        number in any::<Option<i16>>(),
        padded in any_padded(),
        user_id in any_text(31),
        message in any_text(300),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        users in any_users(12),
        baccarat in any_baccarat::any_values(),
    ) -> Values {
        Values { result, room, port, unique_id, generation, number, padded, user_id, message, bytes, users, baccarat }
    }
}

/// A text filled up with zero bytes, or any bytes.
fn any_padded() -> impl Strategy<Value = [u8; 16]> {
    let text = any_text(4).prop_map(|text| {
        let mut field = [0; 16];
        field[..text.len()].copy_from_slice(text.as_bytes());
        field
    });
    prop_oneof![3 => text, 1 => any::<[u8; 16]>()]
}

/// Any characters, control characters too. Each has 4 bytes at most, so that 31 of them fit into a name.
fn any_text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 0..=most).prop_map(String::from_iter)
}

pub(crate) fn any_users(most: usize) -> impl Strategy<Value = Vec<(u64, String)>> {
    prop::collection::vec((any::<u64>(), any_text(31)), 0..=most)
}

impl Values {
    /// Nothing, 0 and success.
    pub(crate) fn empty() -> Self {
        Self {
            result: ErrorCode::NONE,
            room: 0,
            port: 0,
            unique_id: 0,
            generation: 0,
            number: None,
            padded: [0; 16],
            user_id: String::new(),
            message: String::new(),
            bytes: Vec::new(),
            users: Vec::new(),
            baccarat: any_baccarat::Values::empty(),
        }
    }

    /// One message of every id.
    pub(crate) fn messages(&self) -> Vec<AnyMessage<'_>> {
        let mut chat = self.session_messages();
        chat.extend(self.room_messages());
        chat.extend(self.messages_between_users());
        chat.extend(self.messages_of_a_durable_room());
        let chat = chat.into_iter().map(AnyMessage::Chat);
        let baccarat = self.baccarat.messages().into_iter().map(AnyMessage::Baccarat);
        chat.chain(baccarat).collect()
    }

    fn session_messages(&self) -> Vec<Message<'_>> {
        let (number, result, bytes) = (self.number, self.result, &self.bytes[..]);
        vec![
            Message::Echo(Echo { bytes }),
            Message::PingReq(PingReq { number }),
            Message::PingRes(PingRes { number }),
            Message::ErrorNtf(ErrorNtf { error: result }),
            Message::LoginReq(LoginReq {
                user_id: self.padded,
                password: self.padded,
            }),
            Message::LoginRes(LoginRes { result }),
        ]
    }

    fn room_messages(&self) -> Vec<Message<'_>> {
        let (unique_id, room, result) = (self.unique_id, self.room, self.result);
        let (user_id, message, bytes) = (&self.user_id[..], &self.message[..], &self.bytes[..]);
        vec![
            Message::RoomEnterReq(RoomEnterReq { room }),
            Message::RoomEnterRes(RoomEnterRes {
                result,
                room,
                user_unique_id: unique_id,
            }),
            Message::RoomUserListNtf(RoomUserListNtf {
                users: room_users(&self.users),
            }),
            Message::RoomNewUserNtf(RoomNewUserNtf { unique_id, user_id }),
            Message::RoomLeaveReq(RoomLeaveReq {}),
            Message::RoomLeaveRes(RoomLeaveRes { result }),
            Message::RoomLeaveUserNtf(RoomLeaveUserNtf { unique_id }),
            Message::RoomChatReq(RoomChatReq { message }),
            Message::RoomChatRes(RoomChatRes { result }),
            Message::RoomChatNtf(RoomChatNtf { unique_id, message }),
            Message::RoomRelayReq(RoomRelayReq { bytes }),
            Message::RoomRelayNtf(RoomRelayNtf { unique_id, bytes }),
        ]
    }

    fn messages_between_users(&self) -> Vec<Message<'_>> {
        let (user_id, message, result) = (&self.user_id[..], &self.message[..], self.result);
        let room = self.room;
        vec![
            Message::WhisperReq(WhisperReq { user_id, message }),
            Message::WhisperRes(WhisperRes { result }),
            Message::WhisperNtf(WhisperNtf { user_id, message }),
            Message::RoomInviteReq(RoomInviteReq { user_id }),
            Message::RoomInviteRes(RoomInviteRes { result }),
            Message::RoomInviteNtf(RoomInviteNtf { user_id, room }),
            Message::RoomInviteDeclineReq(RoomInviteDeclineReq { user_id }),
            Message::RoomInviteDeclineNtf(RoomInviteDeclineNtf { user_id }),
            Message::RoomElsewhereNtf(RoomElsewhereNtf {
                room,
                port: self.port,
                host: user_id,
                ticket: self.padded,
            }),
        ]
    }

    fn messages_of_a_durable_room(&self) -> Vec<Message<'_>> {
        let (epoch, generation, number) = (self.unique_id, self.generation, self.unique_id);
        let (user_id, message, result) = (&self.user_id[..], &self.message[..], self.result);
        vec![
            Message::SyncReq(SyncReq {}),
            Message::SyncRes(SyncRes { result, epoch }),
            Message::RoomPositionNtf(RoomPositionNtf {
                epoch,
                generation,
                number,
            }),
            Message::RoomHistoryReq(RoomHistoryReq {
                epoch,
                generation,
                number,
            }),
            Message::RoomHistoryNtf(RoomHistoryNtf {
                generation,
                number,
                user_id,
                message,
            }),
            Message::RoomHistoryRes(RoomHistoryRes { result }),
        ]
    }
}

pub(crate) fn room_users(users: &[(u64, String)]) -> Vec<RoomUser<'_>> {
    users
        .iter()
        .map(|(unique_id, user_id)| RoomUser {
            unique_id: *unique_id,
            user_id,
        })
        .collect()
}

/// The ids of all tables, one table after the other.
pub(crate) fn ids() -> Vec<PacketId> {
    [Message::IDS, baccarat::Message::IDS].concat()
}

/// An id of a table most of the time, or any other.
pub(crate) fn any_packet_id() -> impl Strategy<Value = PacketId> {
    prop_oneof![
        9 => prop::sample::select(ids()),
        1 => any::<u16>().prop_map(PacketId),
    ]
}
