//! The way of an outbox's bytes to a client that speaks WebSocket.

use std::io::IoSlice;
use std::sync::Arc;

use net::{Connection, Ending, NetError, Sender};
use parking_lot::Mutex;
use rooms::Transport;

use crate::frames::{CloseCode, FrameWriter, Sink};

/// A client's connection, to which packets go in frames.
///
/// The lock keeps frames whole: a worker sends, and the client's own thread answers pings. It is held around a send that
/// never waits.
pub(crate) struct WebTransport {
    sender: Arc<Sender>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    writer: FrameWriter,
    /// With which code it will end, where what the client has sent decides on that.
    farewell: Option<Option<CloseCode>>,
    has_ended: bool,
}

impl WebTransport {
    pub(crate) fn new(sender: &Arc<Sender>) -> Self {
        Self {
            sender: Arc::clone(sender),
            state: Mutex::default(),
        }
    }

    /// The client has asked whether somebody is there. The answer goes with the next bytes that are sent.
    pub(crate) fn pong(&self, payload: Vec<u8>) {
        self.state.lock().writer.pong(payload);
    }

    /// At the end, the client is told this code: that of its own close, or of its mistake.
    pub(crate) fn will_close_with(&self, code: Option<CloseCode>) {
        self.state.lock().farewell.get_or_insert(code);
    }

    fn send(&self, state: &mut State, bytes: &[u8]) -> Result<usize, NetError> {
        // What a channel holds goes first.
        self.sender.send_now(&[])?;
        let taken = state.writer.send(bytes, &mut &*self.sender)?;
        if state.has_ended && state.writer.held() == 0 {
            self.sender.end();
        }
        Ok(taken)
    }
}

impl Transport for WebTransport {
    fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
        self.send(&mut self.state.lock(), bytes)
    }

    fn held(&self) -> usize {
        self.state.lock().writer.held() + self.sender.held()
    }

    fn end(&self, why: Ending) {
        let mut state = self.state.lock();
        if std::mem::replace(&mut state.has_ended, true) {
            return;
        }
        let code = state.farewell.unwrap_or(Some(close_code(why)));
        state.writer.close(code);
        // Where the connection is broken its thread finds out by itself.
        let _ = self.send(&mut state, &[]);
    }

    fn cut(&self) {
        self.sender.cut();
    }

    fn connection(&self) -> Option<&Connection> {
        Some(self.sender.connection())
    }
}

impl Sink for &Sender {
    type Error = NetError;

    fn send_now(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize, NetError> {
        self.send_now_vectored(pieces)
    }
}

// ANCHOR: close_code
/// The code that fits a reason. The packet before it says more.
fn close_code(why: Ending) -> CloseCode {
    match why {
        Ending::ShuttingDown => CloseCode::Away,
        Ending::Protocol => CloseCode::Protocol,
        Ending::Panicked => CloseCode::Error,
        why if why.is_cut_off() => CloseCode::Policy,
        _ => CloseCode::Normal,
    }
}
// ANCHOR_END: close_code

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_breaks_a_limit_is_told_that_it_was_the_policy() {
        for (why, code) in [
            (Ending::Closed, 1000),
            (Ending::Dismissed, 1000),
            (Ending::ShuttingDown, 1001),
            (Ending::Protocol, 1002),
            (Ending::IdleTimeout, 1008),
            (Ending::LoginTimeout, 1008),
            (Ending::RateLimited, 1008),
            (Ending::SlowConsumer, 1008),
            (Ending::Panicked, 1011),
        ] {
            assert_eq!(u16::from(close_code(why)), code, "{why:?}");
        }
    }
}
