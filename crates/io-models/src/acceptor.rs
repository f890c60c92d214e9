//! Accepts clients for the epoll models, on the thread that serves all clients and must not wait for one.

use std::io;
use std::iter;
use std::net::TcpListener;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::poll::PollTimeout;
use tracing::debug;

use crate::client::{Client, at_once};
use crate::pauses::Pauses;

/// Clients that are accepted in one go: a rush of them must not keep the others waiting.
const AT_ONCE: usize = 64;

/// A listener that does not block, and what is known about it.
pub(crate) struct Acceptor<'a> {
    listener: &'a TcpListener,
    /// After a failure the listener is left alone for a while.
    pauses: Pauses,
    /// Clients may be waiting. Edge-triggered, epoll tells it only once, so it is remembered here.
    is_ready: bool,
}

impl<'a> Acceptor<'a> {
    pub(crate) fn new(listener: &'a TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener,
            pauses: Pauses::new(),
            is_ready: false,
        })
    }

    /// The listener was said to be readable.
    pub(crate) fn set_ready(&mut self) {
        self.is_ready = true;
    }

    /// True while the listener must not be waited for: level-triggered, it would be ready at once, all the time.
    pub(crate) fn is_pausing(&self) -> bool {
        self.pauses.left().is_some()
    }

    /// How long a wait may last: not beyond a pause, and not at all where clients are known to be waiting.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.pauses
            .left()
            .or_else(|| self.is_ready.then_some(Duration::ZERO))
    }

    // ANCHOR: accept
    /// The clients that wait to be accepted, if any do.
    pub(crate) fn accept(&mut self) -> impl Iterator<Item = Client> {
        iter::from_fn(|| self.accept_one()).take(AT_ONCE)
    }

    fn accept_one(&mut self) -> Option<Client> {
        while self.is_ready && !self.is_pausing() {
            match at_once(|| self.listener.accept()) {
                Ok(Some((stream, peer))) => {
                    self.pauses.reset();
                    match Client::new(stream, peer) {
                        Ok(client) => return Some(client),
                        Err(error) => debug!(%peer, "broke off: {error}"),
                    }
                }
                Ok(None) => self.is_ready = false,
                Err(error) => self.pauses.begin_after(&error),
            }
        }
        None
    }
    // ANCHOR_END: accept
}

impl AsFd for Acceptor<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}

/// In milliseconds, as epoll_wait(2) has it, and rounded up: rounded down, the last one would be spent asking again and
/// again.
pub(crate) fn epoll_timeout(timeout: Option<Duration>) -> PollTimeout {
    timeout.map_or(PollTimeout::NONE, |timeout| {
        PollTimeout::try_from(timeout + Duration::from_micros(999)).unwrap_or(PollTimeout::MAX)
    })
}
