//! The sending half of a client's connection, for threads that send whenever they have something.

use std::io::{ErrorKind, IoSlice};
use std::sync::Arc;

use parking_lot::Mutex;

use super::activity::Activity;
use crate::{Channel, Connection, NetError};

/// So many plain bytes are sealed at once: what one record of TLS can carry (RFC 8446, 5.1).
const PIECE: usize = 16 * 1024;

/// What is kept for the next piece when all is sent; ten thousand idle clients must not keep a piece each.
const KEPT_CAPACITY: usize = 4 * 1024;

/// Sends to one client and never waits: directly, or through its [`Channel`].
///
/// With a channel, bytes that are sealed must go out before any others, and whole, also where the kernel takes only some
/// of them. So the sender *holds* the rest, and takes nothing new before it is out. Whoever has sent sees
/// [`held`](Self::held), waits until the kernel takes bytes again, and [pushes](Self::send_now).
///
/// Threads may send at the same time. A lock keeps what they send in order; it is held around a call that never waits.
/// Without a channel there is no lock, and nothing is ever held.
#[derive(Debug)]
pub struct Sender {
    connection: Arc<Connection>,
    activity: Activity,
    sealing: Option<Sealing>,
}

/// What a sender has where there is a channel.
#[derive(Debug)]
struct Sealing {
    channel: Arc<dyn Channel>,
    /// Locked before the channel's own lock, and around both sealing and sending: two pieces that are sealed in one order
    /// and sent in another could not be read.
    held: Mutex<Held>,
}

/// Sealed bytes that the kernel has not taken.
#[derive(Debug, Default)]
struct Held {
    wire: Vec<u8>,
    sent: usize,
    has_ended: bool,
    is_shut: bool,
}

impl Sender {
    pub(super) fn new(
        connection: &Arc<Connection>,
        activity: &Activity,
        channel: Option<Arc<dyn Channel>>,
    ) -> Self {
        let held = Mutex::default();
        Self {
            connection: Arc::clone(connection),
            activity: activity.clone(),
            sealing: channel.map(|channel| Sealing { channel, held }),
        }
    }

    /// Sends what is held, and then what is taken of `bytes` at once: the count of bytes taken, 0 for none. Without bytes
    /// it only pushes what is held.
    ///
    /// # Errors
    /// [`NetError::Io`] for a broken connection, and behind the [end](Self::end).
    pub fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
        match &self.sealing {
            None if bytes.is_empty() => Ok(0),
            None => self.count(self.connection.send_now(bytes)),
            Some(sealing) => {
                let mut held = sealing.held.lock();
                self.push(&mut held)?;
                let mut taken = 0;
                while held.is_empty() && taken < bytes.len() {
                    let piece = &bytes[taken..bytes.len().min(taken + PIECE)];
                    held.seal(&*sealing.channel, piece)?;
                    taken += piece.len();
                    self.push(&mut held)?;
                }
                Ok(taken)
            }
        }
    }

    /// The same for bytes in several places, such as the head of a frame and what it carries.
    ///
    /// # Errors
    /// Those of [`send_now`](Self::send_now).
    pub fn send_now_vectored(&self, pieces: &[IoSlice<'_>]) -> Result<usize, NetError> {
        match &self.sealing {
            None if pieces.iter().all(|piece| piece.is_empty()) => Ok(0),
            None => self.count(self.connection.send_now_vectored(pieces)),
            // They are copied once when they are sealed; and so they share a record.
            Some(_) => self.send_now(&first_of(pieces)),
        }
    }

    /// Bytes that were taken and that the kernel has not taken yet.
    #[must_use]
    pub fn held(&self) -> usize {
        self.sealing
            .as_ref()
            .map_or(0, |sealing| sealing.held.lock().len())
    }

    /// Nothing more will be sent: the client reads what is under way, and then the end. Where something is held, the
    /// last bytes of the channel too, the end follows when that is pushed.
    pub fn end(&self) {
        // Where the connection is broken its thread finds out by itself.
        let _ = match &self.sealing {
            None => self.connection.shutdown_write(),
            Some(sealing) => {
                let mut held = sealing.held.lock();
                held.end(&*sealing.channel);
                self.push(&mut held)
            }
        };
    }

    /// Ends both directions at once, which also wakes whoever reads. What is held is lost.
    pub fn cut(&self) {
        self.connection.shutdown_both();
    }

    /// The socket, which can be waited for.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Sends what the channel has to say by itself.
    pub(super) fn send_own_bytes(&self) -> Result<(), NetError> {
        let Some(sealing) = &self.sealing else {
            return Ok(());
        };
        let mut held = sealing.held.lock();
        sealing.channel.own_bytes(&mut held.wire);
        self.push(&mut held)
    }

    fn push(&self, held: &mut Held) -> Result<(), NetError> {
        if !held.is_empty() {
            let count = self.count(self.connection.send_now(held.rest()))?;
            held.gone(count);
        }
        if held.is_to_be_shut() {
            // As in `end`.
            let _ = self.connection.shutdown_write();
        }
        Ok(())
    }

    fn count(&self, sent: Result<usize, NetError>) -> Result<usize, NetError> {
        sent.inspect(|count| self.activity.count_sent(*count))
    }
}

impl Held {
    fn len(&self) -> usize {
        self.wire.len() - self.sent
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn rest(&self) -> &[u8] {
        &self.wire[self.sent..]
    }

    fn seal(&mut self, channel: &dyn Channel, piece: &[u8]) -> Result<(), NetError> {
        match self.has_ended {
            true => Err(NetError::io("write", ErrorKind::BrokenPipe.into())),
            false => channel.seal(piece, &mut self.wire),
        }
    }

    fn end(&mut self, channel: &dyn Channel) {
        if !std::mem::replace(&mut self.has_ended, true) {
            channel.end(&mut self.wire);
        }
    }

    /// The kernel has taken so many.
    fn gone(&mut self, count: usize) {
        self.sent += count;
        if self.is_empty() {
            self.wire.clear();
            self.wire.shrink_to(KEPT_CAPACITY);
            self.sent = 0;
        }
    }

    /// True once, when the last byte is out.
    fn is_to_be_shut(&mut self) -> bool {
        self.has_ended && self.is_empty() && !std::mem::replace(&mut self.is_shut, true)
    }
}

/// The first bytes of all of them, as many as are sealed at once.
fn first_of(pieces: &[IoSlice<'_>]) -> Vec<u8> {
    let mut first = Vec::new();
    for piece in pieces {
        let room = PIECE - first.len();
        first.extend_from_slice(&piece[..piece.len().min(room)]);
    }
    first
}
