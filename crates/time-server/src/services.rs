//! The three services, side by side, and their end.

use std::fmt;
use std::io;
use std::thread;

use jiff::Timestamp;
use net::{
    ClientConnection, Datagram, DatagramSummary, Limits, Listener, Places, Service, Shutdown, TcpServer,
    UdpServer, UdpSocket,
};

use crate::sessions::Sessions;
use crate::{LONGEST_REQUEST, TimeFormat, daytime, udp};

/// Where the services listen; `None` for one that is switched off.
#[derive(Debug, Default)]
pub struct Services {
    /// The time for whoever connects.
    pub daytime: Option<Listener>,
    /// Long connections.
    pub sessions: Option<Listener>,
    /// Datagrams.
    pub udp: Option<UdpSocket>,
}

/// What a time server can be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// What clients may do. Daytime and sessions share the places for connections.
    pub limits: Limits,
    /// Run the client threads in the scheduling class `SCHED_BATCH`.
    pub batch_scheduling: bool,
    /// How daytime and UDP tell the time.
    pub format: TimeFormat,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            batch_scheduling: false,
            format: TimeFormat::Text,
            clock: Timestamp::now,
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
/// Tells the time until `shutdown` is requested. Each service has a thread, and all end before this returns.
///
/// # Errors
/// When the system gives no thread for a service; the others end.
pub fn run(services: Services, config: &Config, shutdown: &Shutdown) -> io::Result<Summary> {
    let places = Places::new(&config.limits);
    let (format, clock) = (config.format, config.clock);
    let tcp = |listener| {
        TcpServer::new(listener)
            .limits(config.limits.clone())
            .places(places.clone())
            .batch_scheduling(config.batch_scheduling)
    };
    thread::scope(|scope| {
        let daytime = services.daytime.map(tcp).map(|server| {
            let serve = move |client: &mut ClientConnection| daytime::serve(client, format, clock());
            Service::spawn(scope, "daytime", move || server.run(serve, shutdown))
        });
        let sessions = services.sessions.map(tcp).map(|server| {
            Service::spawn(scope, "sessions", move || {
                server.run(Sessions { clock }, shutdown)
            })
        });
        let udp = services.udp.map(|socket| {
            let reply = move |datagram: &Datagram<'_>| udp::reply(datagram, format, clock());
            let server = UdpServer::new(socket).max_datagram(LONGEST_REQUEST);
            Service::spawn(scope, "udp", move || server.run(reply, shutdown))
        });
        // The scope waits for those that were started, also where another was not.
        summary([daytime, sessions], udp).inspect_err(|_| shutdown.request())
    })
}
// ANCHOR_END: run

/// Waits for the services to end.
fn summary(
    tcp: [Option<io::Result<Service<'_, net::Summary>>>; 2],
    udp: Option<io::Result<Service<'_, DatagramSummary>>>,
) -> io::Result<Summary> {
    let tcp = tcp.into_iter().flatten().collect::<io::Result<Vec<_>>>()?;
    let udp = udp.transpose()?;
    Ok(Summary {
        clients: tcp.into_iter().map(Service::join).sum(),
        datagrams: udp.map(Service::join).unwrap_or_default(),
    })
}
