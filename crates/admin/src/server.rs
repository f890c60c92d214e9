//! The port where a server is watched, its thread and its limits.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::Http;
use net::{Limits, Listener, NetError, RateLimit, Shutdown, TcpServer};
use tracing::warn;

use crate::service::Service;

/// One who watches needs one connection, and a few look with a browser. More would only take descriptors and threads
/// from players.
const MAX_CONNECTIONS: usize = 16;

/// Prometheus asks every minute where nobody has told it otherwise, and keeps its connection. Each that is closed before
/// would be a line in the log.
const IDLE_TIMEOUT: Duration = Duration::from_secs(150);

/// For a request to come whole, and for an answer to be taken; the first request has it from the connection on, so that
/// those who say nothing do not keep out whoever looks after the server.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Whoever asks more often learns nothing new.
const RATE_LIMIT: RateLimit = RateLimit {
    per_second: 20,
    burst: 40,
};

/// Whoever watches is told the end, and has a second to close; after that `net` does. So this is only met by somebody
/// who does not take an answer of a few kilobytes.
const DRAIN: Duration = Duration::from_secs(2);

/// The port where a server is watched. It is open until this is dropped, or [ended](Self::end).
///
/// ```
/// use admin::{Admin, Health, Metrics, Service};
/// use net::{Listener, Shutdown};
///
/// let shutdown = Shutdown::new();
/// let health = Health::starting(&shutdown);
/// let listeners = Listener::bind_all(&"127.0.0.1:0".parse()?)?;
/// let admin = Admin::start(listeners, Service::new(health.clone(), Metrics::default()))?;
/// health.set_ready();
/// // The server runs here, until `shutdown` is requested and its clients are gone.
/// admin.end();
/// # Ok::<(), net::NetError>(())
/// ```
#[derive(Debug)]
pub struct Admin {
    /// Its own: it goes on while the server that it tells of drains.
    shutdown: Shutdown,
    thread: Option<JoinHandle<()>>,
}

impl Admin {
    /// Opens it.
    ///
    /// # Errors
    /// [`NetError::NoThreadFor`].
    pub fn start(listeners: Vec<Listener>, service: Service) -> Result<Self, NetError> {
        Self::start_with(listeners, service, TIMEOUT)
    }

    fn start_with(
        listeners: Vec<Listener>,
        service: Service,
        first_request: Duration,
    ) -> Result<Self, NetError> {
        let shutdown = Shutdown::new();
        let requested = shutdown.clone();
        let serve = move || {
            let limits = limits();
            let handler = Http::new(service, &limits).first_request_within(first_request);
            let served = TcpServer::new(listeners).limits(limits).run(handler, &requested);
            // Where a name has two addresses: the server goes on without being watched.
            served.map_or_else(|error| warn!("the admin port has ended: {}", error.chain()), drop);
        };
        let thread = thread::Builder::new()
            .name("admin".to_owned())
            .spawn(serve)
            .map_err(|error| NetError::no_thread_for("the admin port", error))?;
        Ok(Self {
            shutdown,
            thread: Some(thread),
        })
    }

    /// Closes it, and waits until it is closed.
    pub fn end(self) {
        drop(self);
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.shutdown.request();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn limits() -> Limits {
    Limits {
        max_connections: Some(MAX_CONNECTIONS),
        idle_timeout: Some(IDLE_TIMEOUT),
        frame_timeout: Some(TIMEOUT),
        write_timeout: Some(TIMEOUT),
        rate_limit: Some(RATE_LIMIT),
        drain: Some(DRAIN),
        ..Limits::default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};
    use std::time::Instant;

    use super::*;
    use crate::{Health, Metrics};

    /// A time that is over soon.
    const SHORT: Duration = Duration::from_millis(50);

    /// Nothing here takes so long, unless it hangs.
    const HANG: Duration = Duration::from_secs(30);

    fn connect(port: SocketAddr) -> TcpStream {
        let stream = TcpStream::connect(port).expect("a connection");
        stream.set_read_timeout(Some(HANG)).expect("a timeout");
        stream
    }

    fn is_answered(port: SocketAddr) -> bool {
        let mut client = connect(port);
        let mut answer = Vec::new();
        // One that is refused may be closed before it has asked.
        let asked = client.write_all(b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        let heard = client.read_to_end(&mut answer);
        asked.is_ok() && heard.is_ok() && answer.starts_with(b"HTTP/1.1 200 ")
    }

    #[test]
    fn those_who_say_nothing_keep_nobody_out_for_long() {
        let listener = Listener::bind_all(&"127.0.0.1:0".parse().unwrap()).expect("a port");
        let port = listener[0].local_address().expect("bound");
        let health = Health::starting(&Shutdown::new());
        health.set_ready();
        let service = Service::new(health, Metrics::default());
        let admin = Admin::start_with(listener, service, SHORT).expect("a thread");
        let silent: Vec<_> = (0..MAX_CONNECTIONS).map(|_| connect(port)).collect();
        let start = Instant::now();
        while !is_answered(port) {
            assert!(start.elapsed() < HANG, "they still have all places");
        }
        for mut one in silent {
            assert_eq!(one.read(&mut [0]).expect("an orderly end"), 0);
        }
        admin.end();
    }
}
