//! The parameters of all rows: where the server is, how many clients and packets there are, how long to wait.

use std::cell::OnceCell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use harness::{Process, Usage};
use protocol::{ErrorCode, PacketId};

use super::chat;
use super::client::{ANSWER, Client};
use super::interrupt::{self, Interrupted};
use super::service::Service;

/// Connections that are left free when a row takes all the places of a server.
const LEFT_FREE: usize = 10;

/// A crowd comes and goes at 2,000 clients a second: so many, then a pause.
const AT_ONCE: usize = 20;
const PACE: Duration = Duration::from_millis(10);

/// Between two tries to get a place.
const TRY_AGAIN: Duration = Duration::from_millis(5);

/// A burst that no rate limit stops.
const LARGE_BURST: usize = 1_000;

/// What a soak goes by.
pub(super) struct Plan {
    pub(super) address: SocketAddr,
    pub(super) service: Service,
    pub(super) process: Option<Process>,
    /// The share of all counts that is asked for.
    pub(super) scale: f64,
    /// Connections at the same time.
    pub(super) clients: usize,
    /// How long a row waits for a timeout of the server.
    pub(super) patience: Duration,
    /// When it must be over.
    pub(super) end: Instant,
    /// Places that were found free, where the server has a limit.
    pub(super) places: OnceCell<Option<usize>>,
    /// Packets that the rate limit lets pass at once, where there is one.
    pub(super) burst: OnceCell<Option<usize>>,
}

/// Clients that were served once.
pub(super) struct Crowd {
    pub(super) clients: Vec<Client>,
    /// True when the server took no more.
    pub(super) is_full: bool,
}

impl Plan {
    /// The share of a full count that is asked for, and at least one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count is a count"
    )]
    pub(super) fn count(&self, full: usize) -> usize {
        ((full as f64 * self.scale).ceil() as usize).max(1)
    }

    /// So many connections at the same time, or as many as are allowed and find a place; two at least, or it
    /// would be no crowd.
    pub(super) fn crowd_size(&self, full: usize) -> anyhow::Result<usize> {
        let wanted = self.count(full).max(2).min(self.clients);
        let places = self
            .places()?
            .map(|places| places.saturating_sub(LEFT_FREE).max(1));
        Ok(places.map_or(wanted, |places| wanted.min(places)))
    }

    /// The same for connections that come and go: a server with few places has not yet noticed the end of some
    /// when the next ones come.
    pub(super) fn visitors(&self, full: usize) -> anyhow::Result<usize> {
        let crowd = self.crowd_size(full)?;
        let is_limited = self.places()?.is_some();
        Ok(if is_limited { crowd.div_ceil(4) } else { crowd })
    }

    /// How many more connections the server takes; `None` when that is more than are allowed here.
    pub(super) fn places(&self) -> anyhow::Result<Option<usize>> {
        if let Some(places) = self.places.get() {
            return Ok(*places);
        }
        let crowd = self.open_crowd(self.clients)?;
        let places = crowd.is_full.then_some(crowd.clients.len());
        self.dismiss(crowd.clients)?;
        Ok(*self.places.get_or_init(|| places))
    }

    /// Opens connections until there are so many, or the server refuses one.
    pub(super) fn open_crowd(&self, count: usize) -> anyhow::Result<Crowd> {
        let mut clients = Vec::with_capacity(count);
        while clients.len() < count {
            self.pace(clients.len())?;
            let mut client = self.connect()?;
            if self.greet(&mut client).is_err() {
                interrupt::check()?;
                let is_full = true;
                return Ok(Crowd { clients, is_full });
            }
            clients.push(client);
        }
        let is_full = false;
        Ok(Crowd { clients, is_full })
    }

    /// How many packets pass at once; `None` without a rate limit that a thousand of them meet.
    pub(super) fn burst(&self) -> anyhow::Result<Option<usize>> {
        if matches!(self.service, Service::Bytes | Service::Calculator) {
            // Nobody there could say so.
            return Ok(None);
        }
        if let Some(burst) = self.burst.get() {
            return Ok(*burst);
        }
        let mut client = self.connect()?;
        client.send(&self.service.request(1).repeat(LARGE_BURST))?;
        let limited = (
            PacketId::ERROR_NTF,
            ErrorCode::RATE_LIMITED.0.to_le_bytes().to_vec(),
        );
        let mut answered = 0;
        while answered < LARGE_BURST && client.packet()? != limited {
            answered += 1;
        }
        let burst = (answered < LARGE_BURST).then_some(answered);
        Ok(*self.burst.get_or_init(|| burst))
    }

    /// Between the connections of a crowd, and between their ends: a crowd is about how many there are, not
    /// about thousands that come or go in one moment, which on a small machine would measure this program.
    pub(super) fn pace(&self, number: usize) -> Result<(), Interrupted> {
        if number.is_multiple_of(AT_ONCE) {
            interrupt::pause(PACE)?;
        }
        interrupt::check()
    }

    /// The end of a crowd.
    pub(super) fn dismiss(&self, clients: Vec<Client>) -> Result<(), Interrupted> {
        for (number, client) in clients.into_iter().enumerate() {
            self.pace(number)?;
            drop(client);
        }
        Ok(())
    }

    pub(super) fn connect(&self) -> anyhow::Result<Client> {
        match self.service {
            Service::Chat => chat::connect(self.address),
            _ => Client::connect(self.address),
        }
    }

    /// A client that may do all that others do: in the chat it has logged in.
    pub(super) fn connect_as(&self, user_id: &str) -> anyhow::Result<Client> {
        match self.service {
            Service::Chat => chat::user(self.address, user_id),
            _ => self.connect(),
        }
    }

    /// One request and its reply.
    pub(super) fn greet(&self, client: &mut Client) -> anyhow::Result<()> {
        client.exchange(&self.service.request(7), &self.service.reply(7))
    }

    /// A new client is answered. It stands behind all others in the accept queue: when it has its answer
    /// they have been accepted. Gives the milliseconds.
    pub(super) fn greet_new_client(&self) -> anyhow::Result<f64> {
        let begin = Instant::now();
        let mut client = self.connect()?;
        self.greet(&mut client)?;
        Ok(begin.elapsed().as_secs_f64() * 1_000.0)
    }

    /// The same, where the server may still have to notice that others have gone.
    pub(super) fn greet_when_there_is_a_place(&self) -> anyhow::Result<f64> {
        let begin = Instant::now();
        loop {
            interrupt::check()?;
            match self.greet_new_client() {
                Ok(_) => return Ok(begin.elapsed().as_secs_f64() * 1_000.0),
                Err(error) if begin.elapsed() > ANSWER => return Err(error.context("a new client")),
                Err(_) => interrupt::pause(TRY_AGAIN)?,
            }
        }
    }

    /// What the server uses now, where that can be known.
    pub(super) fn usage(&self) -> anyhow::Result<Option<Usage>> {
        self.process.as_ref().map(Process::usage).transpose()
    }

    /// Memory that it has now more than before, in KiB.
    pub(super) fn grown_kib(&self, before: Option<Usage>) -> anyhow::Result<Option<u64>> {
        let now = self.usage()?;
        Ok(before
            .zip(now)
            .map(|(before, now)| now.resident_kib.saturating_sub(before.resident_kib)))
    }
}
