//! Why a call is refused, and what its client is told: a status, a word for programs, a sentence for people.

use std::error::Error;
use std::time::Duration;

use database::DatabaseError;
use directory::{GameNameError, Unavailable};
use http::Response;
use protocol::NameError;
use tracing::error;

use crate::hashing::{Busy, HashError};
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
            Self::NoSuchRoom(_) => (404, "no_such_room"),
            Self::UserExists => (409, "user_exists"),
            Self::RoomFull(_) => (409, "room_full"),
            Self::TooManyAttempts(_) => (429, "too_many_attempts"),
            Self::Busy(_) | Self::Accounts(DatabaseError::Locked(_)) => (503, "busy"),
            Self::NoServer => (503, "no_server"),
            Self::Directory(_) => (503, "directory_unavailable"),
            Self::Accounts(_) | Self::Hash(_) | Self::Random(_) => (503, "accounts_unavailable"),
        };
        self.log();
        let response = Response::error(status, code, &self.to_string());
        match self {
            Self::Request(response) => *response,
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
