//! What the server says, and what it means for the chat: answers to requests, errors, and what others say and do.

use protocol::message::{ErrorNtf, Message};
use protocol::{ErrorCode, PacketId};

use super::{Chat, Position};
use crate::command::as_typed;
use crate::game::{Surroundings, View};
use crate::line::Line;
use crate::request::Request;

impl Chat {
    /// Takes a message of the server.
    pub(crate) fn received(&mut self, message: &Message<'_>) -> Option<Line> {
        self.hear();
        match (message, result_of(message)) {
            (Message::ErrorNtf(ErrorNtf { error }), _) => self.error(*error),
            (_, Some(result)) => self.answered(message, result),
            (_, None) => self.notified(message),
        }
    }

    /// Takes a packet that is none of the chat's; `None` where the game does not know it either.
    pub(crate) fn received_by_game(
        &mut self,
        id: PacketId,
        body: &[u8],
        view: View,
    ) -> anyhow::Result<Option<Vec<Line>>> {
        self.hear();
        let at = Surroundings {
            room: &self.room,
            codec: self.codec,
            view,
        };
        let Some(news) = self.game.packet(id, body, &at)? else {
            return Ok(None);
        };
        let answer = news.result.and_then(|result| self.game_answered(id, result));
        Ok(Some(answer.into_iter().chain(news.lines).collect()))
    }

    /// Something has come. Only as the very last word is this the reason for an end.
    fn hear(&mut self) {
        self.farewell.take_if(|error| *error == ErrorCode::RATE_LIMITED);
    }

    fn game_answered(&mut self, id: PacketId, result: ErrorCode) -> Option<Line> {
        let request = self.take(|request| request.answer() == id);
        match (result, request) {
            (ErrorCode::NONE, Some(Request::Game(request))) => request.done.map(Line::Notice),
            (ErrorCode::NONE, _) => None,
            (error, request) => Some(Line::Problem(self.refusal(error, request.as_ref()))),
        }
    }

    fn answered(&mut self, message: &Message<'_>, result: ErrorCode) -> Option<Line> {
        let request = self.take(|request| request.answer() == message.packet_id());
        if result == ErrorCode::ROOM_ELSEWHERE && self.is_to_move(request.as_ref()) {
            return None;
        }
        if result != ErrorCode::NONE {
            return self.refused(result, request.as_ref());
        }
        let done = match (message, request) {
            (Message::SyncRes(answer), _) => {
                self.kept.synced(answer.epoch);
                return None;
            }
            (Message::RoomHistoryRes(_), _) => {
                self.kept.told_all();
                return None;
            }
            (Message::RoomChatRes(_), _) => {
                self.kept.answered();
                return None;
            }
            (Message::LoginRes(_), _) => {
                self.logged_in = true;
                return None;
            }
            (Message::RoomEnterRes(entered), _) => {
                self.stay();
                let has_asked = self
                    .unanswered
                    .iter()
                    .any(|request| matches!(request, Request::History(_)));
                self.kept.entered(entered.room, has_asked);
                self.room
                    .enter(entered.room, entered.user_unique_id, &as_typed(&self.name))
            }
            (Message::RoomLeaveRes(_), _) => {
                self.game.left();
                self.kept.left();
                self.room.leave()
            }
            (_, Some(Request::Whisper { user, message })) => {
                format!("you whisper to {}: {message}", as_typed(&user))
            }
            (_, Some(Request::Invite { user })) => format!("{} is invited", as_typed(&user)),
            _ => return None,
        };
        Some(Line::Notice(done))
    }

    /// The oldest request of a kind. Those before it will not be answered any more, since answers come in
    /// the order of the requests: they have been dropped for the rate limit.
    fn take(&mut self, is_kind: impl Fn(&Request) -> bool) -> Option<Request> {
        let position = self.unanswered.iter().position(is_kind)?;
        let before = self.unanswered.drain(..position);
        if self.limited {
            self.dropped.extend(before);
        } else {
            drop(before);
        }
        self.unanswered.pop_front()
    }

    /// An `ERROR_NTF` answers a request, says that one was dropped, or is the last word of the server.
    fn error(&mut self, error: ErrorCode) -> Option<Line> {
        let request = match error {
            ErrorCode::DISCONNECT_UNAUTHENTICATED_USER
            | ErrorCode::SLOW_CONSUMER
            | ErrorCode::SERVER_SHUTTING_DOWN
            | ErrorCode::SERVER_FULL
            | ErrorCode::IDLE_TIMEOUT
            | ErrorCode::NODE_LOST
            | ErrorCode::REPLACED => {
                self.farewell = Some(error);
                return None;
            }
            ErrorCode::RATE_LIMITED => {
                self.farewell = Some(error);
                self.limited = true;
                // What waits for an answer is asked again. What has none is lost, and that is said.
                if self.is_waiting() {
                    return None;
                }
                None
            }
            ErrorCode::ROOM_NOT_IN_USER => self.take(Request::needs_room),
            _ => self.unanswered.pop_front(),
        };
        self.refused(error, request.as_ref())
    }

