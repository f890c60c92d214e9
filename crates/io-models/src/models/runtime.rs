//! Async: what an asynchronous runtime makes of it.
//!
//! The code of one client reads like that of `iterative`, with `.await` behind what may wait. The compiler turns
//! it into a state machine, a *task*, that can stop at each `.await` and go on later on any thread. The runtime,
//! tokio, is a `thread-per-core` (its sockets are non-blocking, and epoll tells it who can go on) with a scheduler on top,
//! which gives tasks to threads, and lets an idle thread steal from a busy one.
//!
//! The price: nothing in a task may block its thread, since other tasks wait for that thread. And a task keeps
//! what lives across an `.await`, here a buffer, as long as its client stays.
//!
//! It is written as the documentation of tokio does, with nothing tuned: the other models are measured against it.

use std::io;
use std::net::TcpListener as StdListener;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tracing::debug;

use crate::pauses::Pauses;
use crate::{BUFFER_SIZE, Ready};

// ANCHOR: run
pub(crate) fn run(listener: StdListener, threads: usize, ready: Ready<'_>) -> io::Result<()> {
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()?;
    runtime.block_on(accept(listener, ready))
}

async fn accept(listener: StdListener, ready: Ready<'_>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    ready();
    let mut pauses = Pauses::new();
    loop {
        match listener.accept().await {
            Ok((client, peer)) => {
                pauses.reset();
                tokio::spawn(async move {
                    if let Err(error) = echo(client).await {
                        debug!(%peer, "broke off: {error}");
                    }
                });
            }
            Err(error) => tokio::time::sleep(pauses.after(&error)).await,
        }
    }
}
// ANCHOR_END: run

// ANCHOR: echo
/// Sends back what comes, until the client has said that nothing more will come.
async fn echo(mut client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut buffer = vec![0; BUFFER_SIZE];
    loop {
        match client.read(&mut buffer).await? {
            0 => return Ok(()),
            count => client.write_all(&buffer[..count]).await?,
        }
    }
}
// ANCHOR_END: echo
