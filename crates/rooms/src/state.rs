//! The state of a session at its worker: user, room, rate limit. It has one owner at a time, so no lock guards it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use net::{RateLimit, RateLimiter, Verdict};

use crate::item::Item;
use crate::session::Session;
use crate::user::User;
use crate::wishes::Departure;

/// The worker's part of a session. It moves with it.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) session: Arc<Session>,
    /// Set by the login.
    pub(crate) user_id: Option<Arc<str>>,
    /// Set while the user is in a room.
    pub(crate) seat: Option<Seat>,
    limiter: Option<RateLimiter>,
    /// Tickets that are not back.
    tickets: usize,
    /// What has come for it while it was parked, the oldest first. The credit of the client thread bounds the items.
    waiting: VecDeque<Waiting>,
}

/// What waits until a session goes on.
#[derive(Debug)]
pub(crate) enum Waiting {
    /// The rest of the item that has parked it, or a later one.
    Item(Item),
    /// It is to leave its room.
    Departure(Departure),
    /// It is to be closed.
    Close,
}

/// A user's place in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) room: usize,
    pub(crate) unique_id: u64,
}

impl State {
    pub(crate) fn new(session: Arc<Session>, rate_limit: Option<RateLimit>, now: Instant) -> Self {
        Self {
            session,
            user_id: None,
            seat: None,
            limiter: rate_limit.map(|limit| RateLimiter::new(limit, now)),
            tickets: 0,
            waiting: VecDeque::new(),
        }
    }

    /// True while nothing of this session may be answered.
    pub(crate) fn is_parked(&self) -> bool {
        self.tickets > 0
    }

    /// A ticket is out.
    pub(crate) fn park(&mut self, now: Instant) {
        if self.tickets == 0 {
            self.session.progress().park(now);
        }
        self.tickets += 1;
    }

    /// A ticket is back.
    pub(crate) fn resume(&mut self, now: Instant) {
        self.tickets = self.tickets.saturating_sub(1);
        if self.tickets == 0 {
            self.session.progress().resume(now);
        }
    }

    /// Puts the rest of the item that has parked it before what has come since.
    pub(crate) fn wait_first(&mut self, item: Item) {
        self.waiting.push_front(Waiting::Item(item));
    }

    /// Puts a later item behind what waits.
    pub(crate) fn wait(&mut self, item: Item) {
        self.waiting.push_back(Waiting::Item(item));
    }

    /// Puts a departure behind what waits; once, however often the logic asks for it.
    pub(crate) fn wait_to_depart(&mut self, departure: Departure) {
        let same = |waiting: &Waiting| matches!(waiting, Waiting::Departure(one) if *one == departure);
        if !self.waiting.iter().any(same) {
            self.waiting.push_back(Waiting::Departure(departure));
        }
    }

    /// Is closed as soon as it goes on: what waits is not answered any more.
    pub(crate) fn wait_to_close(&mut self) {
        self.waiting.push_front(Waiting::Close);
    }

    /// What is next, unless it is parked.
    pub(crate) fn next_waiting(&mut self) -> Option<Waiting> {
        match self.is_parked() {
            true => None,
            false => self.waiting.pop_front(),
        }
    }

    /// What becomes of one more packet.
    pub(crate) fn verdict(&mut self, now: Instant) -> Verdict {
        self.limiter
            .as_mut()
            .map_or(Verdict::Accept, |limiter| limiter.packet(now))
    }

    pub(crate) fn user(&self) -> Option<User<'_>> {
        Some(User {
            user_id: self.user_id.as_deref()?,
            session: &self.session,
        })
    }
}
