//! The end of the matchmaker before that of its server.

/// The thread has ended, by a panic, which is in the log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the matchmaker has ended")]
pub(crate) struct Ended;
