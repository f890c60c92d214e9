//! The three services, side by side, and their end.

use std::fmt;
use std::io;
use std::thread;
use std::time::SystemTime;

use net::{
    Activity, ClientConnection, Datagram, DatagramActivity, DatagramSummary, Limits, Listener, NetError,
    Places, Service, Shutdown, TcpServer, UdpServer, UdpSocket,
};

use crate::sessions::Sessions;
use crate::{LONGEST_REQUEST, TimeFormat, daytime, udp};

/// Where the services listen, each at one address or at several; one that is switched off has none.
#[derive(Debug, Default)]
pub struct Services {
    /// The time for whoever connects.
    pub daytime: Vec<Listener>,
    /// Long connections.
    pub sessions: Vec<Listener>,
    /// Datagrams.
    pub udp: Vec<UdpSocket>,
}

/// What a time server can be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// What clients may do. Daytime and sessions share the places for connections.
    pub limits: Limits,
    /// Run the client threads in the scheduling class `SCHED_BATCH`.
    pub batch_scheduling: bool,
    /// Where daytime and sessions count what they do. Keep a clone to read it while they run.
    pub activity: Activity,
    /// The same for UDP.
    pub datagrams: DatagramActivity,
    /// How daytime and UDP tell the time.
    pub format: TimeFormat,
    /// What time it is.
    pub clock: fn() -> SystemTime,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            batch_scheduling: false,
            activity: Activity::default(),
            datagrams: DatagramActivity::default(),
            format: TimeFormat::Text,
            clock: SystemTime::now,
        }
    }
}

/// What the services have done together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Daytime and sessions.
    pub clients: net::Summary,
    /// UDP.
    pub datagrams: DatagramSummary,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (clients, datagrams) = (&self.clients, &self.datagrams);
        write!(
            f,
            "{} clients served, {} refused, {} cut off; {datagrams}; {} bytes in, {} bytes out",
            clients.served,
            clients.refused,
            clients.cut_off,
            clients.bytes_in + datagrams.bytes_in,
            clients.bytes_out + datagrams.bytes_out
        )
    }
}

// ANCHOR: run
/// Tells the time until `shutdown` is requested. Each service has a thread, and all end before this returns. Calls
/// `ready` when all of them have been started.
///
/// # Errors
/// When the system gives no thread for a service, or for one more address of it; the others end.
pub fn run(
    services: Services,
    config: &Config,
    shutdown: &Shutdown,
    ready: impl FnOnce(),
) -> Result<Summary, NetError> {
    let places = Places::new(&config.limits);
    let (format, clock) = (config.format, config.clock);
    let tcp = |listeners: Vec<Listener>| {
        let is_on = !listeners.is_empty();
        is_on.then(|| {
            TcpServer::new(listeners)
                .limits(config.limits.clone())
                .places(places.clone())
                .batch_scheduling(config.batch_scheduling)
                .activity(config.activity.clone())
        })
    };
    thread::scope(|scope| {
        let daytime = tcp(services.daytime).map(|server| {
            let serve = move |client: &mut ClientConnection| daytime::serve(client, format, clock());
            Service::spawn(scope, "daytime", move || server.run(serve, shutdown))
        });
        let sessions = tcp(services.sessions).map(|server| {
            Service::spawn(scope, "sessions", move || {
                server.run(Sessions { clock }, shutdown)
            })
        });
        let udp = services.udp.into_iter().map(|socket| {
            let reply = move |datagram: &Datagram<'_>| udp::reply(datagram, format, clock());
            let server = UdpServer::new(socket)
                .max_datagram(LONGEST_REQUEST)
                .activity(config.datagrams.clone());
            Service::spawn(scope, "udp", move || server.run(reply, shutdown))
        });
        let tcp = daytime.into_iter().chain(sessions);
        // The scope waits for those that were started, also where another was not.
        wait(tcp.collect(), udp.collect(), ready).inspect_err(|_| shutdown.request())
    })?;
    Ok(Summary {
        clients: config.activity.summary(),
        datagrams: config.datagrams.summary(),
    })
}
// ANCHOR_END: run

/// Says that all services have been started, and waits for them to end.
fn wait(
    tcp: io::Result<Vec<Service<'_, Result<net::Summary, NetError>>>>,
    udp: io::Result<Vec<Service<'_, DatagramSummary>>>,
    ready: impl FnOnce(),
) -> Result<(), NetError> {
    let no_thread = |error| NetError::no_thread_for("a service", error);
    let (tcp, udp) = (tcp.map_err(no_thread)?, udp.map_err(no_thread)?);
    ready();
    let served: Vec<_> = tcp.into_iter().map(Service::join).collect();
    udp.into_iter().map(Service::join).for_each(drop);
    served.into_iter().try_for_each(|summary| summary.map(drop))
}
