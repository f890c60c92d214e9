//! What a client is told where its service is not asked.

use std::error::Error;

use net::NetError;

use crate::mistake::Mistake;
use crate::response::Response;

/// When a client that was refused may come back, in seconds: places become free at any moment, and clients that come
/// back at once would keep the server busy with refusing.
const RETRY_AFTER: &str = "1";

/// The answer to a client that is not let in.
pub(crate) fn at_the_door(reason: &NetError) -> Option<Response> {
    match reason {
        NetError::TooManyFrom { .. } => Some(too_many_connections()),
        NetError::ServerFull(_) | NetError::NoThread(_) => Some(server_full()),
        _ => None,
    }
}

/// The last answer on a connection that ends for this reason; none where the client waits for none.
pub(crate) fn farewell(reason: &NetError) -> Option<Response> {
    match reason {
        NetError::Protocol(cause) => mistake(cause.as_ref()).map(Mistake::response),
        NetError::FrameTimeout(_) => Some(too_slow()),
        NetError::EndInside(_) => Some(half_a_request()),
        NetError::Panicked(_) => Some(our_mistake()),
        NetError::RateLimited(_) => Some(too_many_requests()),
        _ => None,
    }
}

fn mistake(cause: &(dyn Error + Send + Sync + 'static)) -> Option<Mistake> {
    cause.downcast_ref::<Mistake>().copied()
}

/// A part of a request has come, and then nothing for too long.
pub(crate) fn too_slow() -> Response {
    Response::error(408, "request_timeout", "the request has not come whole in time")
}

/// A part of a request has come, and the server ends.
pub(crate) fn shutting_down() -> Response {
    later(503, "shutting_down", "the server ends")
}

/// The request is over the rate limit.
pub(crate) fn too_many_requests() -> Response {
    later(429, "too_many_requests", "over the rate limit of one connection")
}

fn too_many_connections() -> Response {
    let message = "this address has as many connections open as it may have";
    later(429, "too_many_connections", message)
}

fn server_full() -> Response {
    let message = "the server has as many connections open as it can have";
    later(503, "server_full", message)
}

fn half_a_request() -> Response {
    Response::error(400, "bad_request", "the connection ends inside a request")
}

fn our_mistake() -> Response {
    let message = "the server has made a mistake, which stands in its log";
    Response::error(500, "internal_error", message)
}

fn later(status: u16, code: &str, message: &str) -> Response {
    Response::error(status, code, message).with_header("Retry-After", RETRY_AFTER)
}
