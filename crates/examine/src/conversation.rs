//! The conversation of one check: what its clients send and receive, as lines for the report.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use protocol::PacketId;

use crate::notation::Notation;
use crate::translation;

/// All clients of one check take part in it.
pub(crate) struct Conversation {
    notation: Notation,
    told_to_newcomers: &'static [PacketId],
    patience: Duration,
    end: Instant,
    clients: Cell<usize>,
    lines: RefCell<Vec<String>>,
}

impl Conversation {
    /// One that waits for bytes so long, and is over with all checks.
    pub(crate) fn new(
        notation: Notation,
        told_to_newcomers: &'static [PacketId],
        patience: Duration,
        end: Instant,
    ) -> Self {
        Self {
            notation,
            told_to_newcomers,
            patience,
            end,
            clients: Cell::new(0),
            lines: RefCell::default(),
        }
    }

    /// The number of a new client.
    pub(crate) fn next_client(&self) -> usize {
        self.clients.set(self.clients.get() + 1);
        self.clients.get()
    }

    /// Writes down what a client does or gets, for the report.
    pub(crate) fn note(&self, line: String) {
        self.lines.borrow_mut().push(line);
    }

    /// Does something of which the report says nothing.
    pub(crate) fn without_notes<T>(&self, act: impl FnOnce() -> T) -> T {
        let said = self.lines.borrow().len();
        let done = act();
        self.lines.borrow_mut().truncate(said);
        done
    }

    /// What has been said, in order.
    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines.into_inner()
    }

    /// Whether this is what the game tells a newcomer to a room.
    pub(crate) fn is_for_newcomers(&self, id: PacketId) -> bool {
        self.told_to_newcomers.contains(&id)
    }

    pub(crate) fn notation(&self) -> Notation {
        self.notation
    }

    /// What a check says, as the server speaks it.
    pub(crate) fn on_wire(&self, said: &[u8]) -> Vec<u8> {
        match self.notation {
            Notation::Packets(codec) => translation::from_binary(codec, said),
            Notation::Text | Notation::Numbers => said.to_vec(),
        }
    }

    /// How long to wait for bytes now.
    pub(crate) fn patience(&self) -> Duration {
        self.at_most(self.patience)
    }

    /// This long, or what is left of the time for all checks.
    pub(crate) fn at_most(&self, time: Duration) -> Duration {
        let left = self.end.saturating_duration_since(Instant::now());
        // Zero would be no timeout at all.
        time.min(left).max(Duration::from_millis(1))
    }

    /// Whether the time for all checks is over: a server that goes on and on must not take longer.
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }
}
