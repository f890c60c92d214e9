//! What follows from a typed line: a packet to send, lines to show, or the end.

use protocol::Packet;

use crate::line::Line;

/// What follows from a typed line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reaction {
    pub(crate) packet: Option<Packet>,
    pub(crate) lines: Vec<Line>,
    pub(crate) quit: bool,
}

impl Reaction {
    pub(crate) fn send(packet: Packet) -> Self {
        Self {
            packet: Some(packet),
            ..Self::default()
        }
    }

    pub(crate) fn show(lines: impl Into<Vec<Line>>) -> Self {
        Self {
            lines: lines.into(),
            ..Self::default()
        }
    }

    pub(crate) fn quit() -> Self {
        Self {
            quit: true,
            ..Self::default()
        }
    }
}
