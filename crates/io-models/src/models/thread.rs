//! Thread: a thread for each client.
//!
//! The code of one client is that of `iterative`, to the letter: what waits now is one thread of many, and the
//! scheduler of the kernel decides whose turn it is.

use std::io;
use std::net::TcpListener;
use std::thread;

use tracing::debug;

use super::iterative::echo;
use crate::pauses::Pauses;

/// Stack of a client's thread, in bytes: the buffer and the calls below it. Untouched stack costs nothing.
const STACK_SIZE: usize = 64 * 1024;

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener) -> io::Result<()> {
    let mut pauses = Pauses::new();
    loop {
        let started = listener.accept().and_then(|(client, peer)| {
            thread::Builder::new().stack_size(STACK_SIZE).spawn(move || {
                if let Err(error) = echo(client) {
                    debug!(%peer, "broke off: {error}");
                }
            })
        });
        match started {
            Ok(_detached) => pauses.reset(),
            Err(error) => pauses.wait_after(&error),
        }
    }
}
// ANCHOR_END: run
