//! The flags of the benchmark of the chat server.

use super::cell::RoomCell;
use crate::bench::flags::{RunFlags, at_least_one};

const EXAMPLES: &str = "Examples, each after `cargo bench -p chat-server --bench load --`:
  --rounds 3 --seconds 1
  --rooms 10 --members 100 --senders 10 --in-flight 4
  --server workers-2='chat-server --workers 2'
  --server msgpack='chat-server --codec msgpack' --server protobuf='chat-server --codec protobuf'
  --server io-threads='redis-server --io-threads 2'
  --stalled --rounds 11
  --stalled --server never-cut='chat-server --outbox-limit 0 --write-timeout 0'
  --idle 10000";

/// Measures how many messages a second a chat server delivers, next to message brokers.
#[derive(Debug, clap::Parser)]
#[command(name = "load", after_help = EXAMPLES)]
pub(crate) struct Flags {
    #[command(flatten)]
    pub(crate) run: RunFlags,
    /// Only one cell, with this many rooms.
    #[arg(long, value_name = "COUNT", value_parser = at_least_one)]
    rooms: Option<usize>,
    /// Only one cell, with this many members in each room.
    #[arg(long, value_name = "COUNT", value_parser = at_least_one)]
    members: Option<usize>,
    /// Only one cell, with this many senders among the members of each room.
    #[arg(long, value_name = "COUNT", value_parser = at_least_one)]
    senders: Option<usize>,
    /// Only one cell, with this many messages on the way from each sender.
    #[arg(long, value_name = "COUNT", value_parser = at_least_one)]
    in_flight: Option<usize>,
    /// A room of 100 beside the same room with one member more, who never reads.
    #[arg(long)]
    pub(crate) stalled: bool,
    /// Memory, and how long a message takes, with this many idle clients in rooms of 10.
    #[arg(long, value_name = "COUNT", num_args = 0..=1, default_missing_value = "10000", conflicts_with = "stalled")]
    pub(crate) idle: Option<usize>,
}

impl Flags {
    /// The default cells, or the one that was asked for.
    pub(crate) fn cells(&self, default: &[RoomCell]) -> Vec<RoomCell> {
        let asked = [self.rooms, self.members, self.senders, self.in_flight];
        if asked == [None; 4] {
            return default.to_vec();
        }
        let [rooms, members, senders, in_flight] = asked.map(|count| count.unwrap_or(1));
        vec![RoomCell {
            rooms,
            members: members.max(senders),
            senders,
            in_flight,
            at_least: &[],
        }]
    }
}
