//! The handler of clients that speak HTTP, and its parts for handlers that do more.

use std::time::{Duration, Instant};

use net::{ClientConnection, Handler, Limits, NetError, RateLimit, RateLimiter};

use crate::conversation::Conversation;
use crate::date;
use crate::encode::{self, Terms};
use crate::refusal;
use crate::response::Response;
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
    first_request: Option<Duration>,
}

impl<S: Service> Http<S> {
    /// A handler for this service. `limits` are those that the server has got.
    #[must_use]
    pub fn new(service: S, limits: &Limits) -> Self {
        Self {
            service,
            rate_limit: limits.rate_limit,
            first_request: None,
        }
    }

    /// The first request must be whole so soon after the connection was made. Between two requests a client may be silent
    /// for the idle timeout, which is long; one that has said nothing at all only takes a place.
    #[must_use]
    pub fn first_request_within(self, time: Duration) -> Self {
        Self {
            first_request: Some(time),
            ..self
        }
    }
}

impl<S: Service + Send + Sync + 'static> Handler for Http<S> {
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        let time = self.first_request;
        client.set_deadline(time.and_then(|time| Instant::now().checked_add(time)));
        converse(&self.service, client, self.rate_limit).map_err(|reason| match (reason, time) {
            (NetError::DeadlineOver, Some(time)) => NetError::NoRequest(time),
            (reason, _) => reason,
        })
    }

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        last_words(reason)
    }
}

/// Answers the requests of one client until it goes, or has to: what [`Http`] does, for a service that lives no longer than
/// this call. A client that waits for an answer is told why it ends; one that could not be let in is told the
/// [`last_words`].
///
/// The [deadline](ClientConnection::set_deadline) that the client has, if it has one, is for its first request, and is gone
/// with that.
///
/// # Errors
/// Why the conversation ends, where it is not in order.
pub fn converse<S: Service + ?Sized>(
    service: &S,
    client: &mut ClientConnection,
    rate_limit: Option<RateLimit>,
) -> Result<(), NetError> {
    let limiter = rate_limit.map(|limit| RateLimiter::new(limit, Instant::now()));
    Conversation::new(service, client, limiter).run()
}

/// This response as bytes, for whoever has read the request by other means. The connection is closed behind it, but for one
/// that [switches](Response::switching_protocols).
#[must_use]
pub fn encode(response: &Response) -> Vec<u8> {
    let (date, mut out) = (date::now(), Vec::new());
    let connection = Terms::closing(&date).connection.filter(|_| !response.switches());
    let terms = Terms {
        connection,
        ..Terms::closing(&date)
    };
    encode::append(response, terms, &mut out);
    out
}

/// The answer to a client that is not let in, for this reason; nothing for any other.
#[must_use]
pub fn last_words(reason: &NetError) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(response) = refusal::at_the_door(reason) {
        encode::append(&response, Terms::closing(&date::now()), &mut out);
    }
    out
}
