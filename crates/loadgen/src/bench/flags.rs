//! The flags of the benchmarks of echo server and calculator.

use std::time::Duration;

use command_line::duration;

use crate::engine::{Drive, Length, WARM_UP};
use crate::requests::Cell;

const EXAMPLES: &str = "Examples, each after `cargo bench -p echo-server --bench load --`:
  --rounds 3 --seconds 1
  --connections 64 --in-flight 16 --server batch-off='echo-server --batch-scheduling false'
  --server c-timeouts='c-pthread 0 timeouts'
  --idle
  --burst 2000 --rounds 3";

/// How long a server may let a client wait.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Measures a finished server against others, in the same run.
#[derive(Debug, clap::Parser)]
#[command(name = "load", after_help = EXAMPLES)]
pub(crate) struct Flags {
    #[command(flatten)]
    pub(crate) run: RunFlags,
    /// Only one cell, with this many connections.
    #[arg(long, value_name = "COUNT", value_parser = at_least_one)]
    connections: Option<usize>,
    /// Only one cell, with this many messages on the way on each connection.
    #[arg(long, value_name = "COUNT", value_parser = at_least_one)]
    in_flight: Option<usize>,
    /// Memory, and the answer to a new client, with this many idle connections.
    #[arg(long, value_name = "COUNT", num_args = 0..=1, default_missing_value = "10000")]
    pub(crate) idle: Option<usize>,
    /// With --idle: not even one echo on each connection.
    #[arg(long, requires = "idle")]
    pub(crate) silent: bool,
    /// This many clients that connect at once and want an echo.
    #[arg(long, value_name = "COUNT", num_args = 0..=1, default_missing_value = "5000", conflicts_with = "idle")]
    pub(crate) burst: Option<usize>,
}

/// How long, with how many threads, and who else: the same for every benchmark.
#[derive(Debug, clap::Args)]
pub(crate) struct RunFlags {
    /// How often each server is started and measured [default: 5].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// How long each measurement takes, after its warm-up [default: 2].
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    seconds: Option<Duration>,
    /// Threads that drive the load, each with its share of the clients.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    threads: u32,
    /// One more server. Programs of the bench go by their names.
    #[arg(long, value_name = "NAME=COMMAND")]
    pub(crate) server: Vec<String>,
    /// What cargo passes. Without it, as in `cargo test --benches`, all is much shorter by default.
    #[arg(long, hide = true)]
    bench: bool,
}

impl RunFlags {
    /// How often each server is measured.
    pub(crate) fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.bench { 5 } else { 1 })
    }

    /// How each measurement is driven.
    pub(crate) fn drive(&self) -> Drive {
        Drive {
            length: Length::For(self.window()),
            warm_up: WARM_UP,
            rate: None,
            threads: self.threads as usize,
            patience: PATIENCE,
            slices: false,
            progress: false,
            pid: None,
        }
    }

    /// How long a measurement takes.
    pub(crate) fn window(&self) -> Duration {
        let default = if self.bench { 2_000 } else { 100 };
        self.seconds.unwrap_or(Duration::from_millis(default))
    }
}

impl Flags {
    /// The default cells, or the one that was asked for.
    pub(crate) fn cells(&self, default: &[Cell]) -> Vec<Cell> {
        match (self.connections, self.in_flight) {
            (None, None) => default.to_vec(),
            (connections, in_flight) => vec![Cell {
                connections: connections.unwrap_or(1),
                in_flight: in_flight.unwrap_or(1),
            }],
        }
    }
}

/// A count for clap.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("`{text}` is not a count of at least 1")),
    }
}
