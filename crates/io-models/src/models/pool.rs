//! Pool: a fixed number of threads, which take clients from a channel.
//!
//! However many clients come, there are so many threads and no more: nothing is created for a client, and nothing
//! runs out. What it cannot do by nature: a thread belongs to its client until that leaves, so with N threads,
//! client N+1 waits until one of the others has left, even where those are silent. It suits clients that ask once
//! and go, or a job at a time instead of a client at a time.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use crossbeam_channel::{Receiver, bounded};
use tracing::debug;

use super::iterative::echo;
use crate::Ready;
use crate::pauses::Pauses;

/// Clients that were accepted and wait for a thread. When so many wait, accept waits too, and who comes then stays in
/// the backlog of the kernel, without a descriptor here.
const WAITING: usize = 64;

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener, threads: usize, ready: Ready<'_>) -> io::Result<()> {
    let (waiting, next) = bounded(WAITING);
    for number in 1..=threads {
        let next = next.clone();
        thread::Builder::new()
            .name(format!("pool-{number}"))
            .spawn(move || serve(&next))?;
    }
    ready();
    let mut pauses = Pauses::new();
    loop {
        match listener.accept() {
            Ok(arrival) => {
                pauses.reset();
                // It cannot fail, since `next` is still here.
                let _ = waiting.send(arrival);
            }
            Err(error) => pauses.wait_after(&error),
        }
    }
}

/// One thread of the pool: whoever is next.
fn serve(next: &Receiver<(TcpStream, SocketAddr)>) {
    for (client, peer) in next {
        if let Err(error) = echo(client) {
            debug!(%peer, "broke off: {error}");
        }
    }
}
// ANCHOR_END: run
