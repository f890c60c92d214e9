//! The finished calculator server: requests in, results out, in order.
//!
//! | file | what is in it |
//! |---|---|
//! | `calculation` | the arithmetic, and what is not allowed in it |
//! | `requests` | from the bytes of a stream to results; no socket in it |
#![forbid(unsafe_code)]

mod calculation;
mod requests;

pub use calculation::{CalculationError, calculate};
pub use requests::{REQUEST_LENGTH, RequestError, Requests};

use net::{Activity, ClientConnection, Limits, Listener, NetError, Shutdown, Summary, TcpServer};

/// What a calculator server can be told.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// What clients may do.
    pub limits: Limits,
    /// Run the client threads in the scheduling class `SCHED_BATCH`.
    pub batch_scheduling: bool,
    /// Where it counts what it does. Keep a clone to read it while the server runs.
    pub activity: Activity,
}

/// Calculates until `shutdown` is requested.
///
/// # Errors
/// Those of [`TcpServer::run`].
pub fn run(listeners: Vec<Listener>, config: Config, shutdown: &Shutdown) -> Result<Summary, NetError> {
    TcpServer::new(listeners)
        .limits(config.limits)
        .batch_scheduling(config.batch_scheduling)
        .activity(config.activity)
        .run(serve, shutdown)
}

// ANCHOR: serve
/// All complete requests of one read are answered with one write.
fn serve(client: &mut ClientConnection) -> Result<(), NetError> {
    let mut requests = Requests::default();
    client.answer_in_batches(|bytes, replies| {
        let completed = requests.answer(bytes, replies).map_err(NetError::protocol)?;
        Ok((completed, requests.pending()))
    })
}
// ANCHOR_END: serve
