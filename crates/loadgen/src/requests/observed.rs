//! A load whose server is looked at while it is at rest: before the load, and after it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use anyhow::{Context, ensure};

use super::connection::LoadConnection;
use super::messages::Messages;
use super::traffic::Traffic;
use super::{Cell, connect};
use crate::engine::failure::Failures;
use crate::engine::report::Report;
use crate::engine::{Drive, Ready};

/// Connections that are opened at once: a server that takes long to accept is not asked for more than that, and
/// one that looks at all of them each time need not do so for each.
const GROUP: usize = 64;

/// Drives a server with this load. `begin` is called when each connection has had an answer, so that nobody is
/// being accepted any more; what it returns is called when the last message has come and all connections are
/// still open.
///
/// # Errors
/// When a connection does not come about or gets no answer, or what `begin` and its successor say. What else
/// the server does wrong stands in the report.
pub(crate) fn run<T, E: FnOnce() -> anyhow::Result<T>>(
    address: SocketAddr,
    messages: &Messages,
    cell: Cell,
    drive: &Drive,
    begin: impl FnOnce() -> anyhow::Result<E>,
) -> anyhow::Result<(Report, T)> {
    let traffic = Traffic::new(messages, cell.in_flight);
    let start = Instant::now();
    let mut clients = Vec::with_capacity(cell.connections);
    while clients.len() < cell.connections {
        let count = (cell.connections - clients.len()).min(GROUP);
        let group = greeted(address, count, messages, drive);
        for stream in group.with_context(|| format!("with {} connections", clients.len()))? {
            let number = clients.len();
            let pace = drive.pace(number, cell.connections, cell.in_flight);
            clients.push(LoadConnection::new(
                stream,
                number,
                pace,
                &traffic,
                messages.packets,
            )?);
        }
    }
    let ready = Ready {
        clients,
        failures: Failures::default(),
        setup: start.elapsed(),
        copies: 1,
    };
    let end = begin()?;
    drive.run_then(ready, end)
}

/// So many connections that have been answered.
fn greeted(
    address: SocketAddr,
    count: usize,
    messages: &Messages,
    drive: &Drive,
) -> anyhow::Result<Vec<TcpStream>> {
    let (request, expected) = ((messages.request)(0), (messages.reply)(0));
    let mut group = Vec::with_capacity(count);
    for _ in 0..count {
        let mut stream = connect(address, drive.patience)?;
        stream.write_all(&request)?;
        group.push(stream);
    }
    let mut reply = vec![0; expected.len()];
    for stream in &mut group {
        stream.read_exact(&mut reply).context("no answer")?;
        ensure!(reply == expected, "wrong bytes came back");
    }
    Ok(group)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicI32, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::engine::Length;

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
        };
        let open = || OPEN.load(Ordering::SeqCst);
        let begin = || {
            let at_begin = open();
            Ok(move || Ok((at_begin, open())))
        };
        let (report, seen) = run(echo(), &Messages::echo(64, false), Cell::new(5, 2), &drive, begin).unwrap();
        assert_eq!(seen, (5, 5));
        assert_eq!((report.latencies.len(), report.failures.total()), (20, 0));
        // With those of the warm-up, which have cost something too.
        assert_eq!(report.all_messages, 40);
    }
}
