//! What the helper thread is told.

use std::sync::{Arc, Weak};

use crossbeam_channel::Sender;

use crate::session::Session;

/// What the helper is told.
#[derive(Debug)]
pub(super) enum Order {
    /// Wait for this one too.
    Add(Arc<Session>),
    /// Cut this one in a while, unless it has closed before.
    Linger(Weak<Session>),
    /// Show those that it waits for.
    Show(Sender<Vec<Arc<Session>>>),
    /// The server ends: client threads must not wait for their clients.
    Release,
    /// End the thread.
    Stop,
}
