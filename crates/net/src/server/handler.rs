//! What the author of a server writes: how one client is served, and what it is told at the end.

use super::ClientConnection;
use crate::NetError;

/// Declines one client that is refused: it gets what the client sends, and gives the last words as soon as it knows them.
///
/// It is called on the thread that sees off all who are refused, so it must neither wait nor keep much.
pub type Decline = Box<dyn FnMut(&[u8]) -> Declined + Send>;

/// What is said to a client that is refused, when something has come from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declined {
    /// These bytes, or none: it is not known yet what will be the last words.
    Listen(Vec<u8>),
    /// The last words.
    Said(Vec<u8>),
}

/// What a server does for its clients. A closure `Fn(&mut ClientConnection) -> Result<(), NetError>` is one.
pub trait Handler: Send + Sync + 'static {
    /// Serves one client on its own thread, and returns when it is done. All clients share `self`.
    ///
    /// Errors of the client's reads and writes go up with `?`: the server closes the connection, logs the
    /// reason and counts the bytes.
    ///
    /// # Errors
    /// Why the connection ended, where that was not the client's own wish.
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError>;

    /// The last bytes that a client gets when the server ends its connection for `reason`, or refuses it.
    /// None by default.
    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        let _ = reason;
        Vec::new()
    }

    /// For a protocol in which a client that is refused must be listened to before it can be told anything, such as one that
    /// begins with a handshake: who does that. A few clients are declined so at the same time, for a second at most. All
    /// others get the [`last_words`](Self::last_words), as do all where this is `None`, the default.
    fn decline(&self, reason: &NetError) -> Option<Decline> {
        let _ = reason;
        None
    }
}

impl<F> Handler for F
where
    F: Fn(&mut ClientConnection) -> Result<(), NetError> + Send + Sync + 'static,
{
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        self(client)
    }
}
