//! The table of the chat's messages: what stands in the body of each packet, in the order of the wire.
//!
//! `REQ` comes from a client, `RES` and `NTF` from the server. `TextI8` and `TextI16` are a text behind its
//! length, `Padded` is a name and filled up with zero bytes (`Secret`, a password or a ticket, too, and is
//! not shown to anybody), `Rest` is all bytes up to the end. Behind `=` stands the field's name in MessagePack: that of the
//! original codelab's server where it has the field. `raw` are bodies that are the same bytes in every codec, as
//! they are there.

use super::{
    codecs::{Decode, Encode},
    definition::{codecs, kind, messages},
    kind::{Kind, Padded, Rest, Secret, TextI8, TextI16},
    msgpack::{Map, MapWriter, MsgPackKind},
    own::{Row, Table},
    protobuf::{self, ProtobufKind, proto::chat as proto},
    room_user::{RoomUser, Users},
};
use crate::{Codec, ErrorCode, Packet, PacketBuilder, PacketError, PacketId, PacketReader};

messages! {
    /// `ECHO` (101), both ways: any bytes, which the server sends back.
    ECHO => Echo<'a> raw {
        /// What comes back unchanged.
        bytes: &'a [u8] as Rest,
    }

    /// `PING_REQ` (201): asks for a sign of life, and is one.
    PING_REQ => PingReq {
        /// What the answer repeats, if anything.
        number: Option<i16> = "Number",
    }

    /// `PING_RES` (202): the body of the request.
    PING_RES => PingRes {
        /// What the request said, if anything.
        number: Option<i16> = "Number",
    }

    /// `ERROR_NTF` (203): what went wrong, where no `RES` can say it.
    ///
    /// ```
    /// use protocol::{ErrorCode, message::ErrorNtf};
    ///
    /// let full = ErrorNtf { error: ErrorCode::SERVER_FULL };
    /// assert_eq!(full.encode()?.as_bytes(), [7, 0, 203, 0, 0, 65, 0]);
    /// assert_eq!(ErrorNtf::decode(&[65, 0])?, full);
    /// # Ok::<(), protocol::PacketError>(())
    /// ```
    ERROR_NTF => ErrorNtf {
        /// What went wrong.
        error: ErrorCode = "ErrorCode",
    }

    /// `LOGIN_REQ` (701): who the client wants to be. See [`new`](Self::new) and [`user_id`](Self::user_id).
    LOGIN_REQ => LoginReq {
        /// The user id, filled up with zero bytes.
        user_id: [u8; 16] as Padded = "UserID",
        /// The password, filled up with zero bytes.
        password: [u8; 16] as Secret = "UserPW",
    }

    /// `LOGIN_RES` (702): whether the client is a user now.
    LOGIN_RES => LoginRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    /// `ROOM_ENTER_REQ` (721): into a room.
    ROOM_ENTER_REQ => RoomEnterReq {
        /// The room's number.
        room: i32 = "RoomNumber",
    }

    /// `ROOM_ENTER_RES` (722): whether the user is a member now. Room and id are 0 on failure.
    ROOM_ENTER_RES => RoomEnterRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
        /// The room's number.
        room: i32 = "RoomNumber",
        /// Who the user is in this room.
        user_unique_id: u64 = "RoomUserUniqueId",
    }

    /// `ROOM_USER_LIST_NTF` (723): who was in the room before. A long list comes in several packets, see
    /// [`split`](Self::split).
    ROOM_USER_LIST_NTF => RoomUserListNtf<'a> {
        /// The members, 127 at most.
        users: Vec<RoomUser<'a>> as Users,
    }

    /// `ROOM_NEW_USER_NTF` (724): who has entered.
    ROOM_NEW_USER_NTF => RoomNewUserNtf<'a> {
        /// Who the new member is in this room.
        unique_id: u64 = "UniqueId",
        /// The new member's name.
        user_id: &'a str as TextI8 = "ID",
    }

    /// `ROOM_LEAVE_REQ` (726): out of the room.
    ROOM_LEAVE_REQ => RoomLeaveReq {}

    /// `ROOM_LEAVE_RES` (727): whether the user is out.
    ROOM_LEAVE_RES => RoomLeaveRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    /// `ROOM_LEAVE_USER_NTF` (728): who has left.
    ROOM_LEAVE_USER_NTF => RoomLeaveUserNtf {
        /// Who the member was in this room.
        unique_id: u64 = "UserUniqueId",
    }

    /// `ROOM_CHAT_REQ` (731): a message to the room.
    ROOM_CHAT_REQ => RoomChatReq<'a> {
        /// What is said; a server takes 1 to 126 bytes.
        message: &'a str as TextI16 = "Msg",
    }

    /// `ROOM_CHAT_RES` (732): whether the message went out.
    ROOM_CHAT_RES => RoomChatRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    // ANCHOR: chat_ntf
    /// `ROOM_CHAT_NTF` (733): a message, with who said it.
    ROOM_CHAT_NTF => RoomChatNtf<'a> {
        /// Who said it.
        unique_id: u64 = "UserUniqueId",
        /// What was said.
        message: &'a str as TextI16 = "Msg",
    }
    // ANCHOR_END: chat_ntf

    /// `ROOM_RELAY_REQ` (741): any bytes, to all in the room.
    ROOM_RELAY_REQ => RoomRelayReq<'a> raw {
        /// What all members get.
        bytes: &'a [u8] as Rest,
    }

    /// `ROOM_RELAY_NTF` (742): relayed bytes, with who sent them.
    ROOM_RELAY_NTF => RoomRelayNtf<'a> raw {
        /// Who sent them.
        unique_id: u64,
        /// The bytes of the request.
        bytes: &'a [u8] as Rest,
    }

    /// `WHISPER_REQ` (771): a message to one user, wherever that user is.
    WHISPER_REQ => WhisperReq<'a> {
        /// Who gets it.
        user_id: &'a str as TextI8 = "UserID",
        /// What is said; a server takes 1 to 126 bytes.
        message: &'a str as TextI16 = "Msg",
    }

    /// `WHISPER_RES` (772): whether the whisper went out.
    WHISPER_RES => WhisperRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    /// `WHISPER_NTF` (773): a message from one user.
    WHISPER_NTF => WhisperNtf<'a> {
        /// Who said it.
        user_id: &'a str as TextI8 = "UserID",
        /// What was said.
        message: &'a str as TextI16 = "Msg",
    }

    /// `ROOM_INVITE_REQ` (781): asks a user into the room.
    ROOM_INVITE_REQ => RoomInviteReq<'a> {
        /// Who is invited.
        user_id: &'a str as TextI8 = "UserID",
    }

    /// `ROOM_INVITE_RES` (782): whether the invitation went out.
    ROOM_INVITE_RES => RoomInviteRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    /// `ROOM_INVITE_NTF` (783): an invitation.
    ROOM_INVITE_NTF => RoomInviteNtf<'a> {
        /// Who invites.
        user_id: &'a str as TextI8 = "UserID",
        /// Into which room.
        room: i32 = "RoomNumber",
    }

    /// `ROOM_INVITE_DECLINE_REQ` (784): no, thank you.
    ROOM_INVITE_DECLINE_REQ => RoomInviteDeclineReq<'a> {
        /// Who had invited.
        user_id: &'a str as TextI8 = "UserID",
    }

    /// `ROOM_INVITE_DECLINE_NTF` (785): who does not come.
    ROOM_INVITE_DECLINE_NTF => RoomInviteDeclineNtf<'a> {
        /// Who had been invited.
        user_id: &'a str as TextI8 = "UserID",
    }

    /// `ROOM_ELSEWHERE_NTF` (786): another server has the room that was asked for. Who connects there with this ticket as
    /// password has a place in it. A `ROOM_ENTER_RES` with `ROOM_ELSEWHERE` comes behind it.
    ROOM_ELSEWHERE_NTF => RoomElsewhereNtf<'a> {
        /// The room.
        room: i32 = "RoomNumber",
        /// The port of its server.
        port: u16 = "Port",
        /// The host of its server, a name or an address.
        host: &'a str as TextI8 = "Host",
        /// Worth one login of this user there, filled up with zero bytes.
        ticket: [u8; 16] as Secret = "Ticket",
    }

    /// `SYNC_REQ` (791): this client wants to know positions, in rooms whose messages are kept.
    SYNC_REQ => SyncReq {}

    /// `SYNC_RES` (792): positions come from now on.
    SYNC_RES => SyncRes {
        /// `NONE`: a server that keeps no messages does not know the request.
        result: ErrorCode = "Result",
        /// Of the logs: in another one, no position is worth anything.
        epoch: u64 = "Epoch",
    }

    /// `ROOM_POSITION_NTF` (793): where the last message before this one stands. All zero: nothing was said in this
    /// room yet.
    ROOM_POSITION_NTF => RoomPositionNtf {
        /// Of the logs.
        epoch: u64 = "Epoch",
        /// Of the server that has written the message: a later one has a higher one.
        generation: u64 = "Generation",
        /// Counts up by one within a generation.
        number: u64 = "Number",
    }

    /// `ROOM_HISTORY_REQ` (794): asks for all messages behind a position; all zero: for all that are kept.
    ROOM_HISTORY_REQ => RoomHistoryReq {
        /// Of the logs.
        epoch: u64 = "Epoch",
        /// Of the last message that the client has.
        generation: u64 = "Generation",
        /// Of the last message that the client has.
        number: u64 = "Number",
    }

    /// `ROOM_HISTORY_NTF` (795): a message that was said before.
    ROOM_HISTORY_NTF => RoomHistoryNtf<'a> {
        /// Where it stands.
        generation: u64 = "Generation",
        /// Where it stands.
        number: u64 = "Number",
        /// Who said it, by name: who was a member then may be none now.
        user_id: &'a str as TextI8 = "UserID",
        /// What was said.
        message: &'a str as TextI16 = "Msg",
    }

    /// `ROOM_HISTORY_RES` (796): that was all, or `HISTORY_GAP`.
    ROOM_HISTORY_RES => RoomHistoryRes {
        /// `NONE`, or why nothing has come.
        result: ErrorCode = "Result",
    }
}
