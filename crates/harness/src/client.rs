//! A client that need not be polite: it may have little room, read or not, send on and on, break off.
//!
//! It blocks, but never for longer than it is told. What the bytes mean, and what becomes of one that waits in vain, is for
//! those to say who use it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};

/// What a client of [`Client::connect_with_little_room`] takes before it reads, in bytes. The system doubles it (socket(7)).
const LITTLE_ROOM: usize = 4 * 1024;

/// Bytes of a segment: the least that every IPv4 host must take (RFC 9293, section 3.7.1).
#[cfg(unix)]
const SMALL_SEGMENT: u32 = 536;

/// What one read takes at most, in bytes.
const ONE_READ: usize = 16 * 1024;

/// The shortest time that a call can wait: zero would be no limit at all.
const SHORTEST: Duration = Duration::from_millis(1);

/// A connection to a server.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
}

/// What one read has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// Bytes have come.
    Bytes,
    /// Nothing has come in this time.
    Nothing,
    /// The server sends nothing more.
    End,
    /// The connection is broken.
    Reset,
}

impl Client {
    /// Connects. What it sends leaves at once.
    ///
    /// # Errors
    /// When nobody accepts within `patience`.
    pub fn connect(server: SocketAddr, patience: Duration) -> io::Result<Self> {
        connect_with(server, patience, |_| Ok(()))
    }

