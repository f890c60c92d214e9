//! `TcpServer`, the facade of a server with a thread per client: an accept loop, a named thread per client, limits, and
//! an end.
//!
//! | file | what is in it |
//! |---|---|
//! | `accept` | the loop that takes clients in, and what it does when it cannot |
//! | `client` | what a handler sees of its client: reads and writes that keep the limits |
//! | `places` | how many clients there may be, in one server or in several together |
//! | `registry` | who is connected, and how the places are emptied at shutdown |
//! | `refusal` | saying no without a thread |

mod accept;
mod client;
mod places;
mod refusal;
mod registry;

use std::fmt;
use std::iter::Sum;
use std::net::SocketAddr;
use std::time::Duration;

pub use client::ClientConnection;
pub use places::Places;

use crate::{Limits, Listener, NetAddress, NetError, Shutdown};

/// How long a client may take to close after the server has closed its side.
const LINGER: Duration = Duration::from_secs(1);

/// What a server does for its clients. A closure `Fn(&mut ClientConnection) -> Result<(), NetError>` is one.
pub trait Handler: Send + Sync + 'static {
    /// Serves one client on its own thread, and returns when it is done. All clients share `self`.
    ///
    /// Errors of the client's reads and writes go up with `?`: the server closes the connection, logs the
    /// reason and counts the bytes.
    ///
    /// # Errors
    /// Why the connection ended, where that was not the client's own wish.
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError>;

    /// The last bytes that a client gets when the server ends its connection for `reason`, or refuses it.
    /// None by default.
    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        let _ = reason;
        Vec::new()
    }
}

impl<F> Handler for F
where
    F: Fn(&mut ClientConnection) -> Result<(), NetError> + Send + Sync + 'static,
{
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        self(client)
    }
}

/// What a server has done between its start and its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Clients that were served.
    pub served: u64,
    /// Clients that were refused: over a limit, or no thread for them.
    pub refused: u64,
    /// Clients that were closed for breaking a limit or the protocol.
    pub cut_off: u64,
    /// Bytes read from clients.
    pub bytes_in: u64,
    /// Bytes written to clients.
    pub bytes_out: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} clients served, {} refused, {} cut off; {} bytes in, {} bytes out",
            self.served, self.refused, self.cut_off, self.bytes_in, self.bytes_out
        )
    }
}

/// What several servers of one process have done together.
impl Sum for Summary {
    fn sum<I: Iterator<Item = Self>>(summaries: I) -> Self {
        summaries.fold(Self::default(), |all, one| Self {
            served: all.served + one.served,
            refused: all.refused + one.refused,
            cut_off: all.cut_off + one.cut_off,
            bytes_in: all.bytes_in + one.bytes_in,
            bytes_out: all.bytes_out + one.bytes_out,
        })
    }
}

/// A server with a thread per client, at one address or at several.
///
/// It outlives what it meets: an accept that fails is tried again after a pause, a thread that cannot be
/// spawned refuses that client, a panic of the handler ends that connection only.
#[derive(Debug)]
pub struct TcpServer {
    listeners: Vec<Listener>,
    limits: Limits,
    places: Option<Places>,
    batch_scheduling: bool,
}

impl TcpServer {
    /// A server on listeners that the caller has made: one, or as many as a name has addresses.
    #[must_use]
    pub fn new(listeners: impl IntoIterator<Item = Listener>) -> Self {
        Self {
            listeners: listeners.into_iter().collect(),
            limits: Limits::default(),
            places: None,
            batch_scheduling: false,
        }
    }

    /// A server that listens on `address`, at each address of the host; port 0 lets the system choose.
    ///
    /// # Errors
    /// [`NetError::Resolve`] or [`NetError::Listen`].
    pub fn bind(address: &NetAddress) -> Result<Self, NetError> {
        Listener::bind_all(address).map(Self::new)
    }

    /// Other limits than [`Limits::default`].
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Places that this server shares with others. Without them it has its own, by its limits.
    #[must_use]
    pub fn places(mut self, places: Places) -> Self {
        self.places = Some(places);
        self
    }

    /// Runs the client threads in the scheduling class `SCHED_BATCH`, where there is one (Linux).
    #[must_use]
    pub fn batch_scheduling(mut self, batch_scheduling: bool) -> Self {
        self.batch_scheduling = batch_scheduling;
        self
    }

    /// Where it listens, in the order of the resolver.
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn local_addresses(&self) -> Result<Vec<SocketAddr>, NetError> {
        self.listeners.iter().map(Listener::local_address).collect()
    }

    /// Serves clients until `shutdown` is requested, then lets the handlers finish, and says what was done.
    ///
    /// At the request nothing is accepted or read any more; what was read is answered. Handlers have
    /// [`Limits::drain`] for that; then both directions of what is left are shut.
    ///
    /// # Errors
    /// [`NetError::NoThreadFor`] where there is none for the second listener or a later one. Then the shutdown
    /// is requested, and nobody is served any more.
    pub fn run(self, handler: impl Handler, shutdown: &Shutdown) -> Result<Summary, NetError> {
        accept::run(self, handler, shutdown)
    }
}
