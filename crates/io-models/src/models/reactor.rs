//! Reactor: edge-triggered epoll on several threads, each with a listener of its own.
//!
//! New: as many loops as threads, and nothing is shared among them. Each has a socket that listens at the same address
//! (`SO_REUSEPORT`), its own epoll, its own clients and its own buffer: no lock, no channel, no thread that wakes
//! another. The kernel deals the clients out, by a hash of their addresses; a client stays where it came in.
//!
//! What it costs: nobody evens out. If the hash sends three busy clients to one thread, the others do not help, and
//! a turn that computes for long keeps all clients of its thread waiting. And a listener that nobody serves would swallow
//! its share of the clients: so all of them are served, the one that was there first too.

use std::io;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use super::epoll_edge;
use crate::listen;

// ANCHOR: run
pub(crate) fn run(listener: TcpListener, threads: usize) -> io::Result<()> {
    let address = listener.local_addr()?;
    let others = (1..threads).map(|_| listen(address));
    let listeners = others
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .chain([listener]);
    let (ended, first_to_end) = mpsc::channel();
    for (number, listener) in listeners.enumerate() {
        let ended = ended.clone();
        thread::Builder::new()
            .name(format!("reactor-{number}"))
            .spawn(move || ended.send(epoll_edge::run(&listener)))?;
    }
    // All of them or none: the clients of a listener without its thread would wait for ever.
    first_to_end.recv().map_err(io::Error::other)?
}
// ANCHOR_END: run
