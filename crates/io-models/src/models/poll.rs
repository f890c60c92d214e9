//! Poll: one thread that waits for all clients with poll(2).
//!
//! New: an array with a place for each descriptor, instead of bits. In each place stands what is waited for, and the
//! kernel writes what has happened beside it, so the array stays as it is from one wait to the next, and a descriptor
//! may have any number.
//!
//! What it costs: the whole array goes into the kernel and back with each call, and both sides go through all of it,
//! even if one client of 8,000 has said something. `epoll_level` leaves the array in the kernel.
#![allow(
    unsafe_code,
    reason = "the array is kept while clients come and go, which PollFd's lifetime cannot say"
)]

use std::io;
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};

use crate::BUFFER_SIZE;
use crate::client::{Client, Next};
use crate::door::Door;

/// The listener's place in the array; the client at `index` has the place `index + 1`.
const LISTENER: usize = 0;

/// The clients, and the array for poll.
struct Clients {
    clients: Vec<Client>,
    polled: Vec<PollFd<'static>>,
}

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener) -> io::Result<()> {
    let mut door = Door::new(listener)?;
    let mut clients = Clients::new(listener);
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        clients.wait(&mut door)?;
        // From the last to the first: the last one moves into the place of one that ends.
        for index in (0..clients.clients.len()).rev() {
            if clients.is_ready(index) {
                clients.serve(index, &mut buffer);
            }
        }
        door.newcomers().for_each(|client| clients.insert(client));
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
    fn wait(&mut self, door: &mut Door<'_>) -> io::Result<()> {
        let wanted = if door.is_open() {
            PollFlags::POLLIN
        } else {
            PollFlags::empty()
        };
        self.polled[LISTENER].set_events(wanted);
        match poll(&mut self.polled, door.poll_timeout()) {
            // A signal came, and what stands in the array is old: whoever has nothing to say will be told to wait.
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        if is_set(&self.polled[LISTENER]) {
            door.knock();
        }
        Ok(())
    }
    // ANCHOR_END: wait

    /// Any event is a reason to look: an error and the end are found out by reading.
    fn is_ready(&self, index: usize) -> bool {
        is_set(&self.polled[index + 1])
    }

    // ANCHOR: serve
    fn serve(&mut self, index: usize, buffer: &mut [u8]) {
        let wanted = match self.clients[index].turn(buffer) {
            Next::Readable | Next::Turn => PollFlags::POLLIN,
            Next::Writable => PollFlags::POLLOUT,
            Next::End => return self.remove(index),
        };
        self.polled[index + 1].set_events(wanted);
    }
    // ANCHOR_END: serve

    fn insert(&mut self, client: Client) {
        self.polled.push(place_for(&client));
        self.clients.push(client);
    }

    fn remove(&mut self, index: usize) {
        self.polled.swap_remove(index + 1);
        self.clients.swap_remove(index);
    }
}

fn place_for(descriptor: &impl AsFd) -> PollFd<'static> {
    // SAFETY: the listener outlives the array, and a client's place is removed together with the client.
    let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor.as_fd().as_raw_fd()) };
    PollFd::new(descriptor, PollFlags::POLLIN)
}

fn is_set(place: &PollFd<'_>) -> bool {
    place.any() != Some(false)
}
