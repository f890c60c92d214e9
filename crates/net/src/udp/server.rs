//! `UdpServer`, the facade of a server that answers datagrams, one at a time.

use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use tracing::{debug, error, warn};

use super::activity::{DatagramActivity, DatagramSummary};
use super::{Datagram, UdpSocket};
use crate::{NetError, Shutdown, panic_text};

/// The pause after a failed receive: long enough not to spin, short enough not to be noticed.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// What the pause doubles up to.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What a server does with a datagram. A closure is one.
pub trait DatagramHandler {
    /// The reply, or why there is none, for the log.
    ///
    /// # Errors
    /// The reason, in a few words: `comes from a server`.
    fn reply(&mut self, datagram: &Datagram<'_>) -> Result<Vec<u8>, &'static str>;
}

impl<F: FnMut(&Datagram<'_>) -> Result<Vec<u8>, &'static str>> DatagramHandler for F {
    fn reply(&mut self, datagram: &Datagram<'_>) -> Result<Vec<u8>, &'static str> {
        self(datagram)
    }
}

// ANCHOR: longest_reply
/// The longest reply to a request of so many bytes: three times as long, and 32 bytes.
///
/// Anybody can send a datagram with the address of somebody else as its sender, who then gets the reply. A
/// server whose replies are many times as long as its requests makes such an attack many times as strong.
#[must_use]
pub fn longest_reply(request: usize) -> usize {
    request.saturating_mul(3).saturating_add(32)
}
// ANCHOR_END: longest_reply

/// A server that answers datagrams on the thread that runs it.
///
/// It outlives what it meets: a receive that fails is tried again after a pause, a reply that cannot be sent
/// is counted, a panic of the handler costs that reply only.
#[derive(Debug)]
pub struct UdpServer {
    socket: UdpSocket,
    max_datagram: usize,
    activity: DatagramActivity,
}

/// The server at work.
struct Running<H> {
    socket: UdpSocket,
    handler: H,
    activity: DatagramActivity,
}

impl UdpServer {
    /// A server on a socket that the caller has bound, for datagrams of up to 512 bytes.
    #[must_use]
    pub fn new(socket: UdpSocket) -> Self {
        Self {
            socket,
            max_datagram: 512,
            activity: DatagramActivity::default(),
        }
    }

    /// How many bytes of a datagram the handler sees at most. One that is longer is [cut](Datagram::cut),
    /// counted, and told in the log at the level debug.
    #[must_use]
    pub fn max_datagram(mut self, bytes: usize) -> Self {
        self.max_datagram = bytes;
        self
    }

    /// Counts there what it does. Without it nobody sees the counts before the summary.
    #[must_use]
    pub fn activity(mut self, activity: DatagramActivity) -> Self {
        self.activity = activity;
        self
    }

    // ANCHOR: run
    /// Answers until `shutdown` is requested, and says what was done: what its [`DatagramActivity`] has.
    pub fn run(self, handler: impl DatagramHandler, shutdown: &Shutdown) -> DatagramSummary {
        self.socket.unblock_at(shutdown);
        let mut server = Running {
            socket: self.socket.clone(),
            handler,
            activity: self.activity,
        };
        let mut buffer = vec![0; self.max_datagram];
        let mut pause = FIRST_PAUSE;
        loop {
            match self.socket.receive(&mut buffer, shutdown) {
                Ok(None) => return server.activity.summary(),
                Ok(Some(datagram)) => {
                    pause = FIRST_PAUSE;
                    server.answer(&datagram);
                }
                Err(error) => {
                    warn!("{}; next try in {pause:?}", error.chain());
                    let _ = shutdown.wait_timeout(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }
    // ANCHOR_END: run
}

impl<H: DatagramHandler> Running<H> {
    fn answer(&mut self, datagram: &Datagram<'_>) {
        let (from, bytes) = (datagram.from, datagram.bytes.len());
        self.activity.received(bytes);
        if datagram.cut {
            self.activity.too_long();
            debug!(%from, "datagram longer than {bytes} bytes: the rest is lost");
        }
        match self.reply(datagram) {
            Ok(reply) => self.send(datagram, &reply),
            Err(reason) => {
                self.activity.unanswered();
                debug!(%from, bytes, "datagram not answered: {reason}");
            }
        }
    }

    /// What the handler wants to send, where that is allowed.
    fn reply(&mut self, datagram: &Datagram<'_>) -> Result<Vec<u8>, &'static str> {
        // Whatever the handler was changing when it panicked is its business.
        let handled = AssertUnwindSafe(|| self.handler.reply(datagram));
        let reply = panic::catch_unwind(handled).unwrap_or_else(|cause| {
            error!("{}", NetError::Panicked(panic_text(cause.as_ref())));
            Err("the handler panicked")
        })?;
        match reply.len() <= longest_reply(datagram.bytes.len()) {
            true => Ok(reply),
            false => Err("the reply is too long for so short a request"),
        }
    }

    fn send(&mut self, datagram: &Datagram<'_>, reply: &[u8]) {
        let from = datagram.from;
        match self.socket.reply(datagram, reply) {
            Ok(()) => self.activity.answered(reply.len()),
            Err(error) => {
                self.activity.not_sent();
                debug!(%from, "reply not sent: {}", error.chain());
            }
        }
    }
}
