//! The settings of a room server, and their defaults.

use std::sync::Arc;
use std::time::Duration;

use net::{Limits, RateLimit};

use crate::control::Control;
use crate::counters::Counters;
use crate::trace::Trace;

/// A user in a list of users, in the codec that takes most for it, Protocol Buffers: key and length; key and unique
/// id; key, length and bytes of the longest name.
const LISTED_USER: usize = 2 + 11 + 2 + 16;

/// Packets that a client may send: a person types one a second, and a program that enters and chats needs a burst.
const RATE_LIMIT: RateLimit = RateLimit {
    per_second: 100,
    burst: 200,
};

/// What the kernel keeps for a client that does not read. It would take megabytes before the outbox, whose limit is
/// meant, gets the first byte.
const SEND_BUFFER: usize = 64 * 1024;

/// The settings of a room server. `None` means without limit.
///
/// The defaults are safe, and those of the programs: every client has a rate limit, and nothing grows without end.
#[derive(Clone)]
pub struct Config {
    /// What every server limits.
    pub limits: Limits,
    /// Time from the connection to the login.
    pub login_timeout: Option<Duration>,
    /// Bytes that may wait for a client that does not read.
    pub outbox_limit: Option<usize>,
    /// Rooms of a range. Whoever has several ranges has so many in each.
    pub rooms: usize,
    /// Whether there are rooms at the start, numbered from [`first_room`](Self::first_room); otherwise the first come by
    /// [`Outside::adopt`](crate::Outside::adopt).
    pub rooms_at_start: bool,
    /// The number of the first room: several servers that belong together have rooms of different numbers.
    pub first_room: i32,
    /// The unique id of the first member of each room. They count up from here, so a server that has the rooms of one
    /// before it begins above its ids.
    pub first_unique_id: u64,
    /// Members of one room.
    pub room_size: usize,
    /// Threads that process packets, each with its share of the rooms.
    pub workers: usize,
    /// Compressed packets are read, and bodies of more bytes than this are sent compressed to clients that send
    /// them; `None` for no compression in either direction.
    pub compress_over: Option<usize>,
    /// In the binary codec, `ROOM_LEAVE_RES` and `ROOM_CHAT_RES` say 0 for success in place of 1, as the original
    /// codelab's server does: there are clients that take nothing else.
    pub classic_results: bool,
    /// Run the client threads in the scheduling class `SCHED_BATCH`.
    pub batch_scheduling: bool,
    /// Called by a worker before it takes a packet, where it is there. It comes back at once while the server may serve its
    /// rooms; one of several servers may have to ask first whether they are still its own.
    pub may_serve: Option<Arc<dyn Fn() + Send + Sync>>,
    /// What is counted. Keep a clone to read it while the server runs.
    pub counters: Arc<Counters>,
    /// How an operator sees and does something while the server runs. Keep a clone for that.
    pub control: Control,
    /// Gets the packets, if it is there.
    pub trace: Option<Trace>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits {
                rate_limit: Some(RATE_LIMIT),
                send_buffer: Some(SEND_BUFFER),
                ..Limits::default()
            },
            login_timeout: Some(Duration::from_secs(10)),
            outbox_limit: Some(256 * 1024),
            rooms: 1_000,
            rooms_at_start: true,
            first_room: 0,
            first_unique_id: 1,
            room_size: 100,
            workers: 1,
            compress_over: None,
            classic_results: false,
            batch_scheduling: true,
            may_serve: None,
            counters: Arc::default(),
            control: Control::default(),
            trace: None,
        }
    }
}

impl Config {
    /// What does not fit together, though each by itself is allowed.
    pub(crate) fn warning(&self) -> Option<String> {
        let list = self.room_size.saturating_mul(LISTED_USER);
        let limit = self.outbox_limit.filter(|limit| list > *limit)?;
        Some(format!(
            "a client that enters a room of {} members gets a list of up to {list} bytes, which is over the outbox limit \
             of {limit} bytes: such clients may be cut off",
            self.room_size
        ))
    }
}
