//! Refuses clients over the limit with a last message, and without a thread for each.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing::{debug, warn};

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
    lingering: Option<SyncSender<Arc<Connection>>>,
    last_line: Option<Instant>,
    without_line: u64,
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

    /// Says the last words and closes. Never waits for the client.
    pub(super) fn refuse(&mut self, connection: Arc<Connection>, reason: &NetError, last_words: &[u8]) {
        self.log(&connection, reason);
        // A new connection takes a few bytes whole; where it does not, the client is gone.
        let said = connection
            .send_now(last_words)
            .and_then(|_| connection.shutdown_write());
        if let (Ok(()), Some(lingering)) = (said, &self.lingering) {
            // A full channel drops the connection, which closes it.
            let _ = lingering.try_send(connection);
        }
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
fn close_politely(refused: &Receiver<Arc<Connection>>) {
    let mut lingering: Vec<(Arc<Connection>, Instant)> = Vec::new();
    loop {
        let next = if lingering.is_empty() {
            refused.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            refused.recv_timeout(LOOK)
        };
        match next {
            Ok(connection) => {
                if lingering.len() < MOST_LINGERING && connection.set_nonblocking().is_ok() {
                    lingering.push((connection, Instant::now() + LINGER));
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // First the look, then the clock: a server that was stopped for long has not looked in time.
        lingering.retain(|(connection, deadline)| is_open(connection) && Instant::now() < *deadline);
    }
}

/// Discards what has come. False when the client has closed.
fn is_open(connection: &Connection) -> bool {
    let mut discarded = [0; 4096];
    match connection.read_once(&mut discarded) {
        Ok(0) => false,
        Ok(_) => true,
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}
