//! Requests and replies: each connection asks, and each request has one reply, in order.
//!
//! | file | what is in it |
//! |---|---|
//! | `messages` | what is asked, and what must be answered |
//! | `traffic` | the bytes that are sent, and those that must come back |
//! | `connection` | one connection |
//! | `observed` | a load whose server is looked at before and after it |

mod connection;
pub(crate) mod messages;
pub(crate) mod observed;
pub(crate) mod traffic;

use std::fmt;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::engine::failure::{Failure, Failures, Kind};
use crate::engine::report::Report;
use crate::engine::{Drive, Ready};
use connection::LoadConnection;
use messages::Messages;
use traffic::Traffic;

/// One load: the unit that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Connections at the same time.
    pub connections: usize,
    /// Messages on the way on each of them, in a closed loop.
    pub in_flight: usize,
}

impl Cell {
    /// So many messages on the way on each of so many connections.
    #[must_use]
    pub const fn new(connections: usize, in_flight: usize) -> Self {
        Self {
            connections,
            in_flight,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "connections {}, in flight {}",
            self.connections, self.in_flight
        )
    }
}

/// Drives a server with this load.
///
/// # Errors
/// When no connection comes about; what else the server does wrong stands in the report.
pub(crate) fn run(
    address: SocketAddr,
    messages: &Messages,
    cell: Cell,
    drive: &Drive,
) -> anyhow::Result<Report> {
    let traffic = Traffic::new(messages, cell.in_flight);
    let begin = Instant::now();
    let mut failures = Failures::default();
    let mut clients = Vec::with_capacity(cell.connections);
    for number in 0..cell.connections {
        let pace = drive.pace(number, cell.connections, cell.in_flight);
        let opened = connect(address, drive.patience)
            .and_then(|stream| LoadConnection::new(stream, number, pace, &traffic, messages.packets));
        match opened {
            Ok(client) => clients.push(client),
            // Where the first is turned away, so are the others.
            Err(failure) if clients.is_empty() => {
                return Err(anyhow::Error::new(failure).context(address.to_string()));
            }
            Err(failure) if failure.kind == Kind::ConnectTimeout => {
                // Each of the others would take as long.
                let left = cell.connections - number - 1;
                let detail = format!("{failure}; {left} others were not tried");
                failures.add(Failure::new(failure.kind, detail));
                break;
            }
            Err(failure) => failures.add(failure),
        }
    }
    let setup = begin.elapsed();
    drive.run(Ready {
        clients,
        failures,
        setup,
        copies: 1,
    })
}

/// A connection whose small messages go out at once; neither it nor a blocking read takes longer than
/// `patience`.
pub(crate) fn connect(address: SocketAddr, patience: Duration) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect_timeout(&address, patience).map_err(Failure::connect)?;
    let prepared = stream
        .set_nodelay(true)
        .and_then(|()| stream.set_read_timeout(Some(patience)));
    prepared.map_err(Failure::connect)?;
    Ok(stream)
}
