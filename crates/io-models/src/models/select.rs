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
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::select::{FD_SETSIZE, FdSet, select};
use nix::sys::time::{TimeVal, TimeValLike};
use tracing::warn;

use crate::BUFFER_SIZE;
use crate::client::{Client, Next};
use crate::door::Door;

/// In the order of their descriptors, as select looks at them.
type Clients = BTreeMap<RawFd, Client>;

pub(crate) fn run(listener: &TcpListener) -> io::Result<()> {
    if !has_a_bit(listener) {
        return Err(io::Error::other(
            "the listener's descriptor is too high for select",
        ));
    }
    let mut door = Door::new(listener)?;
    let mut clients = Clients::new();
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        for descriptor in wait(&mut door, &clients)? {
            if let Some(client) = clients.get_mut(&descriptor)
                && client.turn(&mut buffer) == Next::End
            {
                clients.remove(&descriptor);
            }
        }
        // Last: a newcomer may get a descriptor that was another's in this round.
        for client in door.newcomers() {
            welcome(client, &mut clients);
        }
    }
}

// ANCHOR: wait
/// The descriptors of the clients that are ready.
fn wait(door: &mut Door<'_>, clients: &Clients) -> io::Result<Vec<RawFd>> {
    let (mut readable, mut writable) = (FdSet::new(), FdSet::new());
    for client in clients.values() {
        match client.is_behind() {
            true => writable.insert(client.as_fd()),
            false => readable.insert(client.as_fd()),
        }
    }
    if door.is_open() {
        readable.insert(door.as_fd());
    }
    let mut timeout = door.timeout().map(time_value);
    match select(None, &mut readable, &mut writable, None, timeout.as_mut()) {
        Ok(_count) => {}
        // A signal came, and the sets say nothing.
        Err(Errno::EINTR) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    }
    let is_ready = |client: &Client| readable.contains(client.as_fd()) || writable.contains(client.as_fd());
    let ready = clients.iter().filter(|(_, client)| is_ready(client));
    let ready = ready.map(|(descriptor, _)| *descriptor).collect();
    if readable.contains(door.as_fd()) {
        door.knock();
    }
    Ok(ready)
}
// ANCHOR_END: wait

// ANCHOR: welcome
/// Takes a client whose descriptor has a bit. The others it closes: who cannot wait for them cannot serve them.
fn welcome(client: Client, clients: &mut Clients) {
    let descriptor = client.as_fd().as_raw_fd();
    if has_a_bit(&client) {
        clients.insert(descriptor, client);
    } else {
        warn!(
            descriptor,
            "closed a client: select has room for descriptors below {FD_SETSIZE}"
        );
    }
}

fn has_a_bit(descriptor: &impl AsFd) -> bool {
    usize::try_from(descriptor.as_fd().as_raw_fd()).is_ok_and(|number| number < FD_SETSIZE)
}
// ANCHOR_END: welcome

fn time_value(duration: Duration) -> TimeVal {
    TimeVal::microseconds(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}
