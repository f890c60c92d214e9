//! A UDP socket with an address of its own.

use std::io::{self, ErrorKind};
use std::net::{self, IpAddr, SocketAddr};
use std::sync::Arc;

use socket2::{Domain, Protocol, SockAddr, Type};

use crate::each_address::open_each;
use crate::os::Received;
use crate::{Family, NetAddress, NetError, Shutdown, os};

/// A bound UDP socket. There is no connection: every datagram has a sender of its own.
///
/// ```
/// use net::{Shutdown, UdpSocket};
///
/// let server = UdpSocket::bind(&"127.0.0.1:0".parse()?)?;
/// let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
/// client.send_to(b"ping", server.local_address()?).unwrap();
///
/// let mut buffer = [0; 512];
/// let ping = server.receive(&mut buffer, &Shutdown::new())?.expect("no shutdown");
/// assert_eq!((ping.bytes, ping.cut), (&b"ping"[..], false));
/// server.reply(&ping, b"pong")?;
/// # Ok::<(), net::NetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct UdpSocket {
    socket: Arc<net::UdpSocket>,
    local: SocketAddr,
}

/// What one receive has brought.
#[derive(Debug, Clone, Copy)]
pub struct Datagram<'a> {
    /// What was sent; its beginning, where it is [`cut`](Self::cut).
    pub bytes: &'a [u8],
    /// It was longer than the buffer. The rest is lost: a datagram cannot be read in two pieces.
    pub cut: bool,
    /// Who says that they have sent it. Anybody can write any address there.
    pub from: SocketAddr,
    /// The address and port of this socket that it was sent to. The address is unspecified where the socket
    /// is bound to all and the system does not tell.
    pub to: SocketAddr,
}

impl UdpSocket {
    /// `socket()` and `bind()`; port 0 lets the system choose. Whoever is bound to all addresses of the
    /// machine, as `0.0.0.0`, is told with each datagram which one it was sent to (Linux and macOS).
    ///
    /// # Errors
    /// [`NetError::Resolve`], or [`NetError::Listen`], for instance when the port is taken.
    pub fn bind(address: &NetAddress) -> Result<Self, NetError> {
        let address = address.resolve(Family::Any)?[0];
        let socket = bound(address).map_err(|error| NetError::listen(address, error))?;
        let local = socket
            .local_addr()
            .map_err(|error| NetError::io("read the local address", error))?;
        Ok(Self {
            socket: Arc::new(socket),
            local,
        })
    }

    /// The same at every address of the host, all with one port; those that this machine does not have are left out
    /// with a warning, unless none is left. Never an empty list.
    ///
    /// # Errors
    /// [`NetError::Resolve`], or [`NetError::Listen`] where the port is taken at one of them.
    pub fn bind_all(address: &NetAddress) -> Result<Vec<Self>, NetError> {
        open_each(address, |one| {
            let socket = Self::bind(&one.into())?;
            let local = socket.local;
            Ok((socket, local))
        })
    }

    /// Where it is bound, with the port that the system chose where 0 was asked for.
    ///
    /// # Errors
    /// None today; the signature is that of the other sockets.
    pub fn local_address(&self) -> Result<SocketAddr, NetError> {
        Ok(self.local)
    }

    /// Waits for the next datagram; `None` when `shutdown` was requested.
    ///
    /// "Nobody listens there" about a reply of before, which a router or the other machine sends as an ICMP
    /// message and the system reports at the next call, is not about this receive: it goes on.
    ///
    /// A thread that waits here is woken by the shutdown only after
    /// [`unblock_at`](Self::unblock_at) has been called.
    ///
    /// # Errors
    /// [`NetError::Io`].
    pub fn receive<'a>(
        &self,
        buffer: &'a mut [u8],
        shutdown: &Shutdown,
    ) -> Result<Option<Datagram<'a>>, NetError> {
        loop {
            if shutdown.requested() {
                return Ok(None);
            }
            match os::receive(&self.socket, buffer) {
                Ok(_) if shutdown.requested() => return Ok(None),
                Ok(Received {
                    count,
                    cut,
                    from: Some(from),
                    to,
                }) => {
                    let to = SocketAddr::new(to.unwrap_or(self.local.ip()), self.local.port());
                    let bytes = &buffer[..count];
                    return Ok(Some(Datagram { bytes, cut, from, to }));
                }
                // From nobody: the wait was ended.
                Ok(_) => {}
                Err(error) if is_about_another(error.kind()) => {}
                Err(error) => return Err(NetError::io("receive", error)),
            }
        }
    }

    /// Answers to the sender, from the address that the datagram was sent to.
    ///
    /// # Errors
    /// [`NetError::Io`] where the system does not take it. Where it does, nobody knows whether it arrives.
    pub fn reply(&self, datagram: &Datagram<'_>, bytes: &[u8]) -> Result<(), NetError> {
        let to = datagram.from;
        loop {
            let sent = match datagram.to.ip() {
                ip if is_chosen(ip, self.local.ip()) => os::send(&self.socket, bytes, to, ip),
                _ => self.socket.send_to(bytes, to),
            };
            match sent {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(NetError::io("send", error)),
            }
        }
    }

    /// Lets `shutdown` wake whoever waits in [`receive`](Self::receive).
    pub fn unblock_at(&self, shutdown: &Shutdown) {
        let socket = Arc::clone(&self.socket);
        shutdown.on_request(move || os::unblock_receive(&socket));
    }
}

