//! A user in the rooms of a server: what the clients of all games have in common, at a terminal and in scripts.
//!
//! | file | what is in it |
//! |---|---|
//! | [`conversation`](Conversation) | a connection, what is typed, and what comes |
//! | [`chat`](Chat) | the state: requests without an answer, the members of the room |
//! | `command`, `complete`, `parts` | what is typed: commands, the Tab key, lines that are too long |
//! | `request`, `queue` | what is asked, in which order and how fast; refusals in words |
//! | `inbox`, `body`, `room` | what comes: reads, messages, members |
//! | `line` | a line on the screen, without anything that does something to a terminal |
//! | [`script`] | no terminal: lines from a pipe |
//! | [`terminal`], `keys`, `history` | a person, who types while others talk |
#![forbid(unsafe_code)]

mod body;
mod chat;
mod command;
mod complete;
mod conversation;
mod history;
mod inbox;
mod keys;
mod line;
mod parts;
mod queue;
mod request;
mod room;
pub mod script;
pub mod terminal;

pub use chat::Chat;
pub use command::check_name;
pub use conversation::{Conversation, Options, Screen};
pub use line::Line;
