//! What is to be asked of other servers.

use std::time::Instant;

use super::promise::Promise;
use crate::request::Request;
use crate::server::Way;
use crate::ticket::Ticket;

/// A place in a room of another server.
#[derive(Debug, Clone)]
pub struct Place {
    /// The room.
    pub room: i32,
    /// Where its server takes clients.
    pub host: String,
    /// At which port.
    pub port: u16,
    /// Worth one login there.
    pub ticket: Ticket,
}

/// What is to be asked, and until when.
pub(super) struct Task {
    pub(super) errand: Errand,
    pub(super) until: Instant,
}

/// Whom to ask, for what.
pub(super) enum Errand {
    /// The server where the user is.
    Tell {
        user_id: String,
        request: Request,
        reply: Promise<()>,
    },
    /// The server that has the room.
    Seat {
        user_id: String,
        room: i32,
        way: Way,
        reply: Promise<Place>,
    },
}
