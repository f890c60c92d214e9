//! What a server's place in a directory can be told, and why there is none.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use protocol::Codec;
use thiserror::Error;

use crate::clock::Clock;
use crate::directory::Unavailable;
use crate::server::Load;
use crate::ticket::{SEAT_TIME, TICKET_WORTH};

/// How a server keeps its place in a directory.
#[derive(Clone)]
pub struct NodeSettings {
    /// The slot that it wants; `None` for the first that is free. A server that has lost its slots takes this one again, or
    /// the first that is free.
    pub wanted: Option<u32>,
    /// How long a slot stays its own when nothing is heard of it. It is renewed at a third of that.
    pub lease: Duration,
    /// Take further slots whose lease has ended, beside its own.
    pub takeover: bool,
    /// How long it waits for another server.
    pub deadline: Duration,
    /// How long a ticket is worth something that it makes for another server.
    pub ticket_worth: Duration,
    /// How long a place is kept here for a user of another server.
    pub seat_time: Duration,
    /// Requests to others that may wait.
    pub queue: usize,
    /// Threads that carry them: so many servers that are silent do not hold up requests to the others.
    pub askers: usize,
    /// How busy the server is, asked at each renewal.
    pub load: Arc<dyn Fn() -> Load + Send + Sync>,
    /// By which it counts its own leases, from before each call to the directory. It must go on while the server is stopped.
    pub clock: Clock,
}

impl Default for NodeSettings {
    fn default() -> Self {
        Self {
            wanted: None,
            lease: Duration::from_secs(6),
            takeover: false,
            deadline: Duration::from_secs(1),
            ticket_worth: TICKET_WORTH,
            seat_time: SEAT_TIME,
            queue: 1_024,
            askers: 4,
            load: Arc::new(Load::default),
            clock: Clock::default(),
        }
    }
}

impl fmt::Debug for NodeSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeSettings")
            .field("wanted", &self.wanted)
            .field("lease", &self.lease)
            .field("takeover", &self.takeover)
            .field("deadline", &self.deadline)
            .field("ticket_worth", &self.ticket_worth)
            .field("seat_time", &self.seat_time)
            .field("queue", &self.queue)
            .field("askers", &self.askers)
            .finish_non_exhaustive()
    }
}

/// Why a server has no place in a directory.
#[derive(Debug, Error)]
pub enum NodeError {
    /// Clients could not be told where to go.
    #[error("{0:?} has no host and port for clients of the codec {1}: it must be host:port")]
    Address(String, Codec),
    /// The slot that it wants has an owner, or there is no such slot.
    #[error("slot {0} has another server, or there are not so many slots")]
    Taken(u32),
    /// All slots have owners.
    #[error("all slots of this game have servers")]
    NoneFree,
    /// The other servers of this game number their rooms in another way.
    #[error(
        "the other servers of this game have {theirs} rooms each, and this one has {ours}: all must have the same number"
    )]
    OtherRooms {
        /// Rooms of this server.
        ours: u32,
        /// Rooms of each other one.
        theirs: u32,
    },
    /// Nobody knows.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The system gives it no thread.
    #[error("cannot start a thread for the directory")]
    NoThread(#[source] io::Error),
}
