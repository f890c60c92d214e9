//! The flags of the benchmark of the I/O models.

use std::path::PathBuf;
use std::time::Duration;

use command_line::duration;

use super::Matrix;
use crate::bench::flags::{PATIENCE, at_least_one};
use crate::engine::{Drive, Length, WARM_UP};
use crate::requests::Cell;

const EXAMPLES: &str = "Examples, each after `cargo bench -p io-models --bench models --`:
  --models thread,epoll-edge,async --connections 64 --in-flight 1
  --rounds 1 --duration 200ms
  --json /tmp/models.json --plot /tmp/models.svg

The tables go to standard output, as Markdown. What a model cannot do by nature is `-`.";

/// Measures all models, each under the same loads and in the same run.
#[derive(Debug, clap::Parser)]
#[command(name = "models", after_help = EXAMPLES)]
pub(super) struct Flags {
    /// Only these, by their names.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(super) models: Vec<String>,
    /// How often each of them is started and measured [default: 5].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// How long each measurement takes, after its warm-up [default: 1s].
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    duration: Option<Duration>,
    /// Only with this many connections.
    #[arg(long, value_name = "COUNT,...", value_delimiter = ',', value_parser = at_least_one)]
    connections: Vec<usize>,
    /// Only with this many messages on the way on each of them.
    #[arg(long, value_name = "COUNT,...", value_delimiter = ',', value_parser = at_least_one)]
    in_flight: Vec<usize>,
    /// Threads that drive the load, each with its share of the connections.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = at_least_one)]
    pub(super) threads: usize,
    /// Write all figures into this file, for a program.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Draw the throughput into this file.
    #[arg(long, value_name = "FILE.svg")]
    pub(super) plot: Option<PathBuf>,
    /// What cargo passes. Without it, as in `cargo test --benches`, all is much shorter by default.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Flags {
    /// How often each model is measured.
    pub(super) fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.bench { 5 } else { 1 })
    }

    /// How long a measurement takes.
    pub(super) fn window(&self) -> Duration {
        let default = if self.bench { 1_000 } else { 50 };
        self.duration.unwrap_or(Duration::from_millis(default))
    }

    /// How each measurement is driven.
    pub(super) fn drive(&self) -> Drive {
        Drive {
            length: Length::For(self.window()),
            warm_up: WARM_UP,
            rate: None,
            threads: self.threads,
            patience: PATIENCE,
            slices: false,
            progress: false,
            pid: None,
        }
    }

    /// The loads: the fewest messages on the way first, and of those the fewest connections.
    pub(super) fn cells(&self, matrix: &Matrix) -> Vec<Cell> {
        let connections = unless_given(&self.connections, matrix.connections);
        let in_flight = unless_given(&self.in_flight, matrix.in_flight);
        let cells = in_flight
            .iter()
            .flat_map(|in_flight| connections.iter().map(|count| Cell::new(*count, *in_flight)));
        cells.collect()
    }
}

fn unless_given<'a>(given: &'a [usize], default: &'a [usize]) -> &'a [usize] {
    if given.is_empty() { default } else { given }
}
