//! The ports of a server: each is an accept loop on a thread of its own, and all have the same rooms.

use std::io;
use std::sync::Arc;
use std::thread;

use net::{Limits, Listener, NetError, Places, Secure, Service, Shutdown, Summary, TcpServer};
use protocol::Codec;

use crate::backlog::Backlog;
use crate::client::ClientThread;
use crate::desk::Desks;
use crate::framing::Framing;
use crate::game::Game;

/// Where a server listens, and what is spoken there.
#[derive(Debug)]
pub struct Port {
    /// Where clients connect.
    pub listener: Listener,
    /// How they write the bodies of their packets.
    pub codec: Codec,
    /// What is spoken around the packets; without it they go over the connection as they are.
    pub framing: Option<Arc<dyn Framing>>,
    /// What the connections are made secret with.
    pub secure: Option<Arc<dyn Secure>>,
}

impl Port {
    /// A port where packets of this codec go over the connection as they are.
    #[must_use]
    pub fn new(listener: Listener, codec: Codec) -> Self {
        Self {
            listener,
            codec,
            framing: None,
            secure: None,
        }
    }

    /// Another way to carry the packets.
    #[must_use]
    pub fn framed(self, framing: Arc<dyn Framing>) -> Self {
        Self {
            framing: Some(framing),
            ..self
        }
    }

    /// Makes its connections secret.
    #[must_use]
    pub fn secured(self, secure: Arc<dyn Secure>) -> Self {
        Self {
            secure: Some(secure),
            ..self
        }
    }
}

impl From<Listener> for Port {
    /// A port of the binary codec.
    fn from(listener: Listener) -> Self {
        Self::new(listener, Codec::default())
    }
}

// ANCHOR: serve
/// Serves all ports until `shutdown` is requested. They share the places for clients.
pub(crate) fn serve<G: Game>(
    ports: Vec<Port>,
    desks: &Arc<Desks<G>>,
    backlog: &Backlog,
    shutdown: &Shutdown,
    ready: impl FnOnce(),
) -> Result<Summary, NetError> {
    let config = &desks.engine.config;
    let limits = Limits {
        // Whoever has agreed on keys has done nothing yet.
        handshake_timeout: config.login_timeout.or(config.limits.handshake_timeout),
        ..config.limits.clone()
    };
    let places = Places::new(&limits);
    let activity = config.counters.activity();
    thread::scope(|scope| {
        let serve = |port: Port| {
            let mut server = TcpServer::new([port.listener])
                .limits(limits.clone())
                .places(places.clone())
                .batch_scheduling(config.batch_scheduling)
                .activity(activity.clone());
            if let Some(secure) = port.secure {
                server = server.secured(secure);
            }
            let handler = ClientThread::new(Arc::clone(desks), backlog.clone(), port.codec, port.framing);
            Service::spawn(scope, format!("accept-{}", port.codec), move || {
                server.run(handler, shutdown)
            })
        };
        let servers: io::Result<Vec<_>> = ports.into_iter().map(serve).collect();
        // The scope waits for those that were started, also where another was not.
        let servers = servers
            .map_err(|error| NetError::no_thread_for("a port", error))
            .inspect_err(|_| shutdown.request())?;
        ready();
        let served: Vec<_> = servers.into_iter().map(Service::join).collect();
        served.into_iter().try_for_each(|summary| summary.map(drop))
    })?;
    Ok(activity.summary())
}
// ANCHOR_END: serve
