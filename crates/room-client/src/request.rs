//! A request of the client: how it is sent, which packet answers it, and what its user is told then.

use std::time::Instant;

use protocol::message::{
    Encode, LoginReq, RoomChatReq, RoomEnterReq, RoomHistoryReq, RoomInviteReq, RoomLeaveReq, SyncReq,
    WhisperReq,
};
use protocol::{Codec, ErrorCode, Header, Packet, PacketError, PacketId};
use talk::LONGEST_MESSAGE;

use crate::account::Secret;
use crate::chat::Position;
use crate::command::as_typed;

/// What is asked where the server does not seem to speak the codec of this client.
pub(crate) const WRONG_CODEC: &str = "does this port speak another codec (--codec)?";

/// A `PING_REQ` whose empty body is compressed. Whoever has sent one compressed packet gets them too.
const COMPRESSED_PING: [u8; 6] = [6, 0, 201, 0, Header::COMPRESSED, 0];

/// What the server has been asked for, and has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// For compressed packets.
    Compression,
    Login {
        name: String,
        /// A ticket, where an API server has given one.
        password: Secret,
    },
    /// For positions in rooms whose messages are kept.
    Sync,
    Enter {
        room: i32,
    },
    /// For what was said behind this position.
    History(Position),
    Leave,
    Say {
        message: String,
    },
    Whisper {
        user: String,
        message: String,
    },
    Invite {
        user: String,
    },
    /// What only the game knows.
    Game(GameRequest),
}

/// A request of a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameRequest {
    /// How it is sent.
    pub packet: Packet,
    /// What answers it, where it is not an `ERROR_NTF`.
    pub answer: PacketId,
    /// Whether only a member of a room can ask for this.
    pub needs_room: bool,
    /// What is shown when it is granted, if anything.
    pub done: Option<String>,
    /// Where the server has dropped it: the time from which on it is not sent again.
    pub too_late: Option<Instant>,
}

impl Request {
    pub(crate) fn encode(&self, codec: Codec) -> Result<Packet, PacketError> {
        match self {
            Self::Compression => Packet::new().put_bytes(&COMPRESSED_PING).build(),
            Self::Login { name, password } => LoginReq::new(name, password.reveal())?.encode_as(codec),
            Self::Sync => SyncReq {}.encode_as(codec),
            Self::Enter { room } => RoomEnterReq { room: *room }.encode_as(codec),
            Self::History(position) => RoomHistoryReq {
                epoch: position.epoch,
                generation: position.generation,
                number: position.number,
            }
            .encode_as(codec),
            Self::Leave => RoomLeaveReq {}.encode_as(codec),
            Self::Say { message } => RoomChatReq { message }.encode_as(codec),
            Self::Whisper { user, message } => WhisperReq {
                user_id: user,
                message,
            }
            .encode_as(codec),
            Self::Invite { user } => RoomInviteReq { user_id: user }.encode_as(codec),
            Self::Game(request) => Ok(request.packet.clone()),
        }
    }

    /// What answers it, where it is not an `ERROR_NTF`.
    pub(crate) fn answer(&self) -> PacketId {
        match self {
            Self::Compression => PacketId::PING_RES,
            Self::Login { .. } => PacketId::LOGIN_RES,
            Self::Sync => PacketId::SYNC_RES,
            Self::Enter { .. } => PacketId::ROOM_ENTER_RES,
            Self::History(_) => PacketId::ROOM_HISTORY_RES,
            Self::Leave => PacketId::ROOM_LEAVE_RES,
            Self::Say { .. } => PacketId::ROOM_CHAT_RES,
            Self::Whisper { .. } => PacketId::WHISPER_RES,
            Self::Invite { .. } => PacketId::ROOM_INVITE_RES,
            Self::Game(request) => request.answer,
        }
    }

    /// What the user has typed for it, where it is no matter of course.
    pub(crate) fn words(&self) -> Option<String> {
        match self {
            Self::Say { message } => Some(message.clone()),
            Self::Whisper { user, message } => Some(format!("/whisper {} {message}", as_typed(user))),
            Self::Invite { user } => Some(format!("/invite {}", as_typed(user))),
            Self::Game(_) => Some("what you asked of the game".to_owned()),
            // Where the user is on the next connection is told then.
            Self::Compression
            | Self::Login { .. }
            | Self::Sync
            | Self::Enter { .. }
            | Self::History(_)
            | Self::Leave => None,
        }
    }

    /// Whether it may not be sent again, since it would mean something else by now.
    pub(crate) fn is_too_late(&self, now: Instant) -> bool {
        match self {
            Self::Game(request) => request.too_late.is_some_and(|time| now >= time),
            _ => false,
        }
    }

    /// Whether only a member of a room can ask for this. Whoever is none gets an `ERROR_NTF`, not a `RES`.
    pub(crate) fn needs_room(&self) -> bool {
        match self {
            Self::History(_) | Self::Leave | Self::Say { .. } | Self::Invite { .. } => true,
            Self::Game(request) => request.needs_room,
            _ => false,
        }
    }
}

/// A refusal in a sentence, with the code's name for those who want to look it up. `request` is what has
/// been refused, where that is known.
pub(crate) fn refusal(error: ErrorCode, request: Option<&Request>) -> String {
    match (sentence(error, request), error.name()) {
        (Some(sentence), Some(name)) => format!("{sentence} ({name})"),
        (_, Some(_)) => format!("the server answers {error}"),
        // Two bytes of another codec may look like a number.
        _ if matches!(request, Some(Request::Login { .. })) => {
            format!(
                "the server answers with error {}, which this client does not know: {WRONG_CODEC}",
                error.0
            )
        }
        _ => format!(
            "the server answers with error {}, which this client does not know",
            error.0
        ),
    }
}

