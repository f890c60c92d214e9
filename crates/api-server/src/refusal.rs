//! Why a call is refused, and what its client is told: a status, a word for programs, a sentence for people.

use std::error::Error;
use std::time::Duration;

use database::DatabaseError;
use directory::{GameNameError, Unavailable};
use http::Response;
use protocol::NameError;
use serde::Serialize;
use tracing::error;

use crate::hashing::{Busy, HashError};
use crate::matches::{Ended, MatchId, RATINGS, SIZES};
use crate::messages::Assigned;
use crate::password::PasswordError;

/// When a client that was told to come back may do so, where nobody knows.
const SOON: Duration = Duration::from_secs(1);

/// Why a call is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The request itself is wrong; this is the answer.
    #[error("not a request that is expected here")]
    Request(Box<Response>),
    /// A text that is no user's name.
    #[error(transparent)]
    InvalidUserId(#[from] NameError),
    /// A password that is too short or too long.
    #[error(transparent)]
    InvalidPassword(#[from] PasswordError),
    /// Somebody has this name.
    #[error("this user_id is taken; choose another one")]
    UserExists,
    /// The password is wrong, or the user does not exist: nobody is told which.
    #[error("user_id or password is wrong")]
    WrongCredentials,
    /// Too many wrong passwords; how long to wait.
    #[error("too many wrong passwords; try again in {} s", seconds(*.0))]
    TooManyAttempts(Duration),
    /// Too many hashes are waited for.
    #[error("{0}; try again in a moment")]
    Busy(#[from] Busy),
    /// No token, or one that is worth nothing.
    #[error("no valid token; log in, and send `Authorization: Bearer TOKEN`")]
    Unauthorized,
    /// A text that is no game's name.
    #[error(transparent)]
    InvalidGame(#[from] GameNameError),
    /// No server of the game could have this room.
    #[error("there is no room {0}")]
    NoSuchRoom(i32),
    /// Every place in the room is taken.
    #[error("room {0} is full; choose another one, or none")]
    RoomFull(i32),
    /// No server has a seat, or gives one.
    #[error("no server has a seat in this game at the moment; try again")]
    NoServer,
    /// So many users make no match.
    #[error("a match has {least} to {most} users, not {0}", least = SIZES.start(), most = SIZES.end())]
    InvalidSize(i64),
    /// No server of the game has rooms with so many places; the most that one has.
    #[error("no room of this game has so many places: {0} at most")]
    TooLarge(u32),
    /// No rating that there can be.
    #[error("a rating is {least} to {most}, not {0}", least = RATINGS.start(), most = RATINGS.end())]
    InvalidRating(i64),
    /// No time to wait; the longest one.
    #[error("`wait` is a number of whole seconds, 0 to {0}")]
    InvalidWait(u64),
    /// No state that can be waited for the end of.
    #[error("`state` is the state that you know: `waiting` or `matched`")]
    InvalidState,
    /// The user has this ticket for a match.
    #[error("you wait for a match already; cancel that one first")]
    AlreadyWaiting(MatchId),
    /// The queue is full.
    #[error("too many users wait for a match; try again in a moment")]
    TooManyWaiting,
    /// The user has no such ticket.
    #[error("you have no such match; ask for a new one")]
    NoSuchMatch,
    /// The user is matched; the seat.
    #[error("you are matched already, and the others count on you")]
    TooLate(Option<Box<Assigned>>),
    /// The thread that matches has ended.
    #[error("{0}; there are no matches until this server is started again")]
    Matchmaker(#[from] Ended),
    /// Nobody knows which servers there are.
    #[error("nobody knows which servers there are; try again in a moment")]
    Directory(#[from] Unavailable),
    /// The accounts cannot be read, or not be written.
    #[error("the accounts cannot be used at the moment; nothing has changed")]
    Accounts(#[from] DatabaseError),
    /// A password could not be hashed.
    #[error("passwords cannot be checked at the moment; nothing has changed")]
    Hash(#[from] HashError),
    /// There is no token, since there are no random bytes.
    #[error("no token can be made at the moment; nothing has changed")]
    Random(#[from] getrandom::Error),
}

/// An error that tells of the ticket that there is: its client may have lost the answer that brought it.
#[derive(Serialize)]
struct Known<'a> {
    error: &'a str,
    message: String,
    id: &'a str,
}

/// An error that brings the seat that its user has.
#[derive(Serialize)]
struct Seated<'a> {
    error: &'a str,
    message: String,
    assignment: Option<Assigned>,
}

/// `Request::json` answers itself.
impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self::Request(Box::new(response))
    }
}

impl Refusal {
    /// The answer. What an operator has to know is in the log as well.
    #[must_use]
    pub(crate) fn into_response(self) -> Response {
        let (status, code) = match &self {
            Self::Request(_) => (400, "invalid_request"),
            Self::InvalidUserId(_) => (400, "invalid_user_id"),
            Self::InvalidPassword(_) => (400, "invalid_password"),
            Self::InvalidGame(_) => (400, "invalid_game"),
            Self::WrongCredentials => (401, "wrong_credentials"),
            Self::Unauthorized => (401, "unauthorized"),
            Self::InvalidSize(_) | Self::TooLarge(_) => (400, "invalid_size"),
            Self::InvalidRating(_) => (400, "invalid_rating"),
            Self::InvalidWait(_) => (400, "invalid_wait"),
            Self::InvalidState => (400, "invalid_state"),
            Self::NoSuchRoom(_) => (404, "no_such_room"),
            Self::NoSuchMatch => (404, "no_such_match"),
            Self::AlreadyWaiting(_) => (409, "already_waiting"),
            Self::TooLate(_) => (409, "too_late"),
            Self::UserExists => (409, "user_exists"),
            Self::RoomFull(_) => (409, "room_full"),
            Self::TooManyAttempts(_) => (429, "too_many_attempts"),
            Self::Busy(_) | Self::TooManyWaiting | Self::Accounts(DatabaseError::Locked(_)) => (503, "busy"),
            Self::Matchmaker(_) => (503, "no_matchmaker"),
            Self::NoServer => (503, "no_server"),
            Self::Directory(_) => (503, "directory_unavailable"),
            Self::Accounts(_) | Self::Hash(_) | Self::Random(_) => (503, "accounts_unavailable"),
        };
        self.log();
        let message = self.to_string();
        let response = Response::error(status, code, &message);
        match self {
            Self::Request(response) => *response,
            Self::AlreadyWaiting(id) => {
                let (error, id) = (code, id.as_str());
                Response::json(status, &Known { error, message, id })
            }
            Self::TooLate(assignment) => Response::json(
                status,
                &Seated {
                    error: code,
                    message,
                    assignment: assignment.map(|assignment| *assignment),
                },
            ),
            Self::Unauthorized | Self::WrongCredentials => response.with_header("WWW-Authenticate", "Bearer"),
            Self::TooManyAttempts(left) => response.with_header("Retry-After", seconds(left).to_string()),
            _ if status == 503 => response.with_header("Retry-After", seconds(SOON).to_string()),
            _ => response,
        }
    }

    fn log(&self) {
        if let Self::Accounts(_) | Self::Hash(_) | Self::Random(_) | Self::Directory(_) = self {
            let mut line = self.to_string();
            let mut cause = self.source();
            while let Some(reason) = cause {
                line = format!("{line}: {reason}");
                cause = reason.source();
            }
            error!("{line}");
        }
    }
}

/// Whole ones, and one at least: whoever comes back after so many is not too early.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0).max(u64::from(time.is_zero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_back_in_time_is_not_too_early() {
        for (milliseconds, expected) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_500, 60)] {
            assert_eq!(seconds(Duration::from_millis(milliseconds)), expected);
        }
        let response = Refusal::TooManyAttempts(Duration::from_millis(59_500)).into_response();
        assert_eq!(response.header("Retry-After"), Some("60"));
        let body = r#"{"error":"too_many_attempts","message":"too many wrong passwords; try again in 60 s"}"#;
        assert_eq!(response.body(), body.as_bytes());
    }

    #[test]
    fn a_file_that_is_locked_is_busy_and_one_that_is_full_is_not() {
        let locked = Refusal::from(DatabaseError::Locked("a.db".into())).into_response();
        let full = Refusal::from(DatabaseError::Full("a.db".into())).into_response();
        assert!(locked.body().starts_with(br#"{"error":"busy""#));
        assert!(full.body().starts_with(br#"{"error":"accounts_unavailable""#));
        for response in [locked, full] {
            assert_eq!(
                (response.status(), response.header("Retry-After")),
                (503, Some("1"))
            );
        }
    }
}
