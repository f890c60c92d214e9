//! Completion, step 3: several threads, and one accept for all clients.
//!
//! Each thread has a ring and a listener of its own, and serves its clients as in step 2, to the letter. The kernel
//! deals out the clients (`SO_REUSEPORT`), and a client stays where it is: threads share nothing, and wait for
//! nobody. (A Windows completion port is one queue from which all threads take; what it gains, a thread that is
//! free takes what another has no time for, it pays with a lock.)
//!
//! The accept is *multishot*: one entry, and a completion for each client that comes, until one of them says that
//! it was the last. The acceptor starts it again then. (Such an accept keeps the limit of open files that there was
//! at its start.)

use std::io;
use std::net::TcpListener;

use io_uring::opcode;
use io_uring::squeue::Entry;
use io_uring::types::Fd;
use nix::libc::SOCK_CLOEXEC;

use super::contexts;
use crate::Ready;
use crate::listener::on_threads;

// ANCHOR: run
pub(crate) fn run(listener: TcpListener, threads: usize, ready: Ready<'_>) -> io::Result<()> {
    on_threads(listener, threads, ready, |listener, ready| {
        contexts::serve(listener, accept_all, ready)
    })
}

pub(super) fn accept_all(listener: Fd) -> Entry {
    opcode::AcceptMulti::new(listener).flags(SOCK_CLOEXEC).build()
}
// ANCHOR_END: run
