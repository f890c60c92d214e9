//! The flags that say how a load is driven, whatever the messages are.

use std::time::Duration;

use clap::Args;

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
}
