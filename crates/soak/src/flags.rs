//! The flags of `loadgen soak`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::ValueEnum;
use command_line::duration;
use net::{Family, NetAddress};

use super::row::Row;
use super::rows::ROWS;
use super::service::Service;

/// Connections at the same time that no row goes over, unless more are asked for.
const CLIENTS: u64 = 5_000;

/// More than most systems allow a process, and enough to see what each of them costs.
const MOST_CLIENTS: u64 = 20_000;

const EXAMPLES: &str = "Examples:
  loadgen soak --list chat
  loadgen soak chat 127.0.0.1:11021 --pid $(pgrep chat-server) --duration 20m --plot soak.svg
  loadgen soak echo 127.0.0.1:18080 --only churn,12 --duration 10s
  loadgen soak calc 127.0.0.1:4000 --scale 0.01 --clients 100";

/// Treats a running server badly in many ways, one after the other, while a well-behaved client measures what
/// that costs the others.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct SoakFlags {
    /// What the server speaks.
    kind: Kind,
    /// Where it listens. These are attacks, so only this machine's own addresses are accepted without --force.
    #[arg(value_name = "HOST:PORT", required_unless_present = "list")]
    server: Option<NetAddress>,
    /// The server's process on this machine: for memory, descriptors, threads and the limit of descriptors.
    #[arg(long, value_name = "PID")]
    pid: Option<u32>,
    /// How long the whole run takes, unless the rows need longer; the last row takes the time that is left.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    duration: Duration,
    /// Only these rows, by name or by number.
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    only: Vec<String>,
    /// List the rows and what they do, and do nothing else.
    #[arg(long)]
    pub(super) list: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub(super) json: bool,
    /// Draw memory, threads, descriptors and the control client's latency over time.
    #[arg(long, value_name = "FILE.svg")]
    pub(super) plot: Option<PathBuf>,
    /// Connections at the same time, at most; with more than 5,000, so many are in the row `crowd`.
    #[arg(long, value_name = "COUNT", default_value_t = CLIENTS, value_parser = clap::value_parser!(u64).range(1..=MOST_CLIENTS))]
    clients: u64,
    /// Multiply all counts by this, for a short run: 0.01 is one in a hundred.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, value_parser = share)]
    pub(super) scale: f64,
    /// How long a row waits for a timeout of the server; a row that meets none is skipped.
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration)]
    pub(super) patience: Duration,
    /// What the control client's 99th percentile may be in any row; 0 for no limit.
    #[arg(long, value_name = "DURATION", default_value = "50ms", value_parser = duration)]
    pub(super) p99: Duration,
    /// The echo server speaks packets (`echo-server --packets`).
    #[arg(long)]
    packets: bool,
    /// Attack a server that is not on this machine: only one of your own.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Echo,
    Calc,
    Chat,
}

impl SoakFlags {
    pub(super) fn service(&self) -> Service {
        match self.kind {
            Kind::Echo if self.packets => Service::Packets,
            Kind::Echo => Service::Bytes,
            Kind::Calc => Service::Calculator,
            Kind::Chat => Service::Chat,
        }
    }

    pub(super) fn clients(&self) -> usize {
        usize::try_from(self.clients).unwrap_or(usize::MAX)
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.pid
    }

    pub(super) fn duration(&self) -> Duration {
        self.duration
    }

    /// Where the server is.
    pub(super) fn address(&self) -> anyhow::Result<SocketAddr> {
        let server = self.server.as_ref().context("no server is given")?;
        let addresses = server.resolve(Family::Any)?;
        let address = *addresses.first().context("the server has no address")?;
        ensure!(
            address.ip().is_loopback() || self.force,
            "{server} is not on this machine, and this is an attack; --force where the server is your own"
        );
        Ok(address)
    }

    /// The rows that are asked for and can be done to such a server, in the order of the table.
    pub(super) fn rows(&self) -> anyhow::Result<Vec<&'static Row>> {
        let service = self.service();
        let possible = || ROWS.iter().filter(move |row| row.services.contains(&service));
        for wanted in &self.only {
            let known = possible().any(|row| is_called(row, wanted));
            ensure!(
                known,
                "`{wanted}` is not a row for this server; --list shows them"
            );
        }
        let is_wanted =
            |row: &&Row| self.only.is_empty() || self.only.iter().any(|name| is_called(row, name));
        Ok(possible().filter(is_wanted).collect())
    }
}

fn is_called(row: &Row, name: &str) -> bool {
    row.name == name || row.faults.iter().any(|fault| fault.to_string() == name)
}

/// A share for clap.
fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err(format!(
            "`{text}` is not a share: expected more than 0, and 1 at most"
        )),
    }
}
