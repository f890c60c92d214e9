//! What the author of a server writes.

use crate::request::Request;
use crate::response::Response;

/// Answers requests. Routes are a `match (request.method(), request.path())`.
///
/// It is called on the client's own thread, so it may block: only this client waits. All clients share `self`.
/// Where it panics, the client gets 500, the panic is logged, and the connection is closed; others go on.
pub trait Service: Send + Sync + 'static {
    /// The answer to one request.
    fn answer(&self, request: &Request) -> Response;
}

/// For routes that need no more than a function.
impl<F> Service for F
where
    F: Fn(&Request) -> Response + Send + Sync + 'static,
{
    fn answer(&self, request: &Request) -> Response {
        self(request)
    }
}
