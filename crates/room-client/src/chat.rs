//! The state of a chat client: packets and typed lines come in, lines for the screen and packets to send come out.
//!
//! There is no socket, no thread, no clock and no terminal in here.

mod heard;
mod kept;
mod reaction;
mod server;

use std::collections::VecDeque;

use protocol::message::{Encode, PingReq, RoomInviteDeclineReq};
use protocol::{Codec, ErrorCode, Packet, PacketError};

use self::kept::Kept;
pub(crate) use self::kept::{Position, Settled};
pub(crate) use self::reaction::Reaction;
pub(crate) use self::server::Left;
use crate::account::Assignment;
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
    kept: Kept,
    /// What the server has not answered, in the order in which it was sent; so it is answered.
    unanswered: VecDeque<Request>,
    /// The server has said that it drops requests, since they are too many.
    limited: bool,
    /// Those of them that have been dropped for certain.
    dropped: Vec<Request>,
    /// What the server said before it closed, if it is closing.
    farewell: Option<ErrorCode>,
    /// Why the server has refused the login.
    turned_away: Option<(ErrorCode, String)>,
    /// Where the room is that the user wants to enter, as the server has told.
    elsewhere: Option<Assignment>,
    /// The user is to go there.
    is_moving: bool,
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
            kept: Kept::default(),
            unanswered: VecDeque::new(),
            limited: false,
            dropped: Vec::new(),
            farewell: None,
            turned_away: None,
            elsewhere: None,
            is_moving: false,
        }
    }

    /// The user's.
    pub(crate) fn name(&self) -> &String {
        &self.name
    }

    /// The room that the user is in.
    pub(crate) fn room_number(&self) -> Option<i32> {
        self.room.number()
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

    /// A sign of life, and a request for one. It is no request that waits for its answer.
    pub(crate) fn ping(&self) -> Result<Packet, PacketError> {
        PingReq { number: None }.encode_as(self.codec)
    }

    /// True while the server owes an answer.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.unanswered.is_empty()
    }

    /// How many answers the server owes.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.len()
    }

    /// True while the server owes the answer to an entry.
    pub(crate) fn is_entering(&self) -> bool {
        let is_entry = |request: &Request| matches!(request, Request::Enter { .. });
        self.unanswered.iter().any(is_entry)
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

    /// Why the server closes the connection, by its code and in a sentence, where it has said so.
    pub(crate) fn farewell(&self) -> Option<(ErrorCode, String)> {
        self.farewell.map(|error| (error, self.refusal(error, None)))
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
}

#[cfg(test)]
mod tests;
