//! Makes a socket, and turns it into a listener or a connection, one call at a time.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Type};

use crate::{Connection, Family, IoReason, Listener, NetAddress, NetError};

/// A TCP socket that is neither bound nor connected: `socket()` has been called and nothing else.
#[derive(Debug)]
pub struct Socket {
    socket: socket2::Socket,
    family: Family,
}

/// A socket with an address of its own, that does not listen yet: `bind()` has been called.
#[derive(Debug)]
pub struct BoundSocket {
    socket: socket2::Socket,
    address: SocketAddr,
}

impl Socket {
    /// `socket()`: a TCP socket of the family that `address` resolves to first.
    ///
    /// # Errors
    /// [`NetError::Resolve`], or [`NetError::Io`] when the system gives no descriptor.
    pub fn tcp(address: &NetAddress) -> Result<Self, NetError> {
        let address = first(address, Family::Any)?;
        let socket = socket2::Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))
            .map_err(|error| NetError::io("make a socket", error))?;
        let family = if address.is_ipv4() { Family::V4 } else { Family::V6 };
        if family == Family::V6 && address.ip().is_unspecified() {
            // "All addresses" must mean IPv4 too, whatever the system's default is (RFC 3493, 5.3).
            socket
                .set_only_v6(false)
                .map_err(|error| NetError::io("open a socket for IPv4 and IPv6", error))?;
        }
        Ok(Self { socket, family })
    }

    /// `SO_REUSEADDR`: a server that restarts may bind again while old connections are in TIME_WAIT.
    ///
    /// Windows always allows that, and would with this option let two servers share a port, so it is left
    /// alone there.
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn reuse_address(self, reuse: bool) -> Result<Self, NetError> {
        if cfg!(unix) {
            self.socket
                .set_reuse_address(reuse)
                .map_err(|error| NetError::io("set SO_REUSEADDR", error))?;
        }
        Ok(self)
    }

    /// `bind()`: gives the socket its address. Port 0 lets the system choose a free one.
    ///
    /// # Errors
    /// [`NetError::Resolve`], or [`NetError::Listen`], for instance when the port is taken.
    pub fn bind(self, address: &NetAddress) -> Result<BoundSocket, NetError> {
        let address = first(address, self.family)?;
        self.socket
            .bind(&SockAddr::from(address))
            .map_err(|error| NetError::listen(address, error))?;
        Ok(BoundSocket {
            socket: self.socket,
            address,
        })
    }

    /// `connect()`: a connection to the first of the host's addresses that answers.
    ///
    /// Without a timeout the system decides how long it tries: on Linux 7 SYN segments in 127 seconds
    /// (tcp(7), `tcp_syn_retries`; RFC 9293, 3.8.3 asks for at least 3 minutes).
    ///
    /// # Errors
    /// [`NetError::Resolve`], or [`NetError::Connect`] with the last answer, when none is reached. The
    /// `timeout` is for each address of the host, and longer than zero. The kind of its
    /// `source` tells a peer that refused at once (`ConnectionRefused`: the
    /// machine is there, and nobody listens) from one that said nothing (`TimedOut`).
    pub fn connect(address: &NetAddress, timeout: Duration) -> Result<Connection, NetError> {
        let mut last = io::ErrorKind::NotFound.into();
        for candidate in address.resolve(Family::Any)? {
            match TcpStream::connect_timeout(&candidate, timeout) {
                Ok(stream) => return Ok(Connection::new(stream, candidate)),
                Err(error) => last = error,
            }
        }
        Err(NetError::Connect {
            address: address.to_string(),
            source: IoReason::to_connecting(last),
        })
    }
}

impl BoundSocket {
    /// `listen()`: from now on the system completes connections and queues up to `backlog` of them.
    ///
    /// Linux lowers the number to `/proc/sys/net/core/somaxconn` (listen(2)).
    ///
    /// # Errors
    /// [`NetError::Listen`].
    pub fn listen(self, backlog: i32) -> Result<Listener, NetError> {
        self.socket
            .listen(backlog)
            .map_err(|error| NetError::listen(self.address, error))?;
        Ok(Listener::new(self.socket.into()))
    }
}

/// The first address of this family.
fn first(address: &NetAddress, family: Family) -> Result<SocketAddr, NetError> {
    Ok(address.resolve(family)?[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv6;

    fn listen_on(text: &str) -> Result<Listener, NetError> {
        let address = text.parse()?;
        Socket::tcp(&address)?
            .reuse_address(true)?
            .bind(&address)?
            .listen(16)
    }

    #[test]
    fn a_listener_accepts_over_ipv4_and_ipv6() {
        let families = 1 + usize::from(ipv6::is_there());
        for text in &["127.0.0.1:0", "[::1]:0"][..families] {
            let listener = listen_on(text).unwrap();
            let address = listener.local_address().unwrap();
            let client = Socket::connect(&address.into(), Duration::from_secs(5)).unwrap();
            let served = listener.accept().unwrap();
            assert_eq!(served.peer_address(), client.local_address().unwrap());
            assert_eq!(client.peer_address(), address);
        }
    }

    #[test]
    fn all_addresses_of_ipv6_include_those_of_ipv4() {
        if !ipv6::is_there() {
            return;
        }
        let listener = listen_on("[::]:0").unwrap();
        let port = listener.local_address().unwrap().port();
        Socket::connect(&NetAddress::new("127.0.0.1", port), Duration::from_secs(5)).unwrap();
        assert!(listener.accept().is_ok());
    }

    #[test]
    fn a_taken_port_is_said_in_words() {
        let listener = listen_on("127.0.0.1:0").unwrap();
        let address = listener.local_address().unwrap();
        let error = listen_on(&address.to_string()).unwrap_err();
        assert_eq!(
            error.chain(),
            format!("cannot listen on {address}: address in use: is another server running there?")
        );
    }

    #[test]
    fn nobody_listening_is_said_in_words() {
        // It has the port, so that nobody else gets it.
        let silent = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        silent
            .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
            .unwrap();
        let address = silent.local_addr().unwrap().as_socket().unwrap();
        let error = Socket::connect(&address.into(), Duration::from_secs(5)).unwrap_err();
        assert_eq!(
            error.chain(),
            format!("cannot connect to {address}: connection refused: is the server running?")
        );
    }
}
