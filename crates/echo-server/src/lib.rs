//! The finished echo server: what comes goes back.
//!
//! It knows two ways. `bytes` sends back whatever one read has brought, so every client is content: one that
//! sends lines, one that sends packets, `nc`. `packets` checks the header of every packet and sends back whole
//! packets.
#![forbid(unsafe_code)]

mod bytes;
mod packets;

use std::sync::Arc;

use net::{Activity, Limits, Listener, NetError, Secure, Shutdown, Summary, TcpServer};

/// What an echo server can be told.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// What clients may do.
    pub limits: Limits,
    /// Echo whole packets with a checked header, instead of any bytes.
    pub packets: bool,
    /// Run the client threads in the scheduling class `SCHED_BATCH`.
    pub batch_scheduling: bool,
    /// What its connections are made secret with; without it everybody on the way can read them.
    pub secure: Option<Arc<dyn Secure>>,
    /// Where it counts what it does. Keep a clone to read it while the server runs.
    pub activity: Activity,
}

// ANCHOR: run
/// Echoes until `shutdown` is requested.
///
/// # Errors
/// Those of [`TcpServer::run`].
pub fn run(listeners: Vec<Listener>, config: Config, shutdown: &Shutdown) -> Result<Summary, NetError> {
    let mut server = TcpServer::new(listeners)
        .limits(config.limits.clone())
        .batch_scheduling(config.batch_scheduling)
        .activity(config.activity);
    if let Some(secure) = config.secure {
        server = server.secured(secure);
    }
    if config.packets {
        server.run(packets::Echo::new(&config.limits), shutdown)
    } else {
        server.run(bytes::echo, shutdown)
    }
}
// ANCHOR_END: run
