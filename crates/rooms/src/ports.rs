//! The ports of a server: each is an accept loop on a thread of its own, and all have the same rooms.

use std::io;
use std::sync::Arc;
use std::thread;

use net::{Listener, NetError, Places, Service, Shutdown, Summary, TcpServer};
use protocol::Codec;

use crate::client::ClientThread;
use crate::desk::Desks;
use crate::game::Game;

/// Where a server listens, and what is spoken there.
#[derive(Debug)]
pub struct Port {
    /// Where clients connect.
    pub listener: Listener,
    /// How they write the bodies of their packets.
    pub codec: Codec,
}

impl From<Listener> for Port {
    /// A port of the binary codec.
    fn from(listener: Listener) -> Self {
        Self {
            listener,
            codec: Codec::default(),
        }
    }
}

// ANCHOR: serve
/// Serves all ports until `shutdown` is requested. They share the places for clients.
pub(crate) fn serve<G: Game>(
    ports: Vec<Port>,
    desks: &Arc<Desks<G>>,
    shutdown: &Shutdown,
    ready: impl FnOnce(),
) -> Result<Summary, NetError> {
    let engine = &desks.engine;
    let places = Places::new(&engine.config.limits);
    let activity = engine.config.counters.activity();
    thread::scope(|scope| {
        let serve = |Port { listener, codec }| {
            let server = TcpServer::new([listener])
                .limits(engine.config.limits.clone())
                .places(places.clone())
                .batch_scheduling(engine.config.batch_scheduling)
                .activity(activity.clone());
            let handler = ClientThread::new(Arc::clone(desks), codec);
            Service::spawn(scope, format!("accept-{codec}"), move || {
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