fn sentence(error: ErrorCode, request: Option<&Request>) -> Option<String> {
    let sentence = match error {
        ErrorCode::PACKET_DECODING_FAIL => Some(unread_sentence(request)),
        error => plain_sentence(error).map(ToOwned::to_owned),
    };
    sentence.or_else(|| sentence_about(&Subject::of(request), error))
}

/// Why the server could not read a request.
fn unread_sentence(request: Option<&Request>) -> String {
    match request {
        Some(Request::Compression) => {
            "the server accepts no compressed packets: was it started with --compress-over?".to_owned()
        }
        Some(Request::Login { .. }) => format!("the server could not read the login: {WRONG_CODEC}"),
        _ => "the server could not read the request".to_owned(),
    }
}

/// What is true whatever has been asked for.
fn plain_sentence(error: ErrorCode) -> Option<&'static str> {
    Some(match error {
        ErrorCode::PACKET_NOT_LOGIN_USER => "the server wants a login first",
        ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID => "the server does not know this request",
        ErrorCode::DISCONNECT_UNAUTHENTICATED_USER => "no login came in time",
        ErrorCode::SLOW_CONSUMER => "this client read too slowly",
        ErrorCode::RATE_LIMITED => "too many requests a second: the server has dropped some",
        ErrorCode::SERVER_SHUTTING_DOWN => "it is shutting down",
        ErrorCode::SERVER_FULL => "it is full",
        ErrorCode::IDLE_TIMEOUT => "nothing came from this client for too long",
        ErrorCode::NODE_LOST => "it has lost its place among the other servers",
        ErrorCode::REPLACED => "you have logged in again elsewhere",
        ErrorCode::LOGIN_UNAVAILABLE => "nobody can check the login now: try again",
        ErrorCode::PEER_UNREACHABLE => "the server of that user does not answer",
        ErrorCode::HISTORY_GAP => "what was said while you were away is not kept any more",
        ErrorCode::NOT_STORED => "it could not be kept, so nobody has seen it: say it again",
        ErrorCode::ROOM_NOT_IN_USER => "you are in no room: /enter 1 enters one",
        ErrorCode::ENTER_ROOM_ALREADY => "you are in a room: /leave comes first",
        _ => return None,
    })
}

fn sentence_about(Subject { user, room }: &Subject, error: ErrorCode) -> Option<String> {
    Some(match error {
        ErrorCode::LOGIN_USER_DUPLICATION => format!("{user} is logged in already"),
        ErrorCode::LOGIN_USER_INVALID_ID => format!("the server does not accept {user} as a name"),
        ErrorCode::LOGIN_FAILED => format!("the server does not let {user} in"),
        ErrorCode::ROOM_INVALID_NUMBER => format!("{room} does not exist"),
        ErrorCode::ENTER_ROOM_USER_FULL => format!("{room} is full"),
        ErrorCode::ROOM_ELSEWHERE => format!("{room} is on another server"),
        ErrorCode::ROOM_CHAT_MSG_LEN => format!("a message has 1 to {LONGEST_MESSAGE} bytes"),
        ErrorCode::WHISPER_NO_SUCH_USER => format!("{user} is not logged in"),
        ErrorCode::WHISPER_SELF => format!("{user} is you"),
        ErrorCode::INVITED_USER_IN_ROOM => format!("{user} is in this room already"),
        _ => return None,
    })
}

/// Whom and what a request is about, in words.
struct Subject {
    user: String,
    room: String,
}

impl Subject {
    fn of(request: Option<&Request>) -> Self {
        let user = match request {
            Some(
                Request::Login { name: user, .. } | Request::Whisper { user, .. } | Request::Invite { user },
            ) => as_typed(user),
            _ => "that user".to_owned(),
        };
        let room = match request {
            Some(Request::Enter { room }) => format!("room {room}"),
            _ => "that room".to_owned(),
        };
        Self { user, room }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_was_asked_for_and_its_code() {
        let enter = Request::Enter { room: 7 };
        let invite = Request::Invite {
            user: "bob".to_owned(),
        };
        for (error, request, expected) in [
            (
                ErrorCode::ROOM_INVALID_NUMBER,
                Some(&enter),
                "room 7 does not exist (ROOM_INVALID_NUMBER)",
            ),
            (
                ErrorCode::ENTER_ROOM_USER_FULL,
                Some(&enter),
                "room 7 is full (ENTER_ROOM_USER_FULL)",
            ),
            (
                ErrorCode::WHISPER_NO_SUCH_USER,
                Some(&invite),
                "bob is not logged in (WHISPER_NO_SUCH_USER)",
            ),
            (ErrorCode::SERVER_FULL, None, "it is full (SERVER_FULL)"),
            (
                ErrorCode::GAME_BET_SAME_SIDE,
                None,
                "the server answers GAME_BET_SAME_SIDE (184)",
            ),
            (
                ErrorCode(999),
                None,
                "the server answers with error 999, which this client does not know",
            ),
        ] {
            assert_eq!(refusal(error, request), expected);
        }
    }

    #[test]
    fn every_code_of_the_chat_has_a_sentence() {
        let of_the_chat = |error: &&ErrorCode| (51..=154).contains(&error.0);
        for error in ErrorCode::ALL.iter().filter(of_the_chat) {
            assert!(sentence(*error, None).is_some(), "{error}");
        }
    }
}
