//! Select: one thread that waits for all clients with select(2).
//!
//! New: the thread waits *before* it reads, and for everybody at once. The kernel says who is ready, and a read that
//! is called for one who is ready does not wait.
//!
//! What it costs: the sets are bits, one for each descriptor from 0 to 1,023. They are overwritten with the answer, so
//! each wait fills them again, the kernel goes through all of them, and so does the thread afterwards: the work grows
//! with the clients that are connected, not with those that have something to say. A descriptor from 1,024 on has no
//! bit. C's `FD_SET` writes one all the same, into memory behind the set.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::select::{FD_SETSIZE, FdSet, select};
use nix::sys::time::{TimeVal, TimeValLike};
use tracing::{debug, warn};

use crate::BUFFER_SIZE;
use crate::pauses::Pauses;

/// In the order of their descriptors, as select looks at them.
type Clients = BTreeMap<RawFd, Client>;

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener) -> io::Result<()> {
    if !has_a_bit(listener) {
        return Err(io::Error::other(
            "the listener's descriptor is too high for select",
        ));
    }
    listener.set_nonblocking(true)?;
    let mut pauses = Pauses::new();
    let mut clients = Clients::new();
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        let ready = wait(listener, &clients, pauses.left())?;
        for descriptor in &ready {
            if let Some(client) = clients.get_mut(descriptor)
                && !client.turn(&mut buffer)
            {
                clients.remove(descriptor);
            }
        }
        // Last: a new client may get a descriptor that was another's in this round.
        if ready.contains(&listener.as_raw_fd()) {
            accept(listener, &mut clients, &mut pauses);
        }
    }
}
// ANCHOR_END: run

// ANCHOR: wait
/// The descriptors that are ready. During a pause the listener is left alone, and the wait lasts no longer.
fn wait(listener: &TcpListener, clients: &Clients, pause: Option<Duration>) -> io::Result<Vec<RawFd>> {
    let (mut readable, mut writable) = (FdSet::new(), FdSet::new());
    for client in clients.values() {
        match client.unsent.is_empty() {
            true => readable.insert(client.stream.as_fd()),
            false => writable.insert(client.stream.as_fd()),
        }
    }
    if pause.is_none() {
        readable.insert(listener.as_fd());
    }
    let mut timeout = pause.map(time_value);
    match select(None, &mut readable, &mut writable, None, timeout.as_mut()) {
        Ok(_count) => {}
        // A signal came, and the sets say nothing.
        Err(Errno::EINTR) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    }
    let ready = readable.fds(None).chain(writable.fds(None));
    Ok(ready.map(|descriptor| descriptor.as_raw_fd()).collect())
}
// ANCHOR_END: wait

// ANCHOR: client
/// One connection, whose socket does not block.
struct Client {
    stream: TcpStream,
    /// What has been read and could not be sent yet. Nothing is read while it holds something, so it is one buffer at
    /// most; and it takes no memory for a client that reads what it is sent.
    unsent: Vec<u8>,
}

impl Client {
    /// One read and one write at most, and neither waits. False when the client has ended, or broke off.
    fn turn(&mut self, buffer: &mut [u8]) -> bool {
        let stays = match self.unsent.is_empty() {
            true => self.echo(buffer),
            false => self.send_unsent(),
        };
        match stays {
            Ok(stays) => stays,
            // select(2), "BUGS": what was said to be readable may turn out not to be.
            Err(error) if error.kind() == ErrorKind::WouldBlock => true,
            Err(error) => {
                debug!("broke off: {error}");
                false
            }
        }
    }

    fn echo(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        match self.stream.read(buffer)? {
            0 => Ok(false),
            count => self.send(&buffer[..count]),
        }
    }

    fn send_unsent(&mut self) -> io::Result<bool> {
        let unsent = mem::take(&mut self.unsent);
        self.send(&unsent)
    }

    /// Sends what the kernel takes, and keeps the rest.
    fn send(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let sent = match self.stream.write(bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            sent => sent?,
        };
        self.unsent.extend_from_slice(&bytes[sent..]);
        Ok(true)
    }
}
// ANCHOR_END: client

// ANCHOR: accept
/// Accepts one client; where more are waiting, the next wait says so.
fn accept(listener: &TcpListener, clients: &mut Clients, pauses: &mut Pauses) {
    match listener.accept() {
        Ok((stream, _peer)) => {
            pauses.reset();
            add(stream, clients);
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        Err(error) => pauses.begin_after(&error),
    }
}

/// Takes a client whose descriptor has a bit. The others it closes: who cannot wait for them cannot serve them.
fn add(stream: TcpStream, clients: &mut Clients) {
    let descriptor = stream.as_raw_fd();
    if !has_a_bit(&stream) {
        warn!(
            descriptor,
            "closed a client: select has room for descriptors below {FD_SETSIZE}"
        );
    } else if let Err(error) = stream
        .set_nonblocking(true)
        .and_then(|()| stream.set_nodelay(true))
    {
        debug!("broke off: {error}");
    } else {
        let unsent = Vec::new();
        clients.insert(descriptor, Client { stream, unsent });
    }
}

fn has_a_bit(descriptor: &impl AsRawFd) -> bool {
    usize::try_from(descriptor.as_raw_fd()).is_ok_and(|number| number < FD_SETSIZE)
}
// ANCHOR_END: accept

fn time_value(duration: Duration) -> TimeVal {
    TimeVal::microseconds(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}
