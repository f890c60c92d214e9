//! Poll: one thread that waits for all clients with poll(2).
//!
//! New: an array with a place for each descriptor, instead of bits. In each place stands what is waited for, and the
//! kernel writes what has happened beside it, so the array stays as it is from one wait to the next, and a descriptor
//! may have any number. What is done for a client that is ready is the same as in `select`.
//!
//! What it costs: the whole array goes into the kernel and back with each call, and both sides go through all of it,
//! even if one client of 8,000 has said something. `epoll_level` leaves the array in the kernel.
#![allow(
    unsafe_code,
    reason = "the array is kept while clients come and go, which PollFd's lifetime cannot say"
)]

use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tracing::debug;

use crate::BUFFER_SIZE;
use crate::pauses::Pauses;

/// The listener's place in the array; the client at `index` has the place `index + 1`.
const LISTENER: usize = 0;

/// The clients, and the array for poll.
struct Clients {
    clients: Vec<Client>,
    polled: Vec<PollFd<'static>>,
}

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let mut pauses = Pauses::new();
    let mut clients = Clients::new(listener);
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        clients.wait(pauses.left())?;
        // From the last to the first: the last one moves into the place of one that ends.
        for index in (0..clients.clients.len()).rev() {
            if is_set(&clients.polled[index + 1]) {
                clients.serve(index, &mut buffer);
            }
        }
        if is_set(&clients.polled[LISTENER]) {
            clients.accept(listener, &mut pauses);
        }
    }
}
// ANCHOR_END: run

impl Clients {
    fn new(listener: &TcpListener) -> Self {
        Self {
            clients: Vec::new(),
            polled: vec![place_for(listener)],
        }
    }

    // ANCHOR: wait
    /// During a pause the listener is left alone, and the wait lasts no longer.
    fn wait(&mut self, pause: Option<Duration>) -> io::Result<()> {
        let wanted = match pause {
            None => PollFlags::POLLIN,
            Some(_) => PollFlags::empty(),
        };
        self.polled[LISTENER].set_events(wanted);
        match poll(&mut self.polled, pause.map_or(PollTimeout::NONE, timeout)) {
            // A signal came, and what stands in the array is old: whoever has nothing to say will be told to wait.
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
    // ANCHOR_END: wait

    // ANCHOR: serve
    /// A client that falls behind is waited for until there is room to write, and then for bytes again.
    fn serve(&mut self, index: usize, buffer: &mut [u8]) {
        let client = &mut self.clients[index];
        if !client.turn(buffer) {
            return self.remove(index);
        }
        let wanted = match client.unsent.is_empty() {
            true => PollFlags::POLLIN,
            false => PollFlags::POLLOUT,
        };
        self.polled[index + 1].set_events(wanted);
    }
    // ANCHOR_END: serve

    fn remove(&mut self, index: usize) {
        self.polled.swap_remove(index + 1);
        self.clients.swap_remove(index);
    }

    /// Accepts one client; where more are waiting, the next wait says so.
    fn accept(&mut self, listener: &TcpListener, pauses: &mut Pauses) {
        match listener.accept() {
            Ok((stream, _peer)) => {
                pauses.reset();
                self.add(stream);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => pauses.begin_after(&error),
        }
    }

    fn add(&mut self, stream: TcpStream) {
        if let Err(error) = stream
            .set_nonblocking(true)
            .and_then(|()| stream.set_nodelay(true))
        {
            debug!("broke off: {error}");
        } else {
            let unsent = Vec::new();
            self.polled.push(place_for(&stream));
            self.clients.push(Client { stream, unsent });
        }
    }
}

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
            // It was said to be ready, and is not (select(2), "BUGS", which holds for poll too).
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

fn place_for(descriptor: &impl AsRawFd) -> PollFd<'static> {
    // SAFETY: the listener outlives the array, and a client's place is removed together with the client.
    let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor.as_raw_fd()) };
    PollFd::new(descriptor, PollFlags::POLLIN)
}

/// Any event is a reason to look: an error and the end are found out by reading.
fn is_set(place: &PollFd<'_>) -> bool {
    place.any() != Some(false)
}

/// In milliseconds, and rounded up: rounded down, the last one would be spent asking again and again.
fn timeout(pause: Duration) -> PollTimeout {
    PollTimeout::try_from(pause + Duration::from_micros(999)).unwrap_or(PollTimeout::MAX)
}
