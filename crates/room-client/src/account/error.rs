//! What can go wrong between a client and the API server, in sentences for the user.

use std::time::Duration;

/// Why the API server has not done what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    /// No answer, or not all of one.
    #[error("cannot reach the API at {api}: {reason}: is it running?")]
    Unreachable { api: String, reason: String },
    /// The answer comes from something else.
    #[error("what answers at {api} is no API server: {what}")]
    NoApi { api: String, what: String },
    #[error("the name or the password of {user} is wrong; --register makes a new account")]
    WrongCredentials { user: String },
    /// The token is not worth anything any more.
    #[error("the API does not know this login any more")]
    LoggedOut,
    #[error("too many attempts to log in{}", later(*.wait))]
    TooManyAttempts { wait: Option<Duration> },
    #[error("the name {user} is taken: without --register, you log in with its password")]
    UserExists { user: String },
    /// The name or the password may not be so, as the API says.
    #[error("the API makes no such account: {message}")]
    NoSuchAccount { message: String },
    #[error("{} does not exist", named(*.room))]
    NoSuchRoom { room: Option<i32> },
    #[error("{} is full", named(*.room))]
    RoomFull { room: Option<i32> },
    #[error("no server has a place{}", later(*.wait))]
    NoServer { wait: Option<Duration> },
    /// What no client can mend.
    #[error("the API answers {status}: {message}")]
    Other {
        status: u16,
        message: String,
        wait: Option<Duration>,
    },
}

impl AccountError {
    /// Whether the same request may be granted later. Where it may not, only the user can change something.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TooManyAttempts { .. }
            | Self::NoServer { .. }
            | Self::RoomFull { .. }
            | Self::LoggedOut => true,
            Self::Other { status, .. } => *status >= 500,
            Self::NoApi { .. }
            | Self::WrongCredentials { .. }
            | Self::UserExists { .. }
            | Self::NoSuchAccount { .. }
            | Self::NoSuchRoom { .. } => false,
        }
    }

    /// Whether another room would do.
    pub(crate) fn is_about_room(&self) -> bool {
        matches!(
            self,
            Self::NoSuchRoom { .. } | Self::RoomFull { .. } | Self::NoServer { .. }
        )
    }

    /// How long the API wants to be left alone (Retry-After).
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::TooManyAttempts { wait } | Self::NoServer { wait } | Self::Other { wait, .. } => *wait,
            _ => None,
        }
    }
}

fn later(wait: Option<Duration>) -> String {
    match wait {
        Some(wait) => format!(": try again in {} s", wait.as_secs()),
        None => ": try again later".to_owned(),
    }
}

fn named(room: Option<i32>) -> String {
    match room {
        Some(room) => format!("room {room}"),
        None => "every room".to_owned(),
    }
}
