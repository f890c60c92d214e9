//! Which kinds of servers there are: one line for each.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

pub use crate::checks::{CALC, CHAT, ECHO_LINE, ECHO_PACKETS, ROOM_SERVER, TIME};
use crate::kind::Kind;

/// All of them, the simplest first.
pub static ALL: [&Kind; 6] = [&ECHO_LINE, &ECHO_PACKETS, &CALC, &ROOM_SERVER, &CHAT, &TIME];

/// Reads the name of one from the command line, whose help lists them.
#[must_use]
pub fn parser() -> impl TypedValueParser<Value = &'static Kind> {
    let values = ALL.map(|kind| PossibleValue::new(kind.name).help(kind.does));
    PossibleValuesParser::new(values).try_map(|name| {
        let mut kinds = ALL.into_iter();
        kinds.find(|kind| kind.name == name).ok_or("no kind of this name")
    })
}
