//! The result and error codes of the protocol.

use crate::{PacketError, named_number::named_number};

named_number! {
    /// The `result` of a `RES` packet, and the `error` of an `ERROR_NTF`.
    ///
    /// ```
    /// use protocol::ErrorCode;
    ///
    /// assert_eq!(ErrorCode(65), ErrorCode::SERVER_FULL);
    /// assert_eq!(ErrorCode::SERVER_FULL.to_string(), "SERVER_FULL (65)");
    /// ```
    ErrorCode(i16) {
        /// Success, in every `RES`.
        NONE = 1,
        /// The body does not fit its packet id.
        PACKET_DECODING_FAIL = 51,
        /// Anything but login, ping or echo before login.
        PACKET_NOT_LOGIN_USER = 52,
        /// A packet id that the server does not know.
        ROOM_NOT_REGISTERED_PACKET_ID = 53,
        /// No login within the login timeout; sent, then closed.
        DISCONNECT_UNAUTHENTICATED_USER = 61,
        /// The client does not read; sent where it still can be, then closed.
        SLOW_CONSUMER = 62,
        /// More packets a second than allowed.
        RATE_LIMITED = 63,
        /// Sent to every client at shutdown.
        SERVER_SHUTTING_DOWN = 64,
        /// Over the connection limit; sent, then closed.
        SERVER_FULL = 65,
        /// Silent for longer than the idle timeout; sent, then closed.
        IDLE_TIMEOUT = 66,
        /// This server has lost its place among the others; sent, then closed.
        NODE_LOST = 67,
        /// The same user has logged in again; sent to the older connection, then closed.
        REPLACED = 68,
        /// That user id is logged in, or this connection is.
        LOGIN_USER_DUPLICATION = 111,
        /// A text that is no user id, see [`user_name`](crate::user_name), or one that is not UTF-8.
        LOGIN_USER_INVALID_ID = 112,
        /// Wrong password or ticket, where logins are checked.
        LOGIN_FAILED = 113,
        /// Whoever checks logins does not answer in time; the client may try again.
        LOGIN_UNAVAILABLE = 114,
        /// A room packet from a user who is in no room.
        ROOM_NOT_IN_USER = 121,
        /// No such room.
        ROOM_INVALID_NUMBER = 122,
        /// Already in a room.
        ENTER_ROOM_ALREADY = 131,
        /// The room is full.
        ENTER_ROOM_USER_FULL = 134,
        /// The room is on another server, and the packet before tells where.
        ROOM_ELSEWHERE = 135,
        /// A message of 0 or over 126 bytes.
        ROOM_CHAT_MSG_LEN = 151,
        /// The user is not logged in.
        WHISPER_NO_SUCH_USER = 152,
        /// To oneself.
        WHISPER_SELF = 153,
        /// The invited user is in that room already.
        INVITED_USER_IN_ROOM = 154,
        /// The server of the other user does not answer in time.
        PEER_UNREACHABLE = 155,
        /// What the client asks for is not kept any more.
        HISTORY_GAP = 156,
        /// What should outlive the server could not be stored: it has not happened.
        NOT_STORED = 157,
        /// Baccarat: no game can start now.
        GAME_START_INVALID_ROOM_STATE = 171,
        /// Baccarat: too few members.
        GAME_START_NOT_ENOUGH_MEMBERS = 172,
        /// Baccarat: only the room's master starts a game.
        GAME_START_NOT_MASTER = 173,
        /// Baccarat: the bet could not be read.
        GAME_BET_FAIL_PACKET = 181,
        /// Baccarat: no bets are taken now.
        GAME_BET_INVALID_ROOM_STATE = 182,
        /// Baccarat: there is no such side.
        GAME_BET_INVALID_SIDE = 183,
        /// Baccarat: the same side again.
        GAME_BET_SAME_SIDE = 184,
        /// Baccarat: a stake under or over the limits of one side, or not above 0.
        BET_LIMIT = 185,
        /// Baccarat: a stake of more than the balance.
        INSUFFICIENT_FUNDS = 186,
        /// Baccarat: a stake on another round.
        BET_WRONG_ROUND = 187,
    }
}

/// What a client is told about a packet that does not fit its id.
impl From<PacketError> for ErrorCode {
    fn from(_: PacketError) -> Self {
        Self::PACKET_DECODING_FAIL
    }
}
