//! A room in a test without sockets: packets and events that wait while a member is parked.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::session::Session;
use crate::wishes::Departure;

/// A session that is parked.
#[derive(Default)]
pub(super) struct Parked {
    /// Those that are out.
    pub(super) tickets: usize,
    pub(super) waiting: VecDeque<Waiting>,
}

/// What waits until a member goes on.
pub(super) enum Waiting {
    Packet(u64, Vec<u8>),
    Leave(u64),
    Departure(Departure),
    /// This session is to be closed.
    Close(Arc<Session>),
}

impl Parked {
    pub(super) fn wait(&mut self, what: Waiting) {
        self.waiting.push_back(what);
    }
}
