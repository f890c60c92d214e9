//! The state of a session at its worker: user, room, rate limit. It has one owner at a time, so no lock guards it.

use std::sync::Arc;
use std::time::Instant;

use net::{RateLimit, RateLimiter, Verdict};

use crate::game::User;
use crate::session::Session;

/// The worker's part of a session. It moves with it.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) session: Arc<Session>,
    /// Set by the login.
    pub(crate) user_id: Option<Arc<str>>,
    /// Set while the user is in a room.
    pub(crate) seat: Option<Seat>,
    limiter: Option<RateLimiter>,
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
