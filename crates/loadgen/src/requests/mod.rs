//! Requests and replies: each connection asks, and each request has one reply, in order.
//!
//! | file | what is in it |
//! |---|---|
//! | `messages` | what is asked, and what must be answered |
//! | `traffic` | the bytes that are sent, and those that must come back |
//! | `connect`, `opening` | one connection, and all of a load |
//! | `connection` | what a connection does under load |

pub(crate) mod connect;
mod connection;
pub(crate) mod messages;
pub(crate) mod opening;
mod traffic;

use std::net::SocketAddr;
use std::time::Instant;

use crate::engine::report::Report;
use crate::engine::{Drive, Ready};
use connection::LoadConnection;
use messages::Messages;
use opening::Opening;
use traffic::Traffic;

/// One load: the unit that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Connections at the same time.
    pub(crate) connections: usize,
    /// Messages on the way on each of them, in a closed loop.
    pub(crate) in_flight: usize,
}

impl Cell {
    /// So many messages on the way on each of so many connections.
    pub(crate) const fn new(connections: usize, in_flight: usize) -> Self {
        Self {
            connections,
            in_flight,
        }
    }
}

/// Drives a server with this load. `begin` is called when its connections are open; what it returns is called when the
/// last message has come, and they still are.
///
/// # Errors
/// When no connection comes about, or what `begin` and its successor say; what else the server does wrong stands in the
/// report.
pub(crate) fn run<T, E: FnOnce() -> anyhow::Result<T>>(
    address: SocketAddr,
    messages: &Messages,
    cell: Cell,
    (opening, drive): (Opening, &Drive),
    begin: impl FnOnce() -> anyhow::Result<E>,
) -> anyhow::Result<(Report, T)> {
    let traffic = Traffic::new(messages, cell.in_flight);
    let start = Instant::now();
    let opened = opening.open(address, cell.connections, messages, drive)?;
    let connection = |(number, stream)| {
        let pace = drive.pace(number, cell.connections, cell.in_flight);
        let connection = LoadConnection::new(stream, number, pace, &traffic, messages.packets);
        match opening {
            Opening::AtOnce => connection.on_its_way(),
            Opening::OneByOne | Opening::Answered => connection,
        }
    };
    let ready = Ready {
        clients: opened.streams.into_iter().enumerate().map(connection).collect(),
        failures: opened.failures,
        setup: start.elapsed(),
        copies: 1,
    };
    let end = begin()?;
    drive.run(ready, end)
}

#[cfg(test)]
mod tests {
    use crate::engine::line::Way;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicI32, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::engine::Length;
    #[cfg(target_os = "linux")]
    use crate::engine::process::Watch;

    /// Clients that are connected to the server of the test.
    static OPEN: AtomicI32 = AtomicI32::new(0);

    fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for client in listener.incoming() {
                let mut client = client.unwrap();
                OPEN.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    let mut buffer = [0; 1_024];
                    while let Ok(count @ 1..) = client.read(&mut buffer) {
                        client.write_all(&buffer[..count]).unwrap();
                    }
                    OPEN.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        address
    }

    #[test]
    fn all_are_connected_at_the_begin_and_at_the_end() {
        let drive = Drive {
            length: Length::For(Duration::from_millis(20)),
            warm_up: Duration::from_millis(20),
            rate: Some(1_000.0),
            threads: 1,
            patience: Duration::from_secs(10),
            slices: false,
            progress: false,
            pid: None,
            way: Way::Plain,
            directory: None,
        };
        let open = || OPEN.load(Ordering::SeqCst);
        let begin = || {
            let at_begin = open();
            Ok(move || Ok((at_begin, open())))
        };
        let (report, seen) = run(
            echo(),
            &Messages::echo(64, false),
            Cell::new(5, 2),
            (Opening::Answered, &drive),
            begin,
        )
        .unwrap();
        assert_eq!(seen, (5, 5));
        assert_eq!((report.latencies.len(), report.failures.total()), (20, 0));
        // With those of the warm-up, which have cost something too.
        assert_eq!(report.all_messages, 40);
    }

    /// What the server of this test computes for its first message, in seconds: some ticks of the clock.
    #[cfg(target_os = "linux")]
    const WORK: f64 = 0.05;

    #[cfg(target_os = "linux")]
    fn work() {
        let begun = Watch::begin(std::process::id()).unwrap();
        while begun.end().unwrap().cpu_seconds < WORK {}
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_server_is_looked_at_before_its_first_message() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut client = listener.accept().unwrap().0;
            let (mut message, mut work) = ([0; 64], Some(work));
            while client.read_exact(&mut message).is_ok() {
                work.take().inspect(|work| work());
                client.write_all(&message).unwrap();
            }
        });
        let drive = Drive {
            length: Length::For(Duration::from_millis(1)),
            warm_up: Duration::from_millis(300),
            rate: Some(10.0),
            threads: 1,
            patience: Duration::from_secs(10),
            slices: false,
            progress: false,
            pid: Some(std::process::id()),
            way: Way::Plain,
            directory: None,
        };
        let report = run(
            address,
            &Messages::echo(64, false),
            Cell::new(1, 1),
            (Opening::OneByOne, &drive),
            || Ok(|| Ok(())),
        )
        .unwrap()
        .0;
        let usage = report.usage.expect("this is Linux");
        assert!(usage.cpu_seconds >= WORK, "{usage:?}");
        assert_eq!(report.all_messages, 3);
    }
}
