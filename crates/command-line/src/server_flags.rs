//! The flags that every server has: where it listens, and its limits.
//!
//! Most servers have one port, at the host of `--bind`. One that has several has flags of its own for them, and
//! shares the rest: they are its [`Addresses`].

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::Context;
use net::{Limits, Listener, NetAddress, RateLimit, Shutdown, Summary, SystemLimits};
use tracing::{info, warn};

use crate::{Listening, Settings, duration, print_line, size, switch};

/// Where a server listens.
pub trait Addresses: clap::Args {
    /// How many ports these are. Each has a listener at least, and as many as its host has addresses.
    fn listeners(&self) -> usize;
}

/// Where a server listens that has one port.
#[derive(Debug, Clone, clap::Args)]
pub struct BindFlag {
    /// Where to listen, at each address of the host; port 0 lets the system choose.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    pub bind: NetAddress,
}

impl BindFlag {
    /// Listens there; whoever waits for the first line need not know whether others follow.
    ///
    /// # Errors
    /// Those of [`Listening::tcp`].
    pub fn listen(&self, listening: &mut Listening) -> anyhow::Result<Vec<Listener>> {
        listening.tcp(format_args!("--bind {}", self.bind), "", &self.bind)
    }
}

impl Addresses for BindFlag {
    fn listeners(&self) -> usize {
        1
    }
}

/// The flags of a server. Sizes are written in bytes or as `64KiB`, durations as `10s` or `500ms`, a bare
/// number being seconds.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Server")]
pub struct ServerFlags<A: Addresses = BindFlag> {
    /// Where it listens.
    #[command(flatten)]
    pub addresses: A,
    /// Run client threads in the scheduling class SCHED_BATCH (Linux): more throughput, see the book.
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, value_parser = switch)]
    pub batch_scheduling: bool,
    #[command(flatten)]
    limits: LimitFlags,
}

/// What a server allows its clients. 0 switches a limit off.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits (0 switches one off; a bare number is bytes or seconds)")]
struct LimitFlags {
    /// Clients at the same time; lowered at start to what the system allows.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    max_connections: usize,
    /// Clients at the same time from one IPv4 address, or from one network of IPv6: see --ipv6-prefix.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    max_per_ip: usize,
    /// Bits that the addresses of one network of IPv6 have in common, for --max-per-ip: 1 to 128; a household has a
    /// /64, or a /56.
    #[arg(long, value_name = "BITS", default_value_t = 64, value_parser = clap::value_parser!(u8).range(1..=128))]
    ipv6_prefix: u8,
    /// Stack of each client's thread; untouched stack costs no memory.
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = stack_size)]
    stack_size: usize,
    /// Largest packet, header included: 256 to 65535 bytes.
    #[arg(long, value_name = "SIZE", default_value = "1024", value_parser = packet_size)]
    max_packet: usize,
    /// Silence after which a client is closed.
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = duration)]
    idle_timeout: Duration,
    /// Time from a packet's first byte to its last.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    frame_timeout: Duration,
    /// Time for which a client may take nothing of what is sent to it.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    write_timeout: Duration,
    /// Packets a second from one client, twice as many in a burst; what is over is dropped.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    rate_limit: u32,
    /// What the kernel keeps for a client that does not read (SO_SNDBUF); 0 is the system's choice.
    #[arg(long, value_name = "SIZE", default_value = "0", value_parser = buffer_size)]
    send_buffer: usize,
    /// Time that clients have at shutdown to receive what is on its way to them.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    drain: Duration,
}

