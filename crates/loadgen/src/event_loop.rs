//! Many clients of a closed loop on one thread: epoll, one read and one write for each that is ready, and
//! nothing allocated.

use std::io::ErrorKind;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// Bytes that one read takes at most.
const READ_BUFFER: usize = 64 * 1024;

/// Clients that one wait reports at most: all of the largest default cell.
const EVENTS: usize = 1_024;

/// How long caches, the scheduler and the threads of the server get to settle.
const WARM_UP: Duration = Duration::from_millis(300);

/// How long the last messages may take to come back.
const LAST_MESSAGES: Duration = Duration::from_secs(10);

/// One client, as its event loop sees it.
pub(crate) trait Client {
    /// The socket that is waited for.
    fn stream(&mut self) -> &mut TcpStream;

    /// Takes what has come, and returns how many messages that completed.
    fn receive(&mut self, event: &Event, buffer: &mut [u8]) -> anyhow::Result<u64>;

    /// Sends all that may be sent, in one write where the kernel takes it.
    fn send(&mut self) -> anyhow::Result<()>;

    /// True while something that was sent has not come.
    fn waits(&self) -> bool;
}

/// One thread's share of a cell.
pub(crate) struct EventLoop<C> {
    poll: Poll,
    events: Events,
    clients: Vec<C>,
    buffer: Vec<u8>,
    /// Messages that have come.
    messages: u64,
    sending: bool,
}

impl<C: Client> EventLoop<C> {
    /// Takes these clients. Nothing is sent yet.
    pub(crate) fn new(mut clients: Vec<C>) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        for (token, client) in clients.iter_mut().enumerate() {
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(client.stream(), Token(token), interest)?;
        }
        Ok(Self {
            poll,
            events: Events::with_capacity(EVENTS),
            clients,
            buffer: vec![0; READ_BUFFER],
            messages: 0,
            sending: true,
        })
    }

    /// Warms up, counts for `window`, waits for the last messages, and returns messages per second.
    ///
    /// `all` are the threads of the cell: a message of one may be for a client of another. So none looks for
    /// its last messages before all have stopped sending, and none closes before all have theirs.
    pub(crate) fn measure(mut self, window: Duration, all: &Barrier) -> anyhow::Result<f64> {
        let per_second = self.count(window);
        all.wait();
        let finished = per_second.and_then(|per_second| self.finish().map(|()| per_second));
        all.wait();
        finished
    }

    fn count(&mut self, window: Duration) -> anyhow::Result<f64> {
        self.run_until(Instant::now() + WARM_UP)?;
        let (begin, before) = (Instant::now(), self.messages);
        self.run_until(begin + window)?;
        Ok((self.messages - before) as f64 / begin.elapsed().as_secs_f64())
    }

    fn run_until(&mut self, deadline: Instant) -> anyhow::Result<()> {
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            self.turn(left)?;
        }
        Ok(())
    }

    /// All that was sent must come.
    fn finish(&mut self) -> anyhow::Result<()> {
        self.sending = false;
        let deadline = Instant::now() + LAST_MESSAGES;
        while self.clients.iter().any(Client::waits) {
            let left = deadline.saturating_duration_since(Instant::now());
            ensure!(!left.is_zero(), "messages did not come within {LAST_MESSAGES:?}");
            self.turn(left)?;
        }
        Ok(())
    }

    /// Waits once, and serves the clients that are ready. The first event of each says that it can be
    /// written, which starts it.
    fn turn(&mut self, longest: Duration) -> anyhow::Result<()> {
        match self.poll.poll(&mut self.events, Some(longest)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            other => other.context("cannot wait for events")?,
        }
        for event in &self.events {
            let client = &mut self.clients[event.token().0];
            if event.is_readable() {
                self.messages += client.receive(event, &mut self.buffer)?;
            }
            if self.sending {
                client.send()?;
            }
        }
        Ok(())
    }
}
