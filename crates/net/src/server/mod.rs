//! `TcpServer`, the facade of a server with a thread per client: an accept loop, a named thread per client, limits, and
//! an end.
//!
//! | file | what is in it |
//! |---|---|
//! | `handler` | what a server does for its clients, written by its author |
//! | `accept` | the loop that takes clients in, and what it does when it cannot |
//! | `activity` | what the server does, counted while it does it |
//! | `ending` | why connections end or do not begin, in a word each |
//! | `summary` | the counts as a line |
//! | `client` | what a handler sees of its client: reads and writes that keep the limits |
//! | `sender` | its sending half, for threads that send whenever they have something |
//! | `secure` | how the connections of a port are made secret |
//! | `incoming` | what has come through the channel of such a connection |
//! | `places` | how many clients there may be, in one server or in several together |
//! | `registry` | who is connected, and how the places are emptied at shutdown |
//! | `refusal` | saying no without a thread |

mod accept;
mod activity;
mod client;
mod ending;
mod handler;
mod incoming;
mod places;
mod refusal;
mod registry;
mod secure;
mod sender;
mod summary;

use std::net::SocketAddr;
use std::sync::Arc;

pub use activity::Activity;
pub use client::ClientConnection;
pub use ending::{Ending, Refusal};
pub use handler::{Decline, Declined, Handler};
pub use places::Places;
pub use secure::Secure;
pub use sender::Sender;
pub use summary::Summary;

use accept::Setup;

use crate::{Limits, Listener, NetAddress, NetError, Shutdown};

/// A server with a thread per client, at one address or at several.
///
/// It outlives what it meets: an accept that fails is tried again after a pause, a thread that cannot be
/// spawned refuses that client, a panic of the handler ends that connection only.
#[derive(Debug)]
pub struct TcpServer {
    setup: Setup,
}

impl TcpServer {
    /// A server on listeners that the caller has made: one, or as many as a name has addresses.
    #[must_use]
    pub fn new(listeners: impl IntoIterator<Item = Listener>) -> Self {
        Self {
            setup: Setup {
                listeners: listeners.into_iter().collect(),
                limits: Limits::default(),
                places: None,
                secure: None,
                batch_scheduling: false,
                activity: Activity::default(),
            },
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
        self.setup.limits = limits;
        self
    }

    /// Places that this server shares with others. Without them it has its own, by its limits.
    #[must_use]
    pub fn places(mut self, places: Places) -> Self {
        self.setup.places = Some(places);
        self
    }

    /// Makes its connections secret: each begins with a handshake on the client's own thread, and then all bytes go
    /// through the [`Channel`](crate::Channel) that this has made.
    #[must_use]
    pub fn secured(mut self, secure: Arc<dyn Secure>) -> Self {
        self.setup.secure = Some(secure);
        self
    }

    /// Runs the client threads in the scheduling class `SCHED_BATCH`, where there is one (Linux).
    #[must_use]
    pub fn batch_scheduling(mut self, batch_scheduling: bool) -> Self {
        self.setup.batch_scheduling = batch_scheduling;
        self
    }

    /// Counts there what it does. Without it nobody sees the counts before the summary.
    #[must_use]
    pub fn activity(mut self, activity: Activity) -> Self {
        self.setup.activity = activity;
        self
    }

    /// Where it listens, in the order of the resolver.
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn local_addresses(&self) -> Result<Vec<SocketAddr>, NetError> {
        self.setup.listeners.iter().map(Listener::local_address).collect()
    }

    /// Serves clients until `shutdown` is requested, then lets the handlers finish, and says what was done: what its
    /// [`Activity`] has, so where several servers share one, what all of them have done so far.
    ///
    /// At the request nothing is accepted or read any more; what was read is answered. Handlers have
    /// [`Limits::drain`] for that; then both directions of what is left are shut.
    ///
    /// # Errors
    /// [`NetError::NoThreadFor`] where there is none for the second listener or a later one. Then the shutdown
    /// is requested, and nobody is served any more.
    pub fn run(self, handler: impl Handler, shutdown: &Shutdown) -> Result<Summary, NetError> {
        accept::run(self.setup, handler, shutdown)
    }
}
