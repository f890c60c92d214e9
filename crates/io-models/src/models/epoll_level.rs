//! Epoll, level-triggered: one thread, told as long as there is something.
//!
//! New: the kernel keeps the list of descriptors. epoll_ctl(2) changes it, once for each client that comes, and
//! epoll_wait(2) returns only those that are ready: the work grows with what has happened, not with the clients that
//! are connected.
//!
//! Level-triggered means: a descriptor is reported by each wait as long as bytes are in it (or, where that was asked
//! for, as long as there is room to write). So nothing needs to be remembered here, and a client gets one turn each
//! time. The price is one more epoll_ctl whenever a client is to be waited for in another way: it must not be reported
//! as readable while its bytes are not wanted, nor as writable, which it nearly always is, while there are none to send.

use std::io;
use std::net::TcpListener;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use tracing::warn;

use crate::client::{Client, Next};
use crate::door::Door;
use crate::slots::Slots;
use crate::{BUFFER_SIZE, Ready};

/// The listener's key; the clients' are counted up from 0 by [`Slots`].
const LISTENER: u64 = u64::MAX;
/// Events that one wait returns at most; who is not among them comes with the next one.
const EVENTS: usize = 256;

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener, ready: Ready<'_>) -> io::Result<()> {
    let mut server = Server::new(listener)?;
    ready();
    let mut events = [EpollEvent::empty(); EVENTS];
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        let count = match server.epoll.wait(&mut events, server.door.poll_timeout()) {
            Err(Errno::EINTR) => 0,
            count => count?,
        };
        for event in &events[..count] {
            match event.data() {
                LISTENER => server.door.knock(),
                key => server.serve(key, &mut buffer),
            }
        }
        server.welcome()?;
    }
}
// ANCHOR_END: run

struct Server<'a> {
    epoll: Epoll,
    door: Door<'a>,
    /// As the kernel knows it.
    door_is_watched: bool,
    clients: Slots<Client>,
}

impl<'a> Server<'a> {
    fn new(listener: &'a TcpListener) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        epoll.add(listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))?;
        Ok(Self {
            epoll,
            door: Door::new(listener)?,
            door_is_watched: true,
            clients: Slots::new(),
        })
    }

    // ANCHOR: serve
    fn serve(&mut self, key: u64, buffer: &mut [u8]) {
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        let was_behind = client.is_behind();
        let wanted = match client.turn(buffer) {
            Next::End => return drop(self.clients.remove(key)),
            Next::Writable => EpollFlags::EPOLLOUT,
            Next::Readable | Next::Turn => EpollFlags::EPOLLIN,
        };
        let has_changed = client.is_behind() != was_behind;
        let mut event = EpollEvent::new(wanted, key);
        if has_changed && self.epoll.modify(&*client, &mut event).is_err() {
            // Waited for in the old way it would be reported for ever, or never.
            self.clients.remove(key);
        }
    }
    // ANCHOR_END: serve

    fn welcome(&mut self) -> io::Result<()> {
        for client in self.door.newcomers() {
            let (key, client) = self.clients.insert(client);
            if let Err(error) = self
                .epoll
                .add(&*client, EpollEvent::new(EpollFlags::EPOLLIN, key))
            {
                warn!("closed a client: cannot wait for it: {error}");
                self.clients.remove(key);
            }
        }
        self.watch_door()
    }

    /// A door that is closed for a while must be silent: level-triggered, it would be reported all the time.
    fn watch_door(&mut self) -> io::Result<()> {
        let is_open = self.door.is_open();
        if is_open != self.door_is_watched {
            let wanted = if is_open {
                EpollFlags::EPOLLIN
            } else {
                EpollFlags::empty()
            };
            self.epoll
                .modify(&self.door, &mut EpollEvent::new(wanted, LISTENER))?;
            self.door_is_watched = is_open;
        }
        Ok(())
    }
}
