//! Accepts clients without waiting, for the models that serve all clients on one thread.

use std::io;
use std::iter;
use std::net::TcpListener;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::poll::PollTimeout;
use tracing::debug;

use crate::accept::Pauses;
use crate::client::{Client, at_once};

/// Newcomers in one go: a rush of them must not keep the others waiting.
const AT_ONCE: usize = 64;

/// A listener that does not block, and what is known about it.
pub(crate) struct Door<'a> {
    listener: &'a TcpListener,
    pauses: Pauses,
    /// After a failure it is left alone until then.
    closed_until: Option<Instant>,
    /// Clients may be waiting. Who is told only once must not forget that.
    has_knocked: bool,
}

impl<'a> Door<'a> {
    pub(crate) fn new(listener: &'a TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener,
            pauses: Pauses::new(),
            closed_until: None,
            has_knocked: false,
        })
    }

    /// The listener was said to be readable.
    pub(crate) fn knock(&mut self) {
        self.has_knocked = true;
    }

    /// False while it is to be left alone, and so must not be waited for: it would be ready at once, all the time.
    pub(crate) fn is_open(&self) -> bool {
        self.closed_until.is_none_or(|until| until <= Instant::now())
    }

    /// How long a wait may last: not beyond a pause, and not at all where clients are known to be waiting.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        match self.closed_until {
            Some(until) => Some(until.saturating_duration_since(Instant::now())),
            None => self.has_knocked.then_some(Duration::ZERO),
        }
    }

    /// The same in milliseconds, and rounded up: rounded down, the last one would be spent asking again and again.
    pub(crate) fn poll_timeout(&self) -> PollTimeout {
        self.timeout().map_or(PollTimeout::NONE, |timeout| {
            PollTimeout::try_from(timeout + Duration::from_micros(999)).unwrap_or(PollTimeout::MAX)
        })
    }

    // ANCHOR: newcomers
    /// Those who wait at the door, if any do.
    pub(crate) fn newcomers(&mut self) -> impl Iterator<Item = Client> {
        iter::from_fn(|| self.newcomer()).take(AT_ONCE)
    }

    fn newcomer(&mut self) -> Option<Client> {
        while self.has_knocked && self.is_open() {
            self.closed_until = None;
            match at_once(|| self.listener.accept()) {
                Ok(Some((stream, peer))) => {
                    self.pauses.reset();
                    match Client::new(stream, peer) {
                        Ok(client) => return Some(client),
                        Err(error) => debug!(%peer, "broke off: {error}"),
                    }
                }
                Ok(None) => self.has_knocked = false,
                Err(error) => self.closed_until = Some(Instant::now() + self.pauses.after(&error)),
            }
        }
        None
    }
    // ANCHOR_END: newcomers
}

impl AsFd for Door<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}
