//! A socket that listens.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

/// Connections that the kernel completes before the server takes them; Linux lowers it to
/// `/proc/sys/net/core/somaxconn` (listen(2)).
const BACKLOG: i32 = 4096;

/// Listens at an address; port 0 lets the system choose.
///
/// With `SO_REUSEPORT` any number of sockets may listen at the same address, and the kernel deals the clients
/// out among them (socket(7)); the first of them must have asked for it too, so all sockets here do, where the
/// system has it.
///
/// # Errors
/// Those of socket(2), bind(2) and listen(2).
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    #[cfg(unix)]
    {
        socket.set_reuse_address(true)?;
        socket.set_reuse_port(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
