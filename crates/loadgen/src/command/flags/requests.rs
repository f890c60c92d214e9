//! The flags of `loadgen echo` and `loadgen calc`.

use clap::Args;
use protocol::{HEADER_SIZE, LARGEST_PACKET};

use super::values::{MOST_ON_THE_WAY, crowd, in_flight, message_size};

#[derive(Debug, Args)]
pub(crate) struct EchoFlags {
    #[command(flatten)]
    pub(crate) cell: CellFlags,
    /// Bytes of a message; with --packets its header is among them.
    #[arg(long, value_name = "SIZE", default_value = "64", value_parser = message_size)]
    pub(crate) size: usize,
    /// Send ECHO packets with their header of 5 bytes: for `echo-server --packets`.
    #[arg(long)]
    pub(crate) packets: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CalcFlags {
    #[command(flatten)]
    pub(crate) cell: CellFlags,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct CellFlags {
    /// Connections at the same time.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = crowd)]
    pub(crate) connections: usize,
    /// Messages on the way on each connection, in a closed loop.
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = in_flight, conflicts_with = "rate")]
    pub(crate) in_flight: usize,
    /// Open all connections at the same time, instead of one after the other: does the server find a place for each?
    #[arg(long)]
    pub(crate) at_once: bool,
}

impl EchoFlags {
    pub(super) fn check(&self) -> Result<(), String> {
        let packets = HEADER_SIZE..=LARGEST_PACKET;
        if self.packets && !packets.contains(&self.size) {
            return Err(format!(
                "a packet has {HEADER_SIZE} to {LARGEST_PACKET} bytes, not {}",
                self.size
            ));
        }
        if self.size * self.cell.in_flight > MOST_ON_THE_WAY {
            return Err(format!(
                "--in-flight {} of --size {} are more than {MOST_ON_THE_WAY} bytes",
                self.cell.in_flight, self.size
            ));
        }
        Ok(())
    }
}
