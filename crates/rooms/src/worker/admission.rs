//! The rate limit at the worker: which packets are answered, dropped, or end their connection; and the trace of them.

use std::time::Instant;

use net::{NetError, Verdict};
use protocol::{ErrorCode, Frame};
use tracing::info;

use super::Worker;
use crate::game::Game;
use crate::state::State;
use crate::trace::Direction;

impl<G: Game> Worker<G> {
    /// True for a packet within the rate limit. What counts is when it was read: that it has waited for this
    /// worker is no fault of the client.
    pub(super) fn admit(&mut self, state: &mut State, frame: &Frame<'_>, read_at: Instant) -> bool {
        let verdict = state.verdict(read_at);
        if let Some(trace) = &self.engine.config.trace {
            let direction = match verdict {
                Verdict::Accept => Direction::In,
                _ => Direction::Dropped,
            };
            trace(direction, &state.session, frame.bytes);
        }
        match verdict {
            Verdict::Accept | Verdict::Drop => {}
            Verdict::DropAndTell => {
                info!(client = state.session.id(), "rate limit: packets are dropped");
                self.notify(state, ErrorCode::RATE_LIMITED);
            }
            Verdict::Close { per_second } => {
                state.session.dismiss(NetError::RateLimited(per_second));
            }
        }
        verdict == Verdict::Accept
    }
}
