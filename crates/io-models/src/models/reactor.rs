//! Reactor: edge-triggered epoll on several threads, each with a listener of its own.

use std::io;
use std::net::TcpListener;

pub(crate) fn run(listener: TcpListener, threads: usize) -> io::Result<()> {
    let _ = (listener, threads);
    Err(io::Error::other("not there yet"))
}
