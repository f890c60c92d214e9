//! The state of a chat client: packets and typed lines come in, lines for the screen and packets to send come out.
//!
//! There is no socket, no thread, no clock and no terminal in here.

use std::collections::VecDeque;

use protocol::message::{Encode, ErrorNtf, Message, PingReq, RoomInviteDeclineReq};
use protocol::{Codec, ErrorCode, Packet, PacketError, PacketId};

use crate::command::{Command, HELP, as_typed, first_word};
use crate::game::{Action, Game, Surroundings, View, Vocabulary};
use crate::line::Line;
use crate::request::{Request, refusal};
use crate::room::Room;

/// One user's side of the chat.
#[derive(Debug)]
pub(crate) struct Chat {
    game: Box<dyn Game>,
    name: String,
    codec: Codec,
    logged_in: bool,
    room: Room,
    /// What the server has not answered, in the order in which it was sent; so it is answered.
    unanswered: VecDeque<Request>,
    /// The server has said that it drops requests, since they are too many.
    limited: bool,
    /// Those of them that have been dropped for certain.
    dropped: Vec<Request>,
    /// What the server said before it closed, if it is closing.
    farewell: Option<ErrorCode>,
}

/// What follows from a typed line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reaction {
    pub(crate) packet: Option<Packet>,
    pub(crate) lines: Vec<Line>,
    pub(crate) quit: bool,
}

impl Chat {
    /// Nothing is asked for yet; all bodies are written in this codec.
    pub(crate) fn new(name: &str, codec: Codec, game: Box<dyn Game>) -> Self {
        Self {
            game,
            name: name.to_owned(),
            codec,
            logged_in: false,
            room: Room::default(),
            unanswered: VecDeque::new(),
            limited: false,
            dropped: Vec::new(),
            farewell: None,
        }
    }

    /// How the bodies of all packets are written.
    pub(crate) fn codec(&self) -> Codec {
        self.codec
    }

    /// What can be typed beside the chat's commands.
    pub(crate) fn vocabulary(&self) -> Vocabulary {
        self.game.vocabulary()
    }

    /// Whether what is typed has to wait for the game.
    pub(crate) fn is_held(&self) -> bool {
        self.game.holds_input()
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.logged_in
    }

    /// Asks for compressed packets.
    pub(crate) fn ask_for_compression(&mut self) -> Result<Packet, PacketError> {
        self.ask(Request::Compression)
    }

    /// A sign of life, and a request for one. It is no request that waits for its answer.
    pub(crate) fn ping(&self) -> Result<Packet, PacketError> {
        PingReq { number: None }.encode_as(self.codec)
    }

    pub(crate) fn log_in(&mut self) -> Result<Packet, PacketError> {
        let name = self.name.clone();
        self.ask(Request::Login { name })
    }

    pub(crate) fn enter(&mut self, room: i32) -> Result<Packet, PacketError> {
        self.ask(Request::Enter { room })
    }

