//! The flags of `loadgen chaos`.

use std::path::PathBuf;
use std::time::Duration;

use command_line::duration;

/// More threads and connections than this the servers and the users of one machine have no use for.
const MOST_CLIENTS: u64 = 1_000;

/// A room of a server has so many places, unless it is told otherwise.
const MOST_MEMBERS: u64 = 100;

const EXAMPLES: &str = "Examples:
  loadgen chaos
  loadgen chaos --seed 7 --duration 30m --json chaos.json --plot chaos.svg
  loadgen chaos --clients 12 --members 4 --duration 10s --every 3s --record chaos.txt";

/// Starts Redis, an API server and three chat servers with durable rooms, kills and stops them while users talk, and checks
/// that nothing was lost that was acknowledged.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ChaosFlags {
    /// What goes wrong, and when: the same for the same number.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(super) seed: u64,
    /// How long users talk while things go wrong. Behind that, everything is up again, and all come back once more.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub(super) duration: Duration,
    /// Users, each on a thread of its own.
    #[arg(long, value_name = "COUNT", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=MOST_CLIENTS))]
    pub(super) clients: u64,
    /// Users of each room.
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=MOST_MEMBERS))]
    pub(super) members: u64,
    /// Time from one message of a user to the next, on average.
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = duration)]
    pub(super) pace: Duration,
    /// Time from one fault of a server to the next, on average, each for half of this at most. Redis has half as many, and
    /// with each of them a server is stopped until others have its rooms.
    #[arg(long, value_name = "DURATION", default_value = "12s", value_parser = duration)]
    pub(super) every: Duration,
    /// How long it may take in the end until all answers have come, and again until all are back.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub(super) patience: Duration,
    /// Write the result into this file.
    #[arg(long, value_name = "FILE.json")]
    pub(super) json: Option<PathBuf>,
    /// Draw answers and deliveries a second, with a mark at each fault.
    #[arg(long, value_name = "FILE.svg")]
    pub(super) plot: Option<PathBuf>,
    /// Write down what each user has said and seen, a line for each event: for whoever looks for the cause of a violation.
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
}
