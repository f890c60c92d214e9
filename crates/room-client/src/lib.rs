//! A user in the rooms of a server: what the clients of all games have in common, at a terminal and in scripts.
//!
//! A client is [`RoomClientFlags`] and a [`Game`]; the chat is the one with [`NoGame`].
//!
//! | file | what is in it |
//! |---|---|
//! | `flags`, `account_flags` | the flags, and the whole program |
//! | `account` | a user with a password at an API server, which finds a game server |
//! | `game` | what a game adds: commands, packets, words for refusals |
//! | `conversation` | a connection and the next one, what is typed, and what comes |
//! | `link`, `loss` | a connection that is in use, and how it ends |
//! | `recovery`, `back_off`, `road` | the way to the next connection: when, and by the API server |
//! | `matching` | a match with others: waiting for it, and hearing of it |
//! | `chat` | the state: requests without an answer, the members of the room, what was missed |
//! | `command`, `complete`, `parts` | what is typed: commands, the Tab key, lines that are too long |
//! | `request`, `queue` | what is asked, in which order and how fast; refusals in words |
//! | `inbox`, `body`, `room` | what comes: reads, messages, members |
//! | `screen` | where lines are shown, and where they come from |
//! | `line` | a line on the screen, without anything that does something to a terminal |
//! | `script` | no terminal: lines from a pipe |
//! | `terminal`, `keys`, `history` | a person, who types while others talk |
#![forbid(unsafe_code)]

mod account;
mod account_flags;
mod back_off;
mod body;
mod chat;
mod command;
mod complete;
mod conversation;
mod flags;
mod game;
mod history;
mod inbox;
mod keys;
mod line;
mod link;
mod loss;
mod matching;
mod parts;
mod queue;
mod recovery;
mod request;
mod road;
mod room;
mod screen;
mod script;
mod terminal;

pub use flags::RoomClientFlags;
pub use game::{Action, Game, News, NoGame, Surroundings, View, Vocabulary};
pub use line::{Ink, Line, Piece};
pub use request::GameRequest;
pub use room::Room;
