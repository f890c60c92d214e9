//! Listening sockets: one for all threads, or one for each.

use std::io;
use std::net::{SocketAddr, TcpListener};

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
    listen_beside(address)
}

/// One more socket at the address of the first.
///
/// # Errors
/// Those of [`listen`].
#[cfg(target_os = "linux")]
pub(crate) fn listen_beside(address: SocketAddr) -> io::Result<TcpListener> {
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
