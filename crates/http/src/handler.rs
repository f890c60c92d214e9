//! The handler of clients that speak HTTP.

use std::time::Instant;

use net::{ClientConnection, Handler, Limits, NetError, RateLimit, RateLimiter};

use crate::conversation::Conversation;
use crate::date;
use crate::encode::{self, Terms};
use crate::refusal;
use crate::service::Service;

/// Serves clients that speak HTTP/1.1: the handler of a [`net::TcpServer`].
///
/// The limits are those of `net`, and they count requests: silence between two of them is the idle timeout, the frame
/// timeout is from the first byte of a request to its last, the rate limit is in requests. How long a request may be
/// is fixed: [`MAX_HEAD`](crate::MAX_HEAD), [`MAX_FIELDS`](crate::MAX_FIELDS), [`MAX_BODY`](crate::MAX_BODY).
#[derive(Debug)]
pub struct Http<S> {
    service: S,
    rate_limit: Option<RateLimit>,
}

impl<S: Service> Http<S> {
    /// A handler for this service. `limits` are those that the server has got.
    #[must_use]
    pub fn new(service: S, limits: &Limits) -> Self {
        Self {
            service,
            rate_limit: limits.rate_limit,
        }
    }
}

impl<S: Service> Handler for Http<S> {
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        let limiter = self
            .rate_limit
            .map(|limit| RateLimiter::new(limit, Instant::now()));
        Conversation::new(&self.service, client, limiter).run()
    }

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(response) = refusal::farewell(reason) {
            encode::append(&response, Terms::closing(&date::now()), &mut out);
        }
        out
    }
}
