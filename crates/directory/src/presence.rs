//! Where a user is logged in, and what a login finds there.

use crate::server::Owner;

/// Where a user is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Presence {
    /// On which server.
    pub owner: Owner,
    /// In which of its sessions: a number that the server uses once.
    pub session: u64,
}

/// What has become of a [`log_in`](crate::Directory::log_in).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogIn {
    /// The user is there now.
    Done,
    /// The user is somewhere else, and stays there until that session is said to be replaced.
    Held(Presence),
    /// The server that logs the user in has no lease any more.
    NoLease,
}