impl ServerFlags {
    /// The life of a server with one port: listens at each address of the host, prints `listening on ADDRESS` with
    /// the real port as the first line of standard output, and one for each further address, logs the settings,
    /// runs until Ctrl-C or SIGTERM, and logs what it has done.
    ///
    /// # Errors
    /// When it cannot listen, or nobody can read the line; those of `run`.
    pub fn serve(
        &self,
        settings: &Settings,
        run: impl FnOnce(Vec<Listener>, Limits, &Shutdown) -> anyhow::Result<Summary>,
    ) -> anyhow::Result<()> {
        self.serve_at(
            settings,
            BindFlag::listen,
            |listeners, limits, shutdown, ready| {
                ready();
                run(listeners, limits, shutdown)
            },
        )
    }
}

impl<A: Addresses> ServerFlags<A> {
    /// The same for a server with several ports. `listen` gives what `run` gets; where that is, is said in lines:
    /// whoever has started the server, a test above all, waits for them. `run` calls the function that it is given
    /// when it has all threads and descriptors without which it could not serve; then they are printed. A line that
    /// comes earlier is a promise that the first clients may break, by taking what is left.
    ///
    /// # Errors
    /// Those of `listen`; when the system allows too few descriptors for them, or no thread for a client; when nobody
    /// can read the lines; those of `run`.
    pub fn serve_at<L, S: Display>(
        &self,
        settings: &Settings,
        listen: impl FnOnce(&A, &mut Listening) -> anyhow::Result<L>,
        run: impl FnOnce(L, Limits, &Shutdown, &mut dyn FnMut()) -> anyhow::Result<S>,
    ) -> anyhow::Result<()> {
        let shutdown = Shutdown::on_signals()?;
        let system = system_limits();
        // Before, since so many might not even be opened; and after, when it is known how many there are.
        system.check_listeners(self.addresses.listeners())?;
        let mut listening = Listening::default();
        let listeners = listen(&self.addresses, &mut listening)?;
        system.check_listeners(listening.count())?;
        let limits = self.limits(&system, listening.count());
        let mut promise = Ok(());
        let started = Instant::now();
        let summary = run(listeners, limits.clone(), &shutdown, &mut || {
            promise = promise_service(&limits, &listening);
            match promise {
                Ok(()) => settings.log(),
                Err(_) => shutdown.request(),
            }
        })?;
        promise?;
        let uptime = Duration::from_secs(started.elapsed().as_secs());
        info!("served for {}: {summary}", humantime::format_duration(uptime));
        Ok(())
    }

    /// The limits, lowered to what the system allows, with a warning where that is less than was asked
    /// for.
    fn limits(&self, system: &SystemLimits, listeners: usize) -> Limits {
        let mut limits = self.limits_as_given();
        let lowered = limits.fit(system, listeners);
        match (limits.max_connections, self.limits.max_connections) {
            (Some(most), 0) => info!("max-connections 0: as many as the system allows, {most}"),
            (Some(most), asked) if lowered => {
                warn!(
                    "max-connections lowered from {asked} to {most}: see `ulimit -n`, `ulimit -v` and vm.max_map_count"
                );
            }
            _ => {}
        }
        limits
    }

    /// The limits as the flags have them, whatever the system allows.
    #[must_use]
    pub fn limits_as_given(&self) -> Limits {
        self.limits.as_given()
    }

    /// Silence after which a client is closed, and the time for one packet; 0 for no limit.
    #[must_use]
    pub fn patience(&self) -> [Duration; 2] {
        [self.limits.idle_timeout, self.limits.frame_timeout]
    }

    /// Finds the limits that count or measure packets of the game protocol, for a server that has none.
    ///
    /// # Errors
    /// Which was set; `where_none` says where there are no packets.
    pub fn refuse_packet_limits(&self, where_none: &str) -> Result<(), String> {
        match self.limits.rate_limit {
            0 => self.refuse_max_packet(where_none),
            _ => Err(no_packets("rate-limit", "counts", where_none)),
        }
    }

    /// Finds the limit that measures packets, for a server that has requests of another kind, and counts those.
    ///
    /// # Errors
    /// That it was set; `where_none` says where there are no packets.
    pub fn refuse_max_packet(&self, where_none: &str) -> Result<(), String> {
        match self.limits.max_packet == Limits::default().max_packet {
            true => Ok(()),
            false => Err(no_packets("max-packet", "measures", where_none)),
        }
    }
}

