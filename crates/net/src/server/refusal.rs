//! Refuses clients over the limit with a last message, and without a thread for each.

use std::io::ErrorKind;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use super::handler::{Decline, Declined};
use crate::{Connection, NetError};

/// How long a client may take to close after the server has closed its side.
pub(super) const LINGER: Duration = Duration::from_secs(1);

/// Refused connections that may wait for their end at the same time. They are over the limit and still
/// take a descriptor each, so they are few; past that a refused client is closed at once.
const MOST_LINGERING: usize = 32;

/// How often lingering connections are looked at.
const LOOK: Duration = Duration::from_millis(20);

/// At most one line in the log in this time, so that a flood of clients does not become one of lines.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

/// Sends refusals, and hands the connections to one helper thread that closes them politely.
pub(super) struct Refuser {
    lingering: Option<SyncSender<Refused>>,
    last_line: Option<Instant>,
    without_line: u64,
}

/// A client that is not let in.
struct Refused {
    connection: Arc<Connection>,
    /// Where it has not been told yet.
    decline: Option<Decline>,
    last_words: Vec<u8>,
}

impl Refuser {
    pub(super) fn spawn() -> Self {
        let (sender, receiver) = sync_channel(MOST_LINGERING);
        let helper = thread::Builder::new()
            .name("refused".to_owned())
            .spawn(move || close_politely(&receiver));
        Self {
            // Without the helper, refused clients are closed at once: a reset may overtake the last words.
            lingering: helper.is_ok().then_some(sender),
            last_line: None,
            without_line: 0,
        }
    }

    /// Says the last words and closes. Never waits for the client. One that is to be listened to first is the helper's, if
    /// that has time.
    pub(super) fn refuse(
        &mut self,
        connection: Arc<Connection>,
        reason: &NetError,
        last_words: &[u8],
        decline: Option<Decline>,
    ) {
        self.log(&connection, reason);
        let mut refused = Refused {
            connection,
            decline,
            last_words: last_words.to_vec(),
        };
        if refused.decline.is_some() {
            refused = match self.hand_over(refused) {
                None => return,
                Some(refused) => refused,
            };
        }
        if refused.say_last_words() {
            // A full channel drops the connection, which closes it.
            drop(self.hand_over(refused));
        }
    }

    /// Gives it back where the helper has too many, or is not there.
    fn hand_over(&self, refused: Refused) -> Option<Refused> {
        let Some(lingering) = &self.lingering else {
            return Some(refused);
        };
        lingering.try_send(refused).err().map(|error| match error {
            TrySendError::Full(refused) | TrySendError::Disconnected(refused) => refused,
        })
    }

    fn log(&mut self, connection: &Connection, reason: &NetError) {
        let (peer, reason) = (connection.peer_address(), reason.chain());
        debug!(%peer, "refused: {reason}");
        if self.last_line.is_some_and(|last| last.elapsed() < LINE_INTERVAL) {
            self.without_line += 1;
            return;
        }
        match std::mem::take(&mut self.without_line) {
            0 => warn!("refused {peer}: {reason}"),
            more => warn!("refused {peer}, and {more} more since the last such line: {reason}"),
        }
        self.last_line = Some(Instant::now());
    }
}

/// Discards what refused clients send until they close, or the linger time is over.
fn close_politely(refused: &Receiver<Refused>) {
    let mut lingering: Vec<(Refused, Instant)> = Vec::new();
    loop {
        let next = if lingering.is_empty() {
            refused.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            refused.recv_timeout(LOOK)
        };
        match next {
            Ok(mut refused) => {
                if lingering.len() < MOST_LINGERING && refused.connection.set_nonblocking().is_ok() {
                    lingering.push((refused, Instant::now() + LINGER));
                } else if refused.decline.take().is_some() {
                    refused.say_last_words();
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // First the look, then the clock: a server that was stopped for long has not looked in time.
        lingering.retain_mut(|(refused, deadline)| refused.is_open() && Instant::now() < *deadline);
    }
}

impl Refused {
    /// False where the client is gone.
    fn say_last_words(&mut self) -> bool {
        self.decline = None;
        let words = std::mem::take(&mut self.last_words);
        self.say(&words) && self.connection.shutdown_write().is_ok()
    }

    /// Discards what has come, but for the ears of who declines it. False when the client has closed.
    fn is_open(&mut self) -> bool {
        let mut discarded = [0; 4096];
        match self.connection.read_once(&mut discarded) {
            Ok(0) => false,
            Ok(count) => self.listen(&discarded[..count]),
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }

    fn listen(&mut self, bytes: &[u8]) -> bool {
        let Some(decline) = &mut self.decline else {
            return true;
        };
        // Where it panics, the client gets the last words of all others.
        let heard = panic::catch_unwind(AssertUnwindSafe(|| decline(bytes)));
        match heard {
            Ok(Declined::Listen(words)) => self.say(&words),
            Ok(Declined::Said(words)) => {
                self.last_words = words;
                self.say_last_words()
            }
            Err(_) => self.say_last_words(),
        }
    }

    /// A new connection takes a few bytes whole; where it does not, the client is gone, or does not read.
    fn say(&self, words: &[u8]) -> bool {
        self.connection
            .send_now(words)
            .is_ok_and(|sent| sent == words.len())
    }
}