    /// Connects a client to which little can be sent before it reads: a server that writes to it soon has to wait.
    ///
    /// # Errors
    /// When nobody accepts within `patience`.
    pub fn connect_with_little_room(server: SocketAddr, patience: Duration) -> io::Result<Self> {
        connect_with(server, patience, |socket| {
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
    pub fn connect_from(ip: IpAddr, server: SocketAddr, patience: Duration) -> io::Result<Self> {
        let any_port = SocketAddr::new(ip, 0);
        connect_with(server, patience, |socket| socket.bind(&any_port.into()))
    }

    /// A second handle of the same connection, for a thread that sends while another receives.
    ///
    /// # Errors
    /// When the program has no descriptor left.
    pub fn second_handle(&self) -> io::Result<Self> {
        let stream = self.stream.try_clone()?;
        Ok(Self { stream })
    }

    /// The connection itself.
    #[must_use]
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// From now on calls wait as long as they are told, as at the start, or not at all; those of a second handle too.
    ///
    /// # Errors
    /// Those of the system.
    pub fn set_waiting(&self, waits: bool) -> io::Result<()> {
        self.stream.set_nonblocking(!waits)
    }

    /// Sends what the server takes in one go, and gives how many bytes that is: none where it takes nothing for
    /// `patience`.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send_some(&self, bytes: &[u8], patience: Duration) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(patience.max(SHORTEST)))?;
        match unless_interrupted(|| (&self.stream).write(bytes)) {
            Err(error) if is_timeout(&error) => Ok(0),
            sent => sent,
        }
    }

    /// Sends all of it. A server may take its time, but must take something within `patience`.
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`] where it does not; when the connection is broken.
    pub fn send(&self, bytes: &[u8], patience: Duration) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.send_some(rest, patience)? {
                0 => return Err(ErrorKind::TimedOut.into()),
                count => rest = &rest[count..],
            }
        }
        Ok(())
    }

    /// Sends the same bytes again and again, until the server takes nothing for `patience`, or `goes_on`, which gets the
    /// number of bytes so far, is false. Gives that number.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send_until_stuck(
        &self,
        piece: &[u8],
        patience: Duration,
        goes_on: impl Fn(usize) -> bool,
    ) -> io::Result<usize> {
        let mut sent = 0;
        while goes_on(sent) {
            match self.send_some(&piece[sent % piece.len()..], patience)? {
                0 => break,
                count => sent += count,
            }
        }
        Ok(sent)
    }

    /// Reads once, `most` bytes at most, and puts what has come behind what is there.
    ///
    /// # Errors
    /// When the connection is broken in another way than by a reset.
    pub fn receive_some(&self, came: &mut Vec<u8>, most: usize, patience: Duration) -> io::Result<Brought> {
        let mut buffer = [0; ONE_READ];
        let buffer = &mut buffer[..most.min(ONE_READ)];
        self.stream.set_read_timeout(Some(patience.max(SHORTEST)))?;
        match unless_interrupted(|| (&self.stream).read(buffer)) {
            Ok(0) => Ok(Brought::End),
            Ok(count) => {
                came.extend_from_slice(&buffer[..count]);
                Ok(Brought::Bytes)
            }
            Err(error) if is_timeout(&error) => Ok(Brought::Nothing),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(Brought::Reset),
            Err(error) => Err(error),
        }
    }

    /// Says that nothing more will be sent.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn half_close(&self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Breaks the connection: the server gets a reset in place of an end.
    ///
    /// # Errors
    /// Those of the system; the connection is closed then.
    pub fn reset(self) -> io::Result<()> {
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO))
    }
}

fn connect_with(
    server: SocketAddr,
    patience: Duration,
    prepare: impl FnOnce(&Socket) -> io::Result<()>,
) -> io::Result<Client> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    prepare(&socket)?;
    socket.connect_timeout(&server.into(), patience)?;
    socket.set_tcp_nodelay(true)?;
    let stream = socket.into();
    Ok(Client { stream })
}

/// A signal ends a call on a socket with a timeout (signal(7)), and says nothing of the connection.
fn unless_interrupted(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// True for what a socket answers when its timeout is over.
#[must_use]
pub fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// How long anything may take on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// How long a client waits that waits in vain.
    const MOMENT: Duration = Duration::from_millis(20);

    const ENDLESS: fn(usize) -> bool = |_| true;

    /// A client, and the server's side of its connection.
    fn connected(connect: fn(SocketAddr, Duration) -> io::Result<Client>) -> (Client, Client) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = connect(listener.local_addr().unwrap(), PATIENCE).unwrap();
        let (stream, _) = listener.accept().unwrap();
        (client, Client { stream })
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_client_with_little_room_makes_its_server_wait_soon() {
        let room = |connect| {
            let (_client, server) = connected(connect);
            server.send_until_stuck(&[0; 1024], MOMENT, ENDLESS).unwrap()
        };
        let (little, usual) = (room(Client::connect_with_little_room), room(Client::connect));
        assert!(little * 4 < usual, "{little} bytes, and {usual} as a rule");
    }

    #[test]
    fn no_call_waits_for_longer_than_it_is_told() {
        let (client, server) = connected(Client::connect_with_little_room);
        let mut came = Vec::new();
        let brought = client.receive_some(&mut came, 10, MOMENT).unwrap();
        assert_eq!((brought, came.len()), (Brought::Nothing, 0));
        // A busy system may still find room a moment later, but not for ever.
        let error = loop {
            if let Err(error) = server.send(b"no room", MOMENT) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn what_has_come_is_put_behind_what_is_there_up_to_the_end() {
        let (client, server) = connected(Client::connect);
        server.send(b"hello", PATIENCE).unwrap();
        server.half_close().unwrap();
        let mut came = b"> ".to_vec();
        let mut read = |most| {
            let brought = client.receive_some(&mut came, most, PATIENCE).unwrap();
            (brought, String::from_utf8(came.clone()).unwrap())
        };
        assert_eq!(read(4), (Brought::Bytes, "> hell".to_owned()));
        assert_eq!(read(4), (Brought::Bytes, "> hello".to_owned()));
        assert_eq!(read(4), (Brought::End, "> hello".to_owned()));
    }

    #[test]
    fn a_client_that_breaks_off_is_no_end() {
        let (client, server) = connected(Client::connect);
        client.reset().unwrap();
        let brought = server.receive_some(&mut Vec::new(), 1, PATIENCE).unwrap();
        assert_eq!(brought, Brought::Reset);
    }
}
