//! Listening sockets: one for all threads, or one for each.

use std::io;
use std::net::{SocketAddr, TcpListener};
#[cfg(target_os = "linux")]
use std::{sync::mpsc, thread};

#[cfg(target_os = "linux")]
use crate::{Ready, caught::caught};
use socket2::{Domain, Protocol, Socket, Type};

/// Connections that the kernel completes before the server takes them; Linux lowers it to
/// `/proc/sys/net/core/somaxconn` (listen(2)).
const BACKLOG: i32 = 4096;

/// Listens at an address; port 0 lets the system choose.
///
/// # Errors
/// Those of socket(2), bind(2) and listen(2), for instance where somebody listens there already.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    start(address, false)
}

/// The first of several sockets that listen at the same address (`SO_REUSEPORT`): the kernel deals the clients
/// out among them (socket(7)).
///
/// All of them must have asked for it, and then any program of the same user may come and listen there too, and gets
/// its share of the clients. So this one asks only when it has found that nobody listens yet.
///
/// # Errors
/// Those of [`listen`].
#[cfg(target_os = "linux")]
pub(crate) fn listen_first(address: SocketAddr) -> io::Result<TcpListener> {
    let alone = listen(address)?;
    let address = alone.local_addr()?;
    drop(alone);
    start(address, true)
}

fn start(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(target_os = "linux")]
    socket.set_reuse_port(shared)?;
    #[cfg(not(target_os = "linux"))]
    let _ = shared;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

// ANCHOR: on_threads
/// Serves on as many threads, each with a listener of its own, until one of them fails: the clients of a listener
/// without its thread would wait for ever. It is ready when all of them are.
#[cfg(target_os = "linux")]
pub(crate) fn on_threads(
    first: TcpListener,
    threads: usize,
    ready: Ready<'_>,
    serve: fn(&TcpListener, Ready<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let address = first.local_addr()?;
    let mut listeners = vec![first];
    for _ in 1..threads {
        listeners.push(start(address, true)?);
    }
    let (tell, told) = mpsc::channel();
    for (number, listener) in listeners.into_iter().enumerate() {
        let tell = tell.clone();
        thread::Builder::new()
            .name(format!("worker-{number}"))
            .spawn(move || {
                let is_ready = || drop(tell.send(News::Ready));
                tell.send(News::End(caught(|| serve(&listener, &is_ready))))
            })?;
    }
    let mut still_starting = threads;
    loop {
        match told.recv().map_err(io::Error::other)? {
            News::Ready => still_starting -= 1,
            News::End(outcome) => return outcome,
        }
        if still_starting == 0 {
            ready();
        }
    }
}

/// What a thread tells.
#[cfg(target_os = "linux")]
enum News {
    Ready,
    End(io::Result<()>),
}
// ANCHOR_END: on_threads
