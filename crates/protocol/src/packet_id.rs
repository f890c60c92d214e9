//! What a packet is: the ids of the game protocol.
//!
//! Ids up to 764 are those of the classic codelab, so that its clients work here; 771 and later are ours.

use crate::named_number::named_number;

named_number! {
    /// The `packet_id` of a [`Header`](crate::Header). `REQ` asks, `RES` answers, `NTF` tells unasked.
    ///
    /// ```
    /// use protocol::PacketId;
    ///
    /// assert_eq!(PacketId::ECHO.to_string(), "ECHO (101)");
    /// assert_eq!(PacketId(9999).to_string(), "unknown (9999)");
    /// ```
    PacketId(u16) {
        /// Both ways: any bytes, sent back unchanged.
        ECHO = 101,
        /// From a client: empty, or a number of 16 bits.
        PING_REQ = 201,
        /// From a server: the body of the request.
        PING_RES = 202,
        /// From a server: an [`ErrorCode`](crate::ErrorCode).
        ERROR_NTF = 203,
        /// From a client: user id and password, 16 bytes each.
        LOGIN_REQ = 701,
        /// From a server: the result of a login.
        LOGIN_RES = 702,
        /// From a client: the number of the room to enter.
        ROOM_ENTER_REQ = 721,
        /// From a server: result, room and the user's unique id there.
        ROOM_ENTER_RES = 722,
        /// From a server: who is in the room already.
        ROOM_USER_LIST_NTF = 723,
        /// From a server: who has entered.
        ROOM_NEW_USER_NTF = 724,
        /// From a client: out of the room.
        ROOM_LEAVE_REQ = 726,
        /// From a server: the result of leaving.
        ROOM_LEAVE_RES = 727,
        /// From a server: who has left.
        ROOM_LEAVE_USER_NTF = 728,
        /// From a client: a message to the room.
        ROOM_CHAT_REQ = 731,
        /// From a server: the result of a message.
        ROOM_CHAT_RES = 732,
        /// From a server: a message, with who said it.
        ROOM_CHAT_NTF = 733,
        /// From a client: any bytes, to all in the room.
        ROOM_RELAY_REQ = 741,
        /// From a server: relayed bytes, with who sent them.
        ROOM_RELAY_NTF = 742,
        /// From a client: start a game of baccarat.
        GAME_START_REQ = 751,
        /// From a server: the result of starting.
        GAME_START_RES = 752,
        /// From a server: a game has started.
        GAME_START_NTF = 753,
        /// From a client: a bet.
        GAME_BET_REQ = 761,
        /// From a server: the result of a bet.
        GAME_BET_RES = 762,
        /// From a server: who has bet on what. The classic codelab uses 753 for this, twice.
        GAME_BET_NTF = 763,
        /// From a server: cards, scores and the winner.
        GAME_RESULT_NTF = 764,
        /// From a client: a message to one user.
        WHISPER_REQ = 771,
        /// From a server: the result of a whisper.
        WHISPER_RES = 772,
        /// From a server: a message from one user.
        WHISPER_NTF = 773,
        /// From a client: ask a user into the room.
        ROOM_INVITE_REQ = 781,
        /// From a server: the result of an invitation.
        ROOM_INVITE_RES = 782,
        /// From a server: who invites, and into which room.
        ROOM_INVITE_NTF = 783,
        /// From a client: no, thank you.
        ROOM_INVITE_DECLINE_REQ = 784,
        /// From a server: who has declined.
        ROOM_INVITE_DECLINE_NTF = 785,
        /// From a server: which server has the room that was asked for, and a ticket for it.
        ROOM_ELSEWHERE_NTF = 786,
        /// From a client: tell me where the log of my room has got to.
        SYNC_REQ = 791,
        /// From a server: the result, and the epoch of its logs.
        SYNC_RES = 792,
        /// From a server: the last message before this packet stands here in the log of the room.
        ROOM_POSITION_NTF = 793,
        /// From a client: what was said behind this position?
        ROOM_HISTORY_REQ = 794,
        /// From a server: a message out of the log, with its position.
        ROOM_HISTORY_NTF = 795,
        /// From a server: the history is over, or cannot be had.
        ROOM_HISTORY_RES = 796,
        /// From a server: the phase of a baccarat table, and its shoe.
        TABLE_NTF = 801,
        /// From a client: chips on one side.
        STAKE_REQ = 802,
        /// From a server: the result of a stake, and the balance.
        STAKE_RES = 803,
        /// From a server: what a member has on one side.
        STAKE_NTF = 804,
        /// From a server: what a round returns to one member.
        PAYOUT_NTF = 805,
        /// From a server: the rounds of this shoe.
        HISTORY_NTF = 806,
        /// From a client: where to cut the shoe.
        CUT_REQ = 807,
        /// From a server: the result of a cut.
        CUT_RES = 808,
        /// From a server: seed and cuts of a shoe that is over.
        SHOE_REVEAL_NTF = 809,
        /// From a client: how much is there?
        BALANCE_REQ = 811,
        /// From a server: the balance.
        BALANCE_RES = 812,
    }
}
