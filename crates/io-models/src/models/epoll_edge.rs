//! Epoll, edge-triggered: one thread, told once when something has come.
//!
//! New: with `EPOLLET` a descriptor is reported when something *happens* to it: bytes arrive, room appears, the end
//! comes. It is not reported again because bytes are still in it. So whoever is told must remember it until the socket
//! is empty: that is `ready`, the list of clients that may have something. Each of them gets one turn in a round,
//! and those who may have more stay in the list. A fast client cannot keep the others waiting, and nobody is forgotten.
//!
//! What it saves: a client is announced to the kernel once, for reading and for writing, and never again. A message
//! costs a read and a write, and its share of one epoll_wait. Not even the read that finds nothing is needed: one that
//! has not filled the buffer has emptied the socket ([`Client::turn`]).

use std::io;
use std::mem;
use std::net::TcpListener;

use nix::errno::Errno;
use nix::poll::PollTimeout;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use tracing::warn;

use crate::acceptor::{Acceptor, epoll_timeout};
use crate::client::{Client, Next};
use crate::slots::Slots;
use crate::{BUFFER_SIZE, Ready};

/// The listener's key; the clients' are counted up from 0 by [`Slots`].
const LISTENER: u64 = u64::MAX;
/// Events that one wait returns at most; who is not among them comes with the next one.
const EVENTS: usize = 256;

/// A read may stop before it, and then has not emptied the socket, however few bytes it gave.
const BEHIND_THE_BYTES: EpollFlags = EpollFlags::EPOLLRDHUP
    .union(EpollFlags::EPOLLHUP)
    .union(EpollFlags::EPOLLERR)
    .union(EpollFlags::EPOLLPRI);

struct Server<'a> {
    epoll: Epoll,
    acceptor: Acceptor<'a>,
    clients: Slots<Listed>,
    /// The keys of those that may have something: the memory that the kernel does not have here.
    ready: Vec<u64>,
}

struct Listed {
    client: Client,
    /// It stands in `ready`, where it must not stand twice.
    is_ready: bool,
}

// ANCHOR: run
pub(crate) fn run(listener: &TcpListener, ready: Ready<'_>) -> io::Result<()> {
    let mut server = Server::new(listener)?;
    ready();
    let mut events = [EpollEvent::empty(); EVENTS];
    let mut buffer = [0; BUFFER_SIZE];
    loop {
        let count = match server.epoll.wait(&mut events, server.timeout()) {
            Err(Errno::EINTR) => 0,
            count => count?,
        };
        for event in &events[..count] {
            match event.data() {
                LISTENER => server.acceptor.set_ready(),
                key => server.note(key, event.events()),
            }
        }
        server.serve_ready(&mut buffer);
        server.accept();
    }
}
// ANCHOR_END: run

impl<'a> Server<'a> {
    fn new(listener: &'a TcpListener) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let wanted = EpollFlags::EPOLLIN | EpollFlags::EPOLLET;
        epoll.add(listener, EpollEvent::new(wanted, LISTENER))?;
        Ok(Self {
            epoll,
            acceptor: Acceptor::new(listener)?,
            clients: Slots::new(),
            ready: Vec::new(),
        })
    }

    /// With work left in the list, the kernel is asked for news and not waited for.
    fn timeout(&self) -> PollTimeout {
        match self.ready.is_empty() {
            true => epoll_timeout(self.acceptor.timeout()),
            false => PollTimeout::ZERO,
        }
    }

    // ANCHOR: ready
    /// Puts a client on the list.
    fn note(&mut self, key: u64, events: EpollFlags) {
        let Some(listed) = self.clients.get_mut(key) else {
            return;
        };
        // Behind the bytes lies the end, or an urgent byte and what follows it. None of it is told a second time.
        if events.intersects(BEHIND_THE_BYTES) {
            listed.client.read_on();
        }
        if !mem::replace(&mut listed.is_ready, true) {
            self.ready.push(key);
        }
    }

    /// A turn for each client on the list. Who may have more stays on it.
    fn serve_ready(&mut self, buffer: &mut [u8]) {
        let clients = &mut self.clients;
        self.ready.retain(|&key| {
            let Some(listed) = clients.get_mut(key) else {
                return false;
            };
            match listed.client.turn(buffer) {
                Next::Turn => return true,
                Next::Readable | Next::Writable => listed.is_ready = false,
                Next::End => drop(clients.remove(key)),
            }
            false
        });
    }
    // ANCHOR_END: ready

    // ANCHOR: accept
    /// A new client is announced once and for everything.
    fn accept(&mut self) {
        let wanted = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | BEHIND_THE_BYTES | EpollFlags::EPOLLET;
        for client in self.acceptor.accept() {
            let is_ready = false;
            let (key, listed) = self.clients.insert(Listed { client, is_ready });
            if let Err(error) = self.epoll.add(&listed.client, EpollEvent::new(wanted, key)) {
                warn!("closed a client: cannot wait for it: {error}");
                self.clients.remove(key);
            }
        }
    }
    // ANCHOR_END: accept
}
