//! What a game adds to the chat of its client: commands, packets, and words for refusals.

use std::fmt::Debug;
use std::time::Instant;

use protocol::{Codec, ErrorCode, Packet, PacketId};

use crate::line::Line;
use crate::request::GameRequest;
use crate::room::Room;

// ANCHOR: game
/// The client's side of a game. It has no socket, no thread, no clock and no terminal.
pub trait Game: Debug {
    /// As an API server calls it, which finds a server of this game.
    fn name(&self) -> &'static str;

    /// What can be typed.
    fn vocabulary(&self) -> Vocabulary {
        Vocabulary::default()
    }

    /// A typed command that is none of the chat's, and what stands behind it; `None` where it is none of the game's
    /// either. An error is a sentence for whoever typed it.
    fn command(
        &mut self,
        _word: &str,
        _rest: &str,
        _at: &Surroundings<'_>,
    ) -> Option<Result<Action, String>> {
        None
    }

    /// A packet that is none of the chat's; `None` where it is none of the game's either.
    ///
    /// # Errors
    /// When it cannot be read, or when the game cannot go on.
    fn packet(
        &mut self,
        _id: PacketId,
        _body: &[u8],
        _at: &Surroundings<'_>,
    ) -> anyhow::Result<Option<News>> {
        Ok(None)
    }

    /// The user is in no room any more.
    fn left(&mut self) {}

    /// A lost connection has been taken up again: questions for the server, whose answers nobody waits for.
    fn asks_again(&mut self, _at: &Surroundings<'_>) -> Vec<Packet> {
        Vec::new()
    }

    /// A refusal as a sentence, where it is about the game. `request` is what was refused, where that is known.
    fn refusal(&self, _error: ErrorCode, _request: Option<&GameRequest>, _room: &Room) -> Option<String> {
        None
    }

    /// Whether what is typed has to wait until something has happened in the game.
    fn holds_input(&self) -> bool {
        false
    }

    /// Whether servers of this game can keep what is said in their rooms.
    fn may_be_kept(&self) -> bool {
        false
    }
}
// ANCHOR_END: game

/// No game: the chat alone.
#[derive(Debug, Clone, Copy)]
pub struct NoGame;

impl Game for NoGame {
    fn name(&self) -> &'static str {
        "chat"
    }

    fn may_be_kept(&self) -> bool {
        true
    }
}

/// The words of a game.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vocabulary {
    /// A line of `/help` for each command, which begins with it.
    pub help: &'static [&'static str],
    /// Commands that are followed by one of a few words, which Tab completes.
    pub words: &'static [(&'static str, &'static [&'static str])],
}

/// What the game cannot know by itself.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The members of the room.
    pub room: &'a Room,
    /// How bodies are written.
    pub codec: Codec,
    /// The time and the screen.
    pub view: View,
}

/// When and where something is shown.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The time.
    pub now: Instant,
    /// How many columns the screen has.
    pub columns: usize,
}

/// What follows from a typed command.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// The server is asked.
    Ask(GameRequest),
    /// These are shown.
    Show(Vec<Line>),
}

/// What a packet of the game means.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The result, where the packet answers the oldest request that waits for its id.
    pub result: Option<ErrorCode>,
    /// What is shown.
    pub lines: Vec<Line>,
}
