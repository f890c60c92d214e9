//! The list of the kinds of servers: one line for each.
//!
//! A new kind is a file in `checks` with its checks and its [`Kind`], a line here, a row in the book's chapter on this
//! program, and a server with mistakes in `tests/wrong`. A game on the wire of the chat takes the checks of
//! `checks/room_server` and adds its own, as `checks/chat` does.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

pub use crate::checks::{BACCARAT, CALC, CHAT, ECHO_LINE, ECHO_PACKETS, ROOM_SERVER, TIME};
use crate::kind::Kind;

/// All of them, the simplest first.
pub static ALL: [&Kind; 7] = [
    &ECHO_LINE,
    &ECHO_PACKETS,
    &CALC,
    &ROOM_SERVER,
    &CHAT,
    &BACCARAT,
    &TIME,
];

/// Reads the name of one from the command line, whose help lists them.
#[must_use]
pub fn parser() -> impl TypedValueParser<Value = &'static Kind> {
    let values = ALL.map(|kind| PossibleValue::new(kind.name).help(kind.does));
    PossibleValuesParser::new(values).try_map(|name| {
        let mut kinds = ALL.into_iter();
        kinds.find(|kind| kind.name == name).ok_or("no kind of this name")
    })
}
