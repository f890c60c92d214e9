//! The program `time-server`: flags, sockets, and the library does the rest.

use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use command_line::{Addresses, Listening, LogFlags, ProgramFlags, ServerFlags};
use net::{DatagramActivity, NetAddress, NetError};
use time_server::{Config, SILENCE, Services, TimeFormat};

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  time-server
  time-server --daytime 0.0.0.0:13 --sessions off --udp 0.0.0.0:13
  time-server --daytime 0.0.0.0:37 --sessions off --udp 0.0.0.0:37 --rfc868
  TIME_SERVER_IDLE_TIMEOUT=30s time-server";

/// Tells the time: on connect (daytime), in long connections (sessions) and in datagrams (UDP), all at once.
#[derive(clap::Parser)]
#[command(name = "time-server", version, after_help = EXAMPLES)]
struct Flags {
    /// Daytime and UDP answer with 4 bytes, the seconds since 1900 (RFC 868), instead of text.
    #[arg(long)]
    rfc868: bool,
    #[command(flatten)]
    server: ServerFlags<ServiceFlags>,
    #[command(flatten)]
    log: LogFlags,
}

/// Where the services listen. Port 0 lets the system choose.
#[derive(Debug, Clone, clap::Args)]
struct ServiceFlags {
    /// Where to tell the time on connect (TCP), or `off`.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:7777")]
    daytime: Address,
    /// Where to answer requests in long connections (TCP), or `off`.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:1200")]
    sessions: Address,
    /// Where to answer datagrams, or `off`.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:1200")]
    udp: Address,
}

/// Where a service listens, if it does.
#[derive(Debug, Clone)]
enum Address {
    Off,
    At(NetAddress),
}

impl FromStr for Address {
    type Err = NetError;

    fn from_str(text: &str) -> Result<Self, NetError> {
        match text {
            "off" => Ok(Self::Off),
            _ => text.parse().map(Self::At),
        }
    }
}

impl Address {
    /// Opens a service, unless it is off.
    fn open<T>(
        &self,
        service: &'static str,
        open: impl FnOnce(&NetAddress) -> anyhow::Result<Vec<T>>,
    ) -> anyhow::Result<Vec<T>> {
        match self {
            Self::Off => Ok(Vec::new()),
            Self::At(address) => open(address).context(service),
        }
    }
}

impl Addresses for ServiceFlags {
    fn listeners(&self) -> usize {
        let services = [&self.daytime, &self.sessions, &self.udp];
        services
            .iter()
            .filter(|address| !matches!(address, Address::Off))
            .count()
    }
}

impl ProgramFlags for Flags {
    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn check(&self) -> Result<(), String> {
        let ServiceFlags {
            daytime,
            sessions,
            udp,
        } = &self.server.addresses;
        if [daytime, sessions, udp]
            .iter()
            .all(|address| matches!(address, Address::Off))
        {
            return Err("--daytime, --sessions and --udp are all off: there is nothing to serve".to_owned());
        }
        let too_short = |time: &Duration| (Duration::from_nanos(1)..=SILENCE).contains(time);
        if self.server.patience().iter().any(too_short) {
            return Err(format!(
                "--idle-timeout and --frame-timeout must be longer than {SILENCE:?}, which end a request without \
                 a line break"
            ));
        }
        self.server.refuse_packet_limits("here")
    }
}

/// Opens all services, or none, each at every address of its host.
fn listen(addresses: &ServiceFlags, listening: &mut Listening) -> anyhow::Result<Services> {
    let mut tcp = |service: &'static str, address: &Address| {
        address.open(service, |address| {
            listening.tcp(format_args!("--{service} {address}"), service, address)
        })
    };
    Ok(Services {
        daytime: tcp("daytime", &addresses.daytime)?,
        sessions: tcp("sessions", &addresses.sessions)?,
        udp: addresses
            .udp
            .open("udp", |address| listening.udp("udp", address))?,
    })
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| {
        flags.server.serve_at(settings, listen, |services, serving| {
            let datagrams = DatagramActivity::default();
            serving.metrics.add(datagrams.clone());
            let config = Config {
                limits: serving.limits,
                batch_scheduling: flags.server.batch_scheduling,
                format: match flags.rfc868 {
                    true => TimeFormat::Rfc868,
                    false => TimeFormat::Text,
                },
                clock: SystemTime::now,
                activity: serving.metrics.add_activity(),
                datagrams,
            };
            Ok(time_server::run(
                services,
                &config,
                serving.shutdown,
                serving.ready,
            )?)
        })
    })
}
