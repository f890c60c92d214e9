//! Mistakes in the chat, and in what it has in common with every room server.

use examine::kinds;

use crate::verify;
use crate::wrong::chat;

/// The same mistakes as in a chat are found by those checks that a chat has in common with all games.
#[test]
fn mistakes_in_any_room_server() {
    use chat::Mistake::*;
    verify(
        &kinds::ROOM_SERVER,
        chat::start,
        &[
            (
                AcceptsDuplicateLogins,
                &["duplicate-name", "racing-names", "name-kept"],
            ),
            (ListWithTheNewcomer, &["enter-order", "user-list", "long-list"]),
            (NoLastRoom, &["room-number"]),
        ],
    );
}

#[test]
fn mistakes_in_a_chat() {
    use chat::Mistake::*;
    verify(
        &kinds::CHAT,
        chat::start,
        &[
            (ClosesOnASplitHeader, &["split", "byte-by-byte"]),
            (NoMaximum, &["size-over-maximum", "size-negative"]),
            (WritesWhileOthersWait, &["slow-reader"]),
            (PingWithoutItsNumber, &["ping"]),
            (LoginNotAskedFor, &["before-login"]),
            (ClosesAtAnUnknownId, &["unknown-id"]),
            (IgnoresPacketType, &["packet-type", "bomb"]),
            (DecompressesAnyEcho, &["bomb"]),
            (
                CompressesForEverybody,
                &["chat-lengths", "largest", "long-list", "relay-largest"],
            ),
            (ForgivesALongLogin, &["too-long"]),
            (
                AcceptsDuplicateLogins,
                &["duplicate-name", "racing-names", "name-kept"],
            ),
            (LoginInTwoSteps, &["racing-names"]),
            (SecondLoginOfAConnection, &["login-twice"]),
            (FreesTheNameAtTheLosersEnd, &["name-kept"]),
            (NeverFreesAName, &["name-freed"]),
            (KeepsTheNameAtAProtocolError, &["name-freed"]),
            (AcceptsControlCharacters, &["names-refused"]),
            (ListWithTheNewcomer, &["enter-order", "user-list", "long-list"]),
            (ListAfterTheResult, &["enter-order", "user-list", "long-list"]),
            (ListInAnyOrder, &["user-list", "long-list"]),
            (ListInOnePacket, &["long-list"]),
            (ForgetsAField, &["enter-order"]),
            (SameUniqueIdTwice, &["unique-ids"]),
            (OneCounterForAllRooms, &["unique-ids"]),
            (RoomBeforeUser, &["enter-twice"]),
            (NoLastRoom, &["room-number"]),
            (OneRoomTooFew, &["room-number"]),
            (NoRoomLimit, &["room-full"]),
            (FullBeforeUser, &["room-full"]),
            (ZeroForSuccessInLeave, &["leave"]),
            (NoNoticeOfADisconnect, &["disconnect"]),
            (NoNoticeOfAProtocolError, &["disconnect"]),
            (DeliversToOneWhoHasLeft, &["after-leave"]),
            (DeliversToAllRooms, &["rooms-apart"]),
            (ResultBeforeNotification, &["chat"]),
            (ZeroForSuccessInChat, &["chat", "merged"]),
            (CountsCharacters, &["chat-lengths"]),
            (ReplacesBrokenText, &["not-utf8"]),
            (TrimsMessages, &["chat-text"]),
            (TwoOrders, &["chat-order"]),
            (RelayNotToItsSender, &["relay", "relay-largest"]),
            (RelayOfAnySize, &["relay-largest"]),
            (WhisperInTheSameRoomOnly, &["whisper"]),
            (WhisperToOneself, &["whisper-refused"]),
            (InvitesMembers, &["invite-refused"]),
            (
                DeclineWithoutInvitation,
                &["decline", "decline-uninvited", "accept"],
            ),
            (EnteringIsNoAcceptance, &["accept"]),
        ],
    );
}
