//! The flags that every server has: where it listens, and its limits.
//!
//! Most servers have one port, at the host of `--bind`. One that has several has flags of its own for them, and
//! shares the rest: they are its [`Addresses`].

use std::fmt::Display;
use std::time::{Duration, Instant};

use admin::{Health, Metrics};
use anyhow::Context;
use net::{Limits, Listener, NetAddress, Shutdown, Summary, SystemLimits};
use tracing::{info, warn};

use crate::admin_flag::{AdminFlag, AdminPort};
use crate::limit_flags::LimitFlags;
use crate::{Listening, Serving, Settings, print_line, switch};

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
    admin: AdminFlag,
    #[command(flatten)]
    limits: LimitFlags,
}

/// What a server has before it serves: its ports, and what its clients may do.
struct Opened<L> {
    listeners: L,
    admin: Option<AdminPort>,
    listening: Listening,
    limits: Limits,
}

impl ServerFlags {
    /// The life of a server with one port: listens at each address of the host, prints `listening on ADDRESS` with
    /// the real port as the first line of standard output, and one for each further address, logs the settings,
    /// runs until Ctrl-C or SIGTERM, and logs what it has done. `run` need not say that it is ready.
    ///
    /// # Errors
    /// When it cannot listen, or nobody can read the line; those of `run`.
    pub fn serve(
        &self,
        settings: &Settings,
        run: impl FnOnce(Vec<Listener>, Serving<'_>) -> anyhow::Result<Summary>,
    ) -> anyhow::Result<()> {
        self.serve_at(settings, BindFlag::listen, |listeners, serving| {
            (serving.ready)();
            run(listeners, serving)
        })
    }
}

impl<A: Addresses> ServerFlags<A> {
    /// The same for a server with several ports. `listen` gives what `run` gets; where that is, is said in lines:
    /// whoever has started the server, a test above all, waits for them. `run` calls [`Serving::ready`] when it has all
    /// threads and descriptors without which it could not serve; then they are printed. A line that comes earlier is a
    /// promise that the first clients may break, by taking what is left.
    ///
    /// Where `--admin` asks for it, the server can be watched from before it is ready until after it has drained.
    ///
    /// # Errors
    /// Those of `listen`; when the system allows too few descriptors for them, or no thread for a client; when nobody
    /// can read the lines; those of `run`.
    pub fn serve_at<L, S: Display>(
        &self,
        settings: &Settings,
        listen: impl FnOnce(&A, &mut Listening) -> anyhow::Result<L>,
        run: impl FnOnce(L, Serving<'_>) -> anyhow::Result<S>,
    ) -> anyhow::Result<()> {
        let shutdown = Shutdown::on_signals()?;
        let Opened {
            listeners,
            admin,
            listening,
            limits,
        } = self.open(listen)?;
        let (metrics, health) = (Metrics::default(), Health::starting(&shutdown));
        metrics.add(limits.clone());
        // Where `run` fails, it ends behind the server all the same.
        let admin = admin.map(|port| port.start(&health, &metrics)).transpose()?;
        let mut promise = Ok(());
        let started = Instant::now();
        let summary = run(
            listeners,
            Serving {
                limits: limits.clone(),
                shutdown: &shutdown,
                metrics,
                health: health.clone(),
                ready: &mut || {
                    health.set_ready();
                    promise = promise_service(&limits, &listening);
                    match promise {
                        Ok(()) => settings.log(),
                        Err(_) => shutdown.request(),
                    }
                },
            },
        )?;
        promise?;
        // It was the last that could say how the server drains. The log's last line is that of the server.
        drop(admin);
        let uptime = Duration::from_secs(started.elapsed().as_secs());
        info!("served for {}: {summary}", humantime::format_duration(uptime));
        Ok(())
    }

    /// Opens all ports, as far as the system allows it.
    fn open<L>(
        &self,
        listen: impl FnOnce(&A, &mut Listening) -> anyhow::Result<L>,
    ) -> anyhow::Result<Opened<L>> {
        let system = system_limits();
        // Before, since so many might not even be opened; and after, when it is known how many there are.
        system.check_listeners(self.addresses.listeners() + self.admin.listeners())?;
        let mut listening = Listening::default();
        let listeners = listen(&self.addresses, &mut listening)?;
        let admin = self.admin.listen(&mut listening)?;
        system.check_listeners(listening.count())?;
        let limits = self.limits(&system, listening.count());
        Ok(Opened {
            listeners,
            admin,
            listening,
            limits,
        })
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
