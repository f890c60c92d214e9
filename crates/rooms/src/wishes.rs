//! What the calls of a game or a room want to happen when they are over: sessions that are to wait, members that are to go.

use std::sync::Arc;

use protocol::ErrorCode;

use crate::session::Session;
use crate::ticket::{Parking, Resume, Ticket};

/// A member that the logic of its room wants to be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Departure {
    pub(crate) room: i32,
    pub(crate) unique_id: u64,
    /// What the client is told with its last packet, where its connection ends too.
    pub(crate) reason: Option<ErrorCode>,
}

/// The wishes of the call that is under way.
pub(crate) struct Wishes {
    worker: usize,
    resume: Resume,
    /// The session whose packet the game answers.
    asking: u64,
    parked: Vec<u64>,
    departures: Vec<Departure>,
}

impl Wishes {
    /// Tickets come back to this worker.
    pub(crate) fn new(worker: usize, resume: Resume) -> Self {
        Self {
            worker,
            resume,
            asking: 0,
            parked: Vec::new(),
            departures: Vec::new(),
        }
    }

    /// The game answers a packet or an event of this session.
    pub(crate) fn set_asking(&mut self, session: &Session) {
        self.asking = session.id();
    }

    /// That session is to be parked, and its answer comes to the game.
    pub(crate) fn park_asking(&mut self) -> Ticket {
        self.park(Some(self.asking), None)
    }

    /// A session is to be parked; its answer comes to this room, or to the game. `None` parks nobody.
    pub(crate) fn park(&mut self, session: Option<u64>, room: Option<i32>) -> Ticket {
        self.parked.extend(session);
        let parking = Parking {
            worker: self.worker,
            session,
            room,
        };
        Ticket::new(parking, Arc::clone(&self.resume))
    }

    /// A member is to go.
    pub(crate) fn depart(&mut self, departure: Departure) {
        self.departures.push(departure);
    }

    /// Whether there are any.
    pub(crate) fn are_there(&self) -> bool {
        !(self.parked.is_empty() && self.departures.is_empty())
    }

    /// The sessions that are to be parked.
    pub(crate) fn parked(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.parked)
    }

    /// The members that are to go.
    pub(crate) fn departures(&mut self) -> Vec<Departure> {
        std::mem::take(&mut self.departures)
    }
}
