//! Opens connections for clients that are not like others: with an address of their own, or with so little room that a
//! server soon has to wait for them.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// What a client of [`connect_with_little_room`] takes before it reads, in bytes. The system doubles it (socket(7)).
const LITTLE_ROOM: usize = 4 * 1024;

/// Bytes of a segment: the least that every IPv4 host must take (RFC 9293, section 3.7.1).
#[cfg(unix)]
const SMALL_SEGMENT: u32 = 536;

/// Connects, and sends each write at once.
///
/// # Errors
/// When nobody accepts within `patience`.
pub fn connect(address: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
    connect_with(address, patience, |_| Ok(()))
}

/// Connects a client to which little can be sent before it reads: whoever writes to it soon has to wait.
///
/// # Errors
/// When nobody accepts within `patience`.
pub fn connect_with_little_room(address: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
    connect_with(address, patience, |socket| {
        // Only before connect: a window that was once offered is not taken back.
        socket.set_recv_buffer_size(LITTLE_ROOM)?;
        // Linux makes the sender's buffer as large as some segments, and a segment of the loopback has 64 KiB.
        #[cfg(unix)]
        socket.set_tcp_mss(SMALL_SEGMENT)?;
        Ok(())
    })
}

/// Connects from this address of the machine. Linux answers on all of 127.0.0.0/8; other systems do not.
///
/// # Errors
/// When the machine has no such address, or nobody accepts within `patience`.
pub fn connect_from(ip: IpAddr, address: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
    let any_port = SocketAddr::new(ip, 0);
    connect_with(address, patience, |socket| socket.bind(&any_port.into()))
}

fn connect_with(
    address: SocketAddr,
    patience: Duration,
    prepare: impl FnOnce(&Socket) -> io::Result<()>,
) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    prepare(&socket)?;
    socket.connect_timeout(&address.into(), patience)?;
    socket.set_tcp_nodelay(true)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Write};
    use std::net::TcpListener;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// Bytes that a server can write to this client before it has to wait.
    fn room(connect: fn(SocketAddr, Duration) -> io::Result<TcpStream>) -> usize {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = connect(listener.local_addr().unwrap(), PATIENCE).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        server.set_nonblocking(true).unwrap();
        let mut taken = 0;
        let error = loop {
            match server.write(&[0; 1024]) {
                Ok(count) => taken += count,
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        drop(client);
        taken
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_client_with_little_room_makes_its_server_wait_soon() {
        let (little, usual) = (room(connect_with_little_room), room(connect));
        assert!(little * 4 < usual, "{little} bytes, and {usual} as a rule");
    }
}
