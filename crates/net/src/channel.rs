//! What may stand between the bytes of a handler and its client's socket: encryption, such as TLS.

use std::fmt::Debug;

use crate::NetError;

/// Turns plain bytes into those that go over the wire, and back. It makes no socket call: whoever has the bytes sends
/// them, so a lock inside of it is never held while somebody waits for the network.
///
/// The client's own thread calls [`open`](Self::open), while others call [`seal`](Self::seal); so the methods take
/// `&self`. Sealed bytes must go out in the order in which they were sealed, which [`Sender`](crate::Sender) sees to.
///
/// What it keeps must be bounded: a piece that is not complete, and few bytes of its own.
///
/// ```
/// use net::{Channel, NetError, Opened};
///
/// /// No secret at all, but the bytes are others.
/// #[derive(Debug)]
/// struct Turned;
///
/// impl Channel for Turned {
///     fn open(&self, wire: &[u8], plain: &mut Vec<u8>) -> Result<Opened, NetError> {
///         plain.extend(wire.iter().map(|byte| !byte));
///         Ok(Opened::default())
///     }
///     fn seal(&self, plain: &[u8], wire: &mut Vec<u8>) -> Result<(), NetError> {
///         wire.extend(plain.iter().map(|byte| !byte));
///         Ok(())
///     }
///     fn own_bytes(&self, _wire: &mut Vec<u8>) {}
///     fn end(&self, wire: &mut Vec<u8>) {
///         wire.push(0);
///     }
/// }
///
/// let (mut wire, mut plain) = (Vec::new(), Vec::new());
/// Turned.seal(b"hello", &mut wire)?;
/// Turned.open(&wire, &mut plain)?;
/// assert_eq!((&plain[..], wire[0]), (&b"hello"[..], !b'h'));
/// # Ok::<(), NetError>(())
/// ```
pub trait Channel: Debug + Send + Sync + 'static {
    /// Takes in bytes of the socket, and appends what they say. That may be nothing, and it may be more bytes than came
    /// now. Called once without bytes behind the handshake, for what has come with the end of that.
    ///
    /// # Errors
    /// [`NetError::Protocol`] where the other side breaks the rules. [`own_bytes`](Self::own_bytes) may say why to it.
    fn open(&self, wire: &[u8], plain: &mut Vec<u8>) -> Result<Opened, NetError>;

    /// Appends what is to be sent for these bytes: with [`own_bytes`](Self::own_bytes) before them, where there are any.
    ///
    /// # Errors
    /// When nothing can be sent any more.
    fn seal(&self, plain: &[u8], wire: &mut Vec<u8>) -> Result<(), NetError>;

    /// Appends what it has to say by itself, such as an answer to a change of keys.
    fn own_bytes(&self, wire: &mut Vec<u8>);

    /// Appends its last bytes, which say that the end is meant: the `close_notify` of TLS.
    fn end(&self, wire: &mut Vec<u8>);
}

/// What bytes of the socket have led to, besides plain bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opened {
    /// Bytes of a piece that is not complete yet. It must become complete within the frame timeout.
    pub pending: usize,
    /// There are [`own_bytes`](Channel::own_bytes) to be sent.
    pub replies: bool,
    /// The other side has said its end: nothing more comes.
    pub ended: bool,
}
