//! Thread per core: edge-triggered epoll on several threads, each with a listener of its own.
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

use super::epoll_edge;
use crate::Ready;
use crate::threads::on_threads;

// ANCHOR: run
pub(crate) fn run(listener: TcpListener, threads: usize, ready: Ready<'_>) -> io::Result<()> {
    on_threads(listener, threads, ready, epoll_edge::run)
}
// ANCHOR_END: run