/// A datagram came to one of several addresses, so the system would have to guess.
fn is_chosen(destination: IpAddr, local: IpAddr) -> bool {
    local.is_unspecified() && !destination.is_unspecified()
}

fn bound(address: SocketAddr) -> io::Result<net::UdpSocket> {
    let socket = socket2::Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    let all = address.ip().is_unspecified();
    if all && address.is_ipv6() {
        // "All addresses" must mean IPv4 too, whatever the system's default is (RFC 3493, 5.3).
        socket.set_only_v6(false)?;
    }
    socket.bind(&SockAddr::from(address))?;
    let socket = socket.into();
    if all {
        os::tell_destination(&socket)?;
    }
    Ok(socket)
}

/// Errors of a receive that concern a datagram which was sent before, or nothing at all.
fn is_about_another(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset | ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::ipv6;

    fn socket(text: &str) -> UdpSocket {
        UdpSocket::bind(&text.parse().unwrap()).unwrap()
    }

    fn client(text: &str) -> net::UdpSocket {
        let client = net::UdpSocket::bind(text).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        client
    }

    #[test]
    fn a_datagram_that_is_longer_than_the_buffer_is_known_to_be() {
        let socket = socket("127.0.0.1:0");
        let client = client("127.0.0.1:0");
        let mut buffer = [0; 4];
        for (sent, bytes, cut) in [("", "", false), ("four", "four", false), ("five!", "five", true)] {
            client.send_to(sent.as_bytes(), socket.local).unwrap();
            let datagram = socket.receive(&mut buffer, &Shutdown::new()).unwrap().unwrap();
            assert_eq!((datagram.bytes, datagram.cut), (bytes.as_bytes(), cut));
            assert_eq!(datagram.from, client.local_addr().unwrap());
            assert_eq!(datagram.to, socket.local);
        }
    }

    /// A client that has connected its socket hears only who it has spoken to.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_reply_comes_from_the_address_that_was_asked() {
        let cases = [
            ("0.0.0.0:0", "127.0.0.2"),
            ("[::]:0", "127.0.0.3"),
            ("[::]:0", "::1"),
        ];
        for (bound, asked) in &cases[..if ipv6::is_there() { 3 } else { 1 }] {
            let socket = socket(bound);
            let asked = SocketAddr::new(asked.parse().unwrap(), socket.local.port());
            let client = client(if asked.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" });
            client.connect(asked).unwrap();
            client.send(b"who?").unwrap();
            let mut buffer = [0; 16];
            let datagram = socket.receive(&mut buffer, &Shutdown::new()).unwrap().unwrap();
            assert_eq!(datagram.to.ip().to_canonical(), asked.ip());
            socket.reply(&datagram, b"me").unwrap();
            let mut reply = [0; 16];
            assert_eq!(client.recv(&mut reply).unwrap(), 2, "{bound}");
        }
    }

    #[test]
    fn nobody_there_for_a_reply_does_not_end_the_next_receive() {
        let socket = socket("127.0.0.1:0");
        // It takes datagrams of one peer only: for all others the port is closed, and nobody else can take it.
        let peer = client("127.0.0.1:0");
        peer.connect("127.0.0.1:9").unwrap();
        // Only a connected socket is told on Linux; on Windows all are.
        socket.socket.connect(peer.local_addr().unwrap()).unwrap();
        socket.socket.send(b"anybody?").unwrap();
        peer.connect(socket.local).unwrap();
        peer.send(b"here").unwrap();
        let mut buffer = [0; 16];
        let datagram = socket.receive(&mut buffer, &Shutdown::new()).unwrap().unwrap();
        assert_eq!(datagram.bytes, b"here");
    }

    #[test]
    fn a_shutdown_ends_a_receive_that_waits() {
        let addresses = ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"];
        for address in &addresses[..if ipv6::is_there() { 4 } else { 2 }] {
            let socket = socket(address);
            let shutdown = Shutdown::new();
            socket.unblock_at(&shutdown);
            thread::scope(|scope| {
                let waits = scope.spawn(|| socket.receive(&mut [0; 16], &shutdown).unwrap().is_none());
                // Time to begin to wait; without it the test is the same, but easier to pass.
                assert!(!shutdown.wait_timeout(Duration::from_millis(50)));
                shutdown.request();
                assert!(waits.join().unwrap(), "{address}");
            });
        }
    }

    #[test]
    fn a_taken_port_is_said_in_words() {
        let socket = socket("127.0.0.1:0");
        let error = UdpSocket::bind(&socket.local.into()).unwrap_err();
        let expected = format!(
            "cannot listen on {}: address in use: is another server running there?",
            socket.local
        );
        assert_eq!(error.chain(), expected);
    }
}
