//! The flags that say how a load is driven, whatever the messages are.

use std::time::Duration;

use clap::Args;
use tls::TlsClientFlags;

use super::CellFlags;
use super::values::{rate, some_time, threads, time};

/// How it is driven, whatever the messages are.
#[derive(Debug, Args)]
pub(crate) struct DriveFlags {
    /// How long to measure [default: 5s].
    #[arg(long, value_name = "DURATION", value_parser = some_time, conflicts_with = "count")]
    pub(crate) duration: Option<Duration>,
    /// Send this many messages, all of which count, instead of measuring for a time.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// Time before the measurement begins, so that everything can settle [default: 300ms, with --count 0].
    #[arg(long, value_name = "DURATION", value_parser = time, conflicts_with = "count")]
    pub(crate) warm_up: Option<Duration>,
    /// Open loop: this many messages a second in all, each at its time, whether or not replies have come.
    /// Latency counts from that time. Without it, each connection waits for replies (closed loop).
    #[arg(long, value_name = "PER_SECOND", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// Threads that drive the load, each with its share of the connections.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = threads)]
    pub(crate) threads: usize,
    /// How long to wait for a server that is started, for a connection, and for the last messages.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = some_time)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) tls: TlsClientFlags,
}

impl DriveFlags {
    /// Finds flags that do not go together; `cell` is that of requests and replies.
    pub(super) fn check(&self, cell: Option<CellFlags>) -> Result<(), String> {
        self.tls.check()?;
        match self.tls.is_on() && cell.is_some_and(|cell| cell.at_once) {
            true => Err("--at-once waits for no handshake: leave --tls out".to_owned()),
            false => Ok(()),
        }
    }
}
