//! Iterative: one client after another.
//!
//! Every call blocks, and there is one thread: while it waits for this client, nobody waits for the others.
//! They are connected all the same: the kernel completes their connections, up to the backlog of `listen`, and
//! keeps what they send until somebody reads it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use tracing::debug;

use crate::BUFFER_SIZE;
use crate::pauses::Pauses;

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener) -> io::Result<()> {
    let mut pauses = Pauses::new();
    loop {
        match listener.accept() {
            Ok((client, peer)) => {
                pauses.reset();
                if let Err(error) = echo(client) {
                    debug!(%peer, "broke off: {error}");
                }
            }
            Err(error) => pauses.wait_after(&error),
        }
    }
}
// ANCHOR_END: run

// ANCHOR: echo
/// Sends back what comes, until the client has said that nothing more will come.
pub(crate) fn echo(mut client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        match client.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => client.write_all(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
// ANCHOR_END: echo
