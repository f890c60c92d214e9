//! Completion, step 3: several threads, and one accept for all clients.

use std::io;
use std::net::TcpListener;

pub(crate) fn run(listener: TcpListener, threads: usize) -> io::Result<()> {
    let _ = (listener, threads);
    Err(io::Error::other("not there yet"))
}
