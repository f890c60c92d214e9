//! Many connections of the closed loop on one thread: epoll, one read and one write for each that is ready,
//! and nothing allocated.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use mio::{Events, Interest, Poll, Token};

use crate::connection::LoadConnection;
use crate::traffic::Traffic;

/// Bytes that one read takes at most.
const READ_BUFFER: usize = 64 * 1024;

/// Connections that one wait reports at most: all of the largest default cell.
const EVENTS: usize = 1_024;

/// How long caches, the scheduler and the threads of the server get to settle.
const WARM_UP: Duration = Duration::from_millis(300);

/// How long the last messages may take to come back.
const LAST_MESSAGES: Duration = Duration::from_secs(10);

/// One thread's share of a cell.
pub(crate) struct EventLoop<'a> {
    traffic: &'a Traffic,
    poll: Poll,
    events: Events,
    connections: Vec<LoadConnection>,
    buffer: Vec<u8>,
    /// Messages that have come back.
    messages: u64,
    sending: bool,
}

impl<'a> EventLoop<'a> {
    /// Opens the connections with these numbers. Nothing is sent yet.
    pub(crate) fn open(
        address: SocketAddr,
        numbers: Range<usize>,
        traffic: &'a Traffic,
    ) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(numbers.len());
        for (token, number) in numbers.enumerate() {
            let mut connection = LoadConnection::open(address, number, traffic)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(&mut connection.stream, Token(token), interest)?;
            connections.push(connection);
        }
        Ok(Self {
            traffic,
            poll,
            events: Events::with_capacity(EVENTS),
            connections,
            buffer: vec![0; READ_BUFFER],
            messages: 0,
            sending: true,
        })
    }

    /// Warms up, counts for `window`, waits for the last messages, and returns messages per second.
    pub(crate) fn measure(mut self, window: Duration) -> anyhow::Result<f64> {
        self.run_until(Instant::now() + WARM_UP)?;
        let (begin, before) = (Instant::now(), self.messages);
        self.run_until(begin + window)?;
        let per_second = (self.messages - before) as f64 / begin.elapsed().as_secs_f64();
        self.finish()?;
        Ok(per_second)
    }

    fn run_until(&mut self, deadline: Instant) -> anyhow::Result<()> {
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            self.turn(left)?;
        }
        Ok(())
    }

    /// Every byte that was sent must come back.
    fn finish(mut self) -> anyhow::Result<()> {
        self.sending = false;
        let deadline = Instant::now() + LAST_MESSAGES;
        while self
            .connections
            .iter()
            .any(|connection| connection.waits(self.traffic))
        {
            let left = deadline.saturating_duration_since(Instant::now());
            ensure!(
                !left.is_zero(),
                "messages did not come back within {LAST_MESSAGES:?}"
            );
            self.turn(left)?;
        }
        Ok(())
    }

    /// Waits once, and serves the connections that are ready. The first event of each says that it can be
    /// written, which starts it.
    fn turn(&mut self, longest: Duration) -> anyhow::Result<()> {
        match self.poll.poll(&mut self.events, Some(longest)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            other => other.context("cannot wait for events")?,
        }
        for event in &self.events {
            let connection = &mut self.connections[event.token().0];
            if event.is_readable() {
                self.messages += connection.receive(event, self.traffic, &mut self.buffer)?;
            }
            if self.sending {
                connection.send(self.traffic)?;
            }
        }
        Ok(())
    }
}
