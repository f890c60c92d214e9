//! What the author of a server writes.

use net::{ClientConnection, NetError};

use crate::request::Request;
use crate::response::Response;

/// Answers requests. Routes are a `match (request.method(), request.path())`.
///
/// It is called on the client's own thread, so it may block: only this client waits. Behind [`Http`](crate::Http) all clients share `self`.
/// Where it panics, the client gets 500, the panic is logged, and the connection is closed; others go on.
pub trait Service {
    /// The answer to one request.
    fn answer(&self, request: &Request) -> Response;

    /// Goes on with a client in another protocol, after [`answer`](Self::answer) has given
    /// [`Response::switching_protocols`] and it was sent. `rest` are the bytes that have come behind the request: they are
    /// of the new protocol already. The request is given away, so that it need not be kept for as long as that goes on.
    /// When this ends the connection does, and whatever had to be said was said here.
    ///
    /// Without it the connection is closed.
    ///
    /// # Errors
    /// Why the connection ends, where it is not in order.
    fn upgrade(&self, request: Request, client: &mut ClientConnection, rest: &[u8]) -> Result<(), NetError> {
        let _ = (request, client, rest);
        Ok(())
    }
}

/// For routes that need no more than a function.
impl<F> Service for F
where
    F: Fn(&Request) -> Response,
{
    fn answer(&self, request: &Request) -> Response {
        self(request)
    }
}
