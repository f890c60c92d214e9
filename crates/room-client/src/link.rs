//! A connection that is in use: what comes is read by a thread of its own, and a server that has gone silent is noticed.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use net::NetError;
use protocol::{FrameDecoder, LARGEST_PACKET};
use tls::Stream;

use crate::inbox::{Inbox, Read};
use crate::loss::Loss;

/// How long the server has to see that this client leaves.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection and what has come from it.
pub(crate) struct Link {
    connection: Arc<Stream>,
    inbox: Inbox,
    decoder: FrameDecoder,
    since: Instant,
    /// When the first PING went out after which nothing has come.
    pinged: Option<Instant>,
}

impl Link {
    /// Starts to read.
    pub(crate) fn new(connection: Stream) -> io::Result<Self> {
        let connection = Arc::new(connection);
        Ok(Self {
            inbox: Inbox::start(Arc::clone(&connection))?,
            connection,
            decoder: FrameDecoder::new(LARGEST_PACKET),
            since: Instant::now(),
            pinged: None,
        })
    }

    pub(crate) fn reads(&self) -> &Receiver<Read> {
        self.inbox.reads()
    }

    /// Something has come, or the end.
    pub(crate) fn heard(&mut self) {
        self.pinged = None;
    }

    /// Whether nothing has come that has not been taken.
    pub(crate) fn is_silent(&self) -> bool {
        self.inbox.is_silent()
    }

    /// What has come, packet by packet.
    pub(crate) fn decoder(&mut self) -> &mut FrameDecoder {
        &mut self.decoder
    }

    /// How long it has lasted.
    pub(crate) fn age(&self) -> Duration {
        self.since.elapsed()
    }

    pub(crate) fn write(&self, packet: &[u8]) -> Result<(), NetError> {
        self.connection.write_all(packet)
    }

    /// What the server may have said before a write has failed; none when that is over.
    pub(crate) fn last_words(&self) -> Option<Vec<u8>> {
        self.reads().recv_timeout(FAREWELL).ok()?.ok()
    }

    /// A PING is about to go out. An error where the server has been silent since one that is too long ago.
    pub(crate) fn ping(&mut self, timeout: Duration, ping_every: Duration) -> Result<(), Loss> {
        let silent = self.pinged.get_or_insert_with(Instant::now).elapsed();
        match silent >= timeout && self.is_silent() {
            true => Err(Loss::Silent(timeout.max(ping_every))),
            false => Ok(()),
        }
    }

    /// Says that nothing more will come, and waits until the server has seen it: what was sent last must
    /// not be lost in a reset.
    pub(crate) fn leave(&self) {
        if self.connection.shutdown_write().is_ok() {
            let deadline = Instant::now() + FAREWELL;
            while let Ok(Ok(_)) = self.reads().recv_deadline(deadline) {}
        }
    }
}

/// The thread that reads from it has it too, and would keep it open where the server does.
impl Drop for Link {
    fn drop(&mut self) {
        self.connection.shutdown_both();
    }
}
