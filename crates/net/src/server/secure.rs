//! What a port has that is encrypted: the beginning of a conversation, which agrees on the keys.

use std::fmt::Debug;
use std::sync::Arc;

use super::{ClientConnection, Decline};
use crate::{Channel, NetError};

/// Makes the connections of a server secret. Give it to [`TcpServer::secured`](crate::TcpServer::secured).
pub trait Secure: Debug + Send + Sync + 'static {
    /// Agrees with the client on the keys, on the client's own thread and before its handler: reads and writes of
    /// `client` are those of the socket. It has [`Limits::handshake_timeout`](crate::Limits::handshake_timeout) for
    /// that, which is set as the deadline. Afterwards all bytes go through the channel, and the handler does not
    /// notice.
    ///
    /// # Errors
    /// [`NetError::Handshake`] where no agreement comes about, else those of reading and writing.
    fn handshake(&self, client: &mut ClientConnection) -> Result<Arc<dyn Channel>, NetError>;

    /// What a client is sent that is refused before any handshake; it could not read the handler's last words. Nothing
    /// by default.
    fn refusal(&self) -> Vec<u8> {
        Vec::new()
    }

    /// How a few clients at the same time are told more: with a handshake, and then what `words` says to what has come
    /// through the channel, which may be nothing yet. All others get the [`refusal`](Self::refusal), as do all where this is
    /// `None`, the default.
    fn decline(&self, words: Decline) -> Option<Decline> {
        let _ = words;
        None
    }
}
