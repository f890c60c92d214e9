//! The way of an outbox's bytes to the socket where nothing stands in between.

use std::sync::Arc;

use net::{Activity, Connection, NetError};

use crate::transport::Transport;

/// A client's socket, and where it is counted what goes there.
pub(crate) struct Wire {
    connection: Arc<Connection>,
    activity: Activity,
}

impl Wire {
    pub(crate) fn new(connection: &Arc<Connection>, activity: &Activity) -> Self {
        Self {
            connection: Arc::clone(connection),
            activity: activity.clone(),
        }
    }
}

impl Transport for Wire {
    fn send_now(&self, bytes: &[u8]) -> Result<usize, NetError> {
        let count = self.connection.send_now(bytes)?;
        self.activity.count_sent(count);
        Ok(count)
    }

    fn end(&self) {
        // Where the connection is broken its thread finds out by itself.
        let _ = self.connection.shutdown_write();
    }

    fn cut(&self) {
        self.connection.shutdown_both();
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }
}