    /// True while the server owes an answer.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.unanswered.is_empty()
    }

    /// How many answers the server owes.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.len()
    }

    /// True while the server drops requests.
    pub(crate) fn is_limited(&self) -> bool {
        self.limited
    }

    /// After a pause: what the server has dropped, in the order in which it was asked. What has no answer by now
    /// will get none.
    pub(crate) fn take_dropped(&mut self) -> Vec<Request> {
        self.limited = false;
        let mut dropped = std::mem::take(&mut self.dropped);
        dropped.extend(self.unanswered.drain(..));
        dropped
    }

    /// The names in the room, as they are typed.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.room.names()
    }

    /// Why the server closes the connection, in a sentence, where it has said so.
    pub(crate) fn farewell(&self) -> Option<String> {
        self.farewell.map(|error| self.refusal(error, None))
    }

    /// Takes a typed line.
    pub(crate) fn typed(&mut self, line: &str, view: View) -> Result<Reaction, PacketError> {
        if line.trim().is_empty() {
            return Ok(Reaction::default());
        }
        let outcome = match self.typed_to_game(line, view) {
            Some(action) => action.map(|action| self.act(action)),
            None => Command::parse(line).map(|command| self.obey(command)),
        };
        outcome.unwrap_or_else(|problem| Ok(Reaction::show([Line::Problem(problem)])))
    }

    /// A command of the game, where it is one.
    fn typed_to_game(&mut self, line: &str, view: View) -> Option<Result<Action, String>> {
        if !line.starts_with('/') {
            return None;
        }
        let (word, rest) = first_word(line);
        let at = Surroundings {
            room: &self.room,
            codec: self.codec,
            view,
        };
        self.game.command(word, rest.trim_end(), &at)
    }

    fn act(&mut self, action: Action) -> Result<Reaction, PacketError> {
        match action {
            Action::Ask(request) => self.ask(Request::Game(request)).map(Reaction::send),
            Action::Show(lines) => Ok(Reaction::show(lines)),
        }
    }

    fn obey(&mut self, command: Command) -> Result<Reaction, PacketError> {
        let request = match command {
            Command::Say(message) => Request::Say { message },
            Command::Enter(room) => Request::Enter { room },
            Command::Leave => Request::Leave,
            Command::Whisper { user, message } => Request::Whisper { user, message },
            Command::Invite(user) => Request::Invite { user },
            Command::Decline(user) => return self.decline(&user),
            Command::Users => return Ok(Reaction::show([self.users()])),
            Command::Help => return Ok(Reaction::show(self.help())),
            Command::Quit => return Ok(Reaction::quit()),
        };
        self.ask(request).map(Reaction::send)
    }

    /// Sends a message as it is, also one that looks like a command.
    pub(crate) fn say(&mut self, message: String) -> Result<Packet, PacketError> {
        self.ask(Request::Say { message })
    }

    pub(crate) fn ask(&mut self, request: Request) -> Result<Packet, PacketError> {
        let packet = request.encode(self.codec)?;
        self.unanswered.push_back(request);
        Ok(packet)
    }

    /// The server says nothing to this, so it is no request that waits for an answer.
    fn decline(&self, user: &str) -> Result<Reaction, PacketError> {
        let packet = RoomInviteDeclineReq { user_id: user }.encode_as(self.codec)?;
        Ok(Reaction {
            packet: Some(packet),
            ..Reaction::show([Line::Notice(format!(
                "you have declined the invitation of {}",
                as_typed(user)
            ))])
        })
    }

    fn help(&self) -> Vec<Line> {
        let lines = self.vocabulary().help.iter().chain(&HELP);
        lines.map(|line| Line::Notice((*line).to_owned())).collect()
    }

    fn users(&self) -> Line {
        match self.room.list() {
            Some(list) => Line::Notice(list),
            None => Line::Problem(self.refusal(ErrorCode::ROOM_NOT_IN_USER, None)),
        }
    }

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

    /// A refusal in a sentence. What the game says of it comes first.
    fn refusal(&self, error: ErrorCode, request: Option<&Request>) -> String {
        let of_game = match request {
            Some(Request::Game(request)) => Some(request),
            _ => None,
        };
        match (self.game.refusal(error, of_game, &self.room), error.name()) {
            (Some(sentence), Some(name)) => format!("{sentence} ({name})"),
            _ => refusal(error, request),
        }
    }

    fn answered(&mut self, message: &Message<'_>, result: ErrorCode) -> Option<Line> {
        let request = self.take(|request| request.answer() == message.packet_id());
        if result != ErrorCode::NONE {
            return Some(Line::Problem(self.refusal(result, request.as_ref())));
        }
        let done = match (message, request) {
            (Message::LoginRes(_), _) => {
                self.logged_in = true;
                return None;
            }
            (Message::RoomEnterRes(entered), _) => {
                self.room
                    .enter(entered.room, entered.user_unique_id, &as_typed(&self.name))
            }
            (Message::RoomLeaveRes(_), _) => {
                self.game.left();
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
            | ErrorCode::IDLE_TIMEOUT => {
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
        Some(Line::Problem(self.refusal(error, request.as_ref())))
    }

    /// What others say and do.
    fn notified(&mut self, message: &Message<'_>) -> Option<Line> {
        match message {
            Message::RoomChatNtf(chat) => {
                let name = self.room.name(chat.unique_id);
                Some(Line::Message(format!("{name}: {}", chat.message)))
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

impl Reaction {
    fn send(packet: Packet) -> Self {
        Self {
            packet: Some(packet),
            ..Self::default()
        }
    }

    fn show(lines: impl Into<Vec<Line>>) -> Self {
        Self {
            lines: lines.into(),
            ..Self::default()
        }
    }

    fn quit() -> Self {
        Self {
            quit: true,
            ..Self::default()
        }
    }
}

/// What an answer says; other messages are no answers.
fn result_of(message: &Message<'_>) -> Option<ErrorCode> {
    match message {
        Message::LoginRes(answer) => Some(answer.result),
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

#[cfg(test)]
mod tests;
