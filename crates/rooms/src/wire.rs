//! The way of an outbox's bytes to the socket where no framing stands in between.

use net::{Connection, Ending, NetError, Sender};

use crate::transport::Transport;

impl Transport for Sender {
    fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
        self.send_now(bytes)
    }

    fn held(&self) -> usize {
        self.held()
    }

    fn end(&self, _why: Ending) {
        self.end();
    }

    fn cut(&self) {
        self.cut();
    }

    fn connection(&self) -> Option<&Connection> {
        Some(self.connection())
    }
}