    /// A refused request is told, but for a login, without which there is nothing to go on with.
    fn refused(&mut self, error: ErrorCode, request: Option<&Request>) -> Option<Line> {
        let sentence = self.refusal(error, request);
        match request {
            Some(Request::Login { .. }) => {
                self.turned_away = Some((error, sentence));
                None
            }
            // A server that keeps nothing does not know the request, and that is no trouble.
            Some(Request::Sync) => None,
            Some(Request::History(_)) => {
                self.kept.not_told();
                (error == ErrorCode::HISTORY_GAP).then_some(Line::Notice(sentence))
            }
            _ => Some(Line::Problem(sentence)),
        }
    }

    /// What others say and do.
    fn notified(&mut self, message: &Message<'_>) -> Option<Line> {
        match message {
            Message::RoomChatNtf(chat) => {
                let name = self.room.name(chat.unique_id);
                let line = Line::Message(format!("{name}: {}", chat.message));
                let own = self.room.is_own(chat.unique_id).then_some(chat.message);
                self.kept.heard(line, own)
            }
            Message::WhisperNtf(whisper) => {
                let whisper = format!("{} whispers: {}", as_typed(whisper.user_id), whisper.message);
                Some(Line::Message(whisper))
            }
            Message::RoomUserListNtf(list) => {
                for user in &list.users {
                    self.room.add(user.unique_id, &as_typed(user.user_id));
                }
                None
            }
            Message::RoomPositionNtf(position) => {
                if let Some(room) = self.room.number() {
                    self.kept.is_at(room, Position::from(position));
                }
                None
            }
            Message::RoomHistoryNtf(told) => {
                let line = Line::Message(format!("{}: {}", as_typed(told.user_id), told.message));
                let own = (told.user_id == self.name).then_some(told.message);
                self.kept.told(line, own, told.generation, told.number);
                None
            }
            Message::RoomElsewhereNtf(place) => {
                self.learn_place(place);
                None
            }
            // The sign of life that this client has asked for, or the answer to a compressed one.
            Message::PingRes(_) => {
                self.take(|request| request.answer() == PacketId::PING_RES);
                None
            }
            other => Some(Line::Notice(self.happened(other))),
        }
    }

    fn happened(&mut self, message: &Message<'_>) -> String {
        match message {
            Message::RoomNewUserNtf(user) => {
                self.room.add(user.unique_id, &as_typed(user.user_id));
                format!("{} has entered", as_typed(user.user_id))
            }
            Message::RoomLeaveUserNtf(user) if self.room.is_own(user.unique_id) => {
                self.game.left();
                self.kept.left();
                self.room.be_taken_out()
            }
            Message::RoomLeaveUserNtf(user) => format!("{} has left", self.room.remove(user.unique_id)),
            Message::RoomRelayNtf(relay) => {
                let bytes = String::from_utf8_lossy(relay.bytes);
                format!("{} relays: {bytes}", self.room.name(relay.unique_id))
            }
            Message::RoomInviteNtf(invitation) => {
                let (user, room) = (as_typed(invitation.user_id), invitation.room);
                format!("{user} invites you to room {room}: /enter {room}, or /decline {user}")
            }
            Message::RoomInviteDeclineNtf(no) => {
                format!("{} has declined your invitation", as_typed(no.user_id))
            }
            other => format!(
                "the server sent a packet that this client does not expect: {}",
                other.packet_id()
            ),
        }
    }
}

/// What an answer says; other messages are no answers.
fn result_of(message: &Message<'_>) -> Option<ErrorCode> {
    match message {
        Message::LoginRes(answer) => Some(answer.result),
        Message::SyncRes(answer) => Some(answer.result),
        Message::RoomHistoryRes(answer) => Some(answer.result),
        Message::RoomEnterRes(answer) => Some(answer.result),
        Message::RoomLeaveRes(answer) => Some(or_left_at_0(answer.result)),
        Message::RoomChatRes(answer) => Some(or_left_at_0(answer.result)),
        Message::WhisperRes(answer) => Some(answer.result),
        Message::RoomInviteRes(answer) => Some(answer.result),
        _ => None,
    }
}

/// The original codelab's server, and one with `--classic-results`, never writes the result into these two.
fn or_left_at_0(result: ErrorCode) -> ErrorCode {
    match result {
        ErrorCode(0) => ErrorCode::NONE,
        written => written,
    }
}
