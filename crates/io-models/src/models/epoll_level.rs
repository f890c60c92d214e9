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
//!
//! It is also the model with a timer: a wait ends when somebody is ready, or when the next client has been silent for
//! too long (`--idle-timeout`).

use std::io;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use tracing::{info, warn};

use crate::acceptor::{Acceptor, epoll_timeout};
use crate::client::{Client, Next};
use crate::idle_timer::IdleTimer;
use crate::slots::Slots;
use crate::{BUFFER_SIZE, Ready};

/// The listener's key; the clients' are counted up from 0 by [`Slots`].
const LISTENER: u64 = u64::MAX;
/// Events that one wait returns at most; who is not among them comes with the next one.
const EVENTS: usize = 256;

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener, idle: Option<Duration>, ready: Ready<'_>) -> io::Result<()> {
    let mut server = Server::new(listener, idle)?;
    ready();
    let mut events = [EpollEvent::empty(); EVENTS];
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        let count = match server.epoll.wait(&mut events, epoll_timeout(server.timeout())) {
            Err(Errno::EINTR) => 0,
            count => count?,
        };
        server.now = Instant::now();
        for event in &events[..count] {
            match event.data() {
                LISTENER => server.acceptor.set_ready(),
                key => server.serve(key, &mut buffer),
            }
        }
        server.accept()?;
        server.close_idle();
    }
}
// ANCHOR_END: run

struct Server<'a> {
    epoll: Epoll,
    acceptor: Acceptor<'a>,
    /// As the kernel knows it.
    listener_is_watched: bool,
    clients: Slots<Heard>,
    timer: Option<IdleTimer>,
    /// When the last wait ended: one look at the clock for all that came with it.
    now: Instant,
}

struct Heard {
    client: Client,
    /// When it last sent something, or took what it was sent.
    last: Instant,
}

impl<'a> Server<'a> {
    fn new(listener: &'a TcpListener, idle: Option<Duration>) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        epoll.add(listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))?;
        Ok(Self {
            epoll,
            acceptor: Acceptor::new(listener)?,
            listener_is_watched: true,
            clients: Slots::new(),
            timer: idle.map(IdleTimer::new),
            now: Instant::now(),
        })
    }

    // ANCHOR: serve
    fn serve(&mut self, key: u64, buffer: &mut [u8]) {
        let Some(Heard { client, last }) = self.clients.get_mut(key) else {
            return;
        };
        *last = self.now;
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

    fn accept(&mut self) -> io::Result<()> {
        for client in self.acceptor.accept() {
            let last = self.now;
            let (key, heard) = self.clients.insert(Heard { client, last });
            let event = EpollEvent::new(EpollFlags::EPOLLIN, key);
            if let Err(error) = self.epoll.add(&heard.client, event) {
                warn!("closed a client: cannot wait for it: {error}");
                self.clients.remove(key);
            } else if let Some(timer) = &mut self.timer {
                timer.watch(key, last);
            }
        }
        self.watch_listener()
    }

    /// A listener that is left alone for a while must be silent: level-triggered, it would be reported all the time.
    fn watch_listener(&mut self) -> io::Result<()> {
        let is_wanted = !self.acceptor.is_pausing();
        if is_wanted != self.listener_is_watched {
            let wanted = match is_wanted {
                true => EpollFlags::EPOLLIN,
                false => EpollFlags::empty(),
            };
            self.epoll
                .modify(&self.acceptor, &mut EpollEvent::new(wanted, LISTENER))?;
            self.listener_is_watched = is_wanted;
        }
        Ok(())
    }

    // ANCHOR: idle
    /// How long a wait may last: until a pause of the listener is over, or until a client may have been silent for
    /// too long.
    fn timeout(&self) -> Option<Duration> {
        let idle = self
            .timer
            .as_ref()
            .and_then(|timer| timer.timeout(Instant::now()));
        idle.into_iter().chain(self.acceptor.timeout()).min()
    }

    /// Closes the clients that have been silent for too long.
    fn close_idle(&mut self) {
        let Some(timer) = &mut self.timer else {
            return;
        };
        let clients = &mut self.clients;
        while let Some(key) = timer.expired(self.now, |key| clients.get(key).map(|heard| heard.last)) {
            if let Some(idle) = clients.remove(key) {
                let peer = idle.client.peer();
                info!(%peer, "closed: idle timeout: nothing came for {:?}", timer.limit);
            }
        }
    }
    // ANCHOR_END: idle
}
