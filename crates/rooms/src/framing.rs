//! Another way to carry the same stream of packets, such as WebSocket: what such a way must offer, and how it comes in.

use std::fmt::Debug;
use std::sync::Arc;

use net::{ClientConnection, Decline, NetError};

use crate::transport::Transport;

/// What is spoken at a port around the packets. Give it to [`Port::framed`](crate::Port::framed).
///
/// Its clients become sessions like all others, with the same limits and in the same rooms.
pub trait Framing: Debug + Send + Sync + 'static {
    /// Serves a client on its own thread. It may talk of other things first, over HTTP for example; when the packets begin
    /// it calls [`Entrance::enter`], whose outcome it gives back.
    ///
    /// The login timeout holds for these other things too: it is the [deadline](ClientConnection::set_deadline) of the
    /// client, until a framing takes that away. With the packets it begins anew.
    ///
    /// # Errors
    /// Why the connection ended, where that was not the client's own wish.
    fn serve(&self, client: &mut ClientConnection, rooms: &dyn Entrance) -> Result<(), NetError>;

    /// How a client is told that it is refused, before anything else was said; `words` are the packets that a client
    /// without framing would get.
    fn last_words(&self, reason: &NetError, words: Vec<u8>) -> Vec<u8>;

    /// How a few clients at the same time are told it better, which are listened to first: see
    /// [`net::Handler::decline`].
    fn decline(&self, reason: &NetError, words: Vec<u8>) -> Option<Decline> {
        let _ = (reason, words);
        None
    }
}

/// The rooms behind a port.
pub trait Entrance {
    /// From here on the client is a session: returns when that has ended and all is sent, the end of `transport` too.
    ///
    /// `transport` frames what goes to the client, most often on [`ClientConnection::sender`]; `unframe` takes the
    /// frames off what comes, and begins with `first_bytes`, which were read already.
    ///
    /// # Errors
    /// Why the session ended, where that was not the client's own wish.
    fn enter(
        &self,
        client: &mut ClientConnection,
        unframe: Box<dyn Unframe>,
        transport: Arc<dyn Transport>,
        first_bytes: &[u8],
    ) -> Result<(), NetError>;
}

/// Takes the frames off what one client sends. Its memory is bounded, whatever a head claims.
pub trait Unframe: Send {
    /// Takes in bytes of the wire, all of them, and appends those of the stream of packets that they carry. Frame borders
    /// mean nothing: it may give half a packet or many.
    ///
    /// # Errors
    /// [`NetError::Protocol`] where the client breaks the rules of the framing. What it has appended before is still
    /// answered.
    fn unframe(&mut self, bytes: &[u8], packets: &mut Vec<u8>) -> Result<Unframed, NetError>;

    /// Bytes of a frame that is not complete: it must become complete within the frame timeout.
    fn pending(&self) -> usize;
}

/// What bytes of the wire have led to, besides packets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unframed {
    /// The client has said its end: nothing that comes behind it counts.
    pub closed: bool,
    /// The transport holds something now that was not handed to it by the outbox, such as a pong: it is to be pushed.
    pub replies: bool,
}
