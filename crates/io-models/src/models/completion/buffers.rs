//! Completion, step 4: buffers only for those who have sent something.

use std::io;
use std::net::TcpListener;

pub(crate) fn run(listener: TcpListener, threads: usize) -> io::Result<()> {
    let _ = (listener, threads);
    Err(io::Error::other("not there yet"))
}
