//! The bodies of requests and answers, as they are in JSON.
//!
//! A field that a request has too much is passed over, so that a client of a later version can ask this server. A field
//! that comes twice is refused, since nobody knows which one was meant.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Of a new account, and of a login. It has no `Debug` form: there is a password in it.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    pub(crate) user_id: String,
    pub(crate) password: String,
}

#[derive(Serialize)]
pub(crate) struct Registered<'a> {
    pub(crate) user_id: &'a str,
}

#[derive(Serialize)]
pub(crate) struct LoggedIn<'a> {
    pub(crate) token: &'a str,
    /// Seconds.
    pub(crate) expires_in: u64,
}

#[derive(Serialize)]
pub(crate) struct Me {
    pub(crate) user_id: String,
    /// RFC 3339, in UTC.
    pub(crate) created: String,
}

#[derive(Deserialize)]
pub(crate) struct Wish {
    pub(crate) game: String,
    pub(crate) room: Option<i32>,
}

/// A seat at a server.
#[derive(Clone, Serialize)]
pub(crate) struct Assigned {
    pub(crate) game: String,
    /// Where clients connect.
    pub(crate) address: String,
    /// Where browsers do, if they can.
    pub(crate) web: Option<String>,
    pub(crate) room: i32,
    /// The password for that server.
    pub(crate) ticket: String,
    /// Seconds.
    pub(crate) expires_in: u64,
}

/// What a user wants to be matched for.
#[derive(Deserialize)]
pub(crate) struct MatchWish {
    pub(crate) game: String,
    pub(crate) size: i64,
    pub(crate) rating: Option<i64>,
}

#[derive(Serialize)]
pub(crate) struct MatchTicket<'a> {
    pub(crate) id: &'a str,
}

/// How far a match is. It has no `Debug` form: there may be a ticket in it.
#[derive(Serialize)]
pub(crate) struct MatchState {
    /// `waiting`, `matched` or `failed`.
    pub(crate) state: &'static str,
    /// Why it has failed.
    pub(crate) reason: Option<&'static str>,
    pub(crate) assignment: Option<Assigned>,
    /// All users of the match.
    pub(crate) members: Vec<String>,
    /// True where this is the last word.
    pub(crate) settled: bool,
}

/// Without the ticket: this may end in a log.
impl fmt::Debug for Assigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assigned")
            .field("game", &self.game)
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}