fn no_packets(flag: &str, does: &str, where_none: &str) -> String {
    format!("--{flag} {does} packets of the game protocol, and {where_none} there are none")
}

/// Raises the soft limit of open files to the hard one first.
fn system_limits() -> SystemLimits {
    if let Err(error) = net::raise_descriptor_limit() {
        warn!("cannot raise the limit of open files: {error}");
    }
    SystemLimits::read()
}

/// Says where the server listens, once there is a thread for the first client.
fn promise_service(limits: &Limits, listening: &Listening) -> anyhow::Result<()> {
    // For each listener one that accepts, but the first has a thread already, and one that says no.
    let own_threads = (2 * listening.count()).saturating_sub(1);
    limits
        .check_threads(own_threads)
        .context("--stack-size is too large, or the system has no memory or threads left")?;
    print_line(&listening.lines())
}

impl LimitFlags {
    fn as_given(&self) -> Limits {
        Limits {
            max_connections: unless_off(self.max_connections),
            max_per_ip: unless_off(self.max_per_ip),
            ipv6_prefix: self.ipv6_prefix,
            stack_size: self.stack_size,
            max_packet: self.max_packet,
            idle_timeout: unless_off(self.idle_timeout),
            frame_timeout: unless_off(self.frame_timeout),
            write_timeout: unless_off(self.write_timeout),
            rate_limit: unless_off(self.rate_limit).map(|per_second| RateLimit {
                per_second,
                burst: per_second.saturating_mul(2),
            }),
            send_buffer: unless_off(self.send_buffer),
            drain: unless_off(self.drain),
        }
    }
}

/// 0 switches a limit off.
fn unless_off<T: Default + PartialEq>(value: T) -> Option<T> {
    (value != T::default()).then_some(value)
}

fn packet_size(text: &str) -> Result<usize, String> {
    match size(text)? {
        bytes @ 256..=65_535 => Ok(bytes),
        bytes => Err(format!("{bytes} bytes are not between 256 and 65535")),
    }
}

fn buffer_size(text: &str) -> Result<usize, String> {
    // The system counts it in 32 bits, with a sign.
    const MOST: usize = i32::MAX as usize;
    match size(text)? {
        bytes if bytes <= MOST => Ok(bytes),
        bytes => Err(format!("{bytes} bytes are too many: {MOST} at most")),
    }
}

fn stack_size(text: &str) -> Result<usize, String> {
    // Less overflows in a handler that decodes packets, and a stack overflow aborts the process.
    const LEAST: usize = 128 * 1024;
    match size(text)? {
        bytes if bytes >= LEAST => Ok(bytes),
        bytes => Err(format!("{bytes} bytes are too few: 128KiB at least")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        server: ServerFlags,
    }

    fn limits(arguments: &[&str]) -> Limits {
        let arguments = std::iter::once("program").chain(arguments.iter().copied());
        Program::parse_from(arguments).server.limits.as_given()
    }

    #[test]
    fn the_defaults_are_those_of_the_library() {
        assert_eq!(limits(&[]), Limits::default());
    }

    #[test]
    fn zero_switches_every_limit_off() {
        let flags = [
            "--max-connections=0",
            "--max-per-ip=0",
            "--idle-timeout=0",
            "--frame-timeout=0",
            "--write-timeout=0",
            "--rate-limit=0",
            "--send-buffer=0",
            "--drain=0",
        ];
        let off = Limits {
            max_connections: None,
            max_per_ip: None,
            idle_timeout: None,
            frame_timeout: None,
            write_timeout: None,
            rate_limit: None,
            send_buffer: None,
            drain: None,
            ..Limits::default()
        };
        assert_eq!(limits(&flags), off);
    }
}
