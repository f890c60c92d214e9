//! What can go wrong between a client and the API server, in sentences for the user.

use std::time::Duration;

use tls::TlsError;

use super::match_id::MatchId;

/// Why the API server has not done what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    /// No answer, or not all of one.
    #[error("cannot reach the API at {api}: {reason}: is it running?")]
    Unreachable { api: String, reason: String },
    /// It is there, and nothing may be said to it.
    #[error("no TLS with the API at {api}")]
    Insecure {
        api: String,
        #[source]
        reason: TlsError,
    },
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
    /// An older wish for a match, which is forgotten when its client has asked for nothing for a while.
    #[error("{user} waits for a match already: end the other client, or try again in half a minute")]
    AlreadyWaiting { user: String, id: Option<MatchId> },
    /// It was started again, or has not been asked for too long.
    #[error("the API does not know the match any more")]
    NoSuchMatch,
    #[error("this API server makes no matches")]
    NoMatches,
    #[error("{0} tables were found, and you came to none of them in time: can you reach the game servers?")]
    NoShow(u32),
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
            | Self::AlreadyWaiting { .. }
            | Self::NoSuchMatch
            | Self::LoggedOut => true,
            Self::Other { status, .. } => *status >= 500,
            Self::NoApi { .. }
            | Self::Insecure { .. }
            | Self::WrongCredentials { .. }
            | Self::UserExists { .. }
            | Self::NoSuchAccount { .. }
            | Self::NoMatches
            | Self::NoShow(_)
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

    /// Why somebody who was in this room comes to another one. It was there, so one that has no server, or lies behind the
    /// last one, has lost it.
    pub(crate) fn keeps_out_of(&self, room: i32) -> String {
        match self {
            Self::NoSuchRoom { .. } | Self::NoServer { .. } => format!("room {room} is gone for now"),
            other => other.to_string(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> AccountError {
        let (message, wait) = ("the disk is full".to_owned(), None);
        AccountError::Other {
            status,
            message,
            wait,
        }
    }

    #[test]
    fn what_only_the_user_can_mend_is_not_tried_again() {
        let (wait, user) = (Some(Duration::from_secs(7)), "alice".to_owned());
        let (api, reason) = ("http://127.0.0.1:8080".to_owned(), "refused".to_owned());
        for (error, may_pass) in [
            (AccountError::Unreachable { api, reason }, true),
            (AccountError::TooManyAttempts { wait }, true),
            (AccountError::NoServer { wait }, true),
            (AccountError::LoggedOut, true),
            (AccountError::RoomFull { room: None }, true),
            (AccountError::NoSuchMatch, true),
            (answer(500), true),
            (answer(400), false),
            (AccountError::NoMatches, false),
            (AccountError::WrongCredentials { user }, false),
            (AccountError::NoSuchRoom { room: Some(7) }, false),
        ] {
            assert_eq!(error.may_pass(), may_pass, "{error}");
        }
    }

    #[test]
    fn another_room_helps_only_where_the_room_is_the_trouble() {
        let (room, wait) = (Some(7), None);
        assert!(AccountError::NoSuchRoom { room }.is_about_room());
        assert!(AccountError::RoomFull { room }.is_about_room());
        assert!(AccountError::NoServer { wait }.is_about_room());
        assert!(!AccountError::TooManyAttempts { wait }.is_about_room());
        assert!(!answer(500).is_about_room());
    }

    #[test]
    fn a_room_that_was_there_is_gone_and_one_that_is_full_is_full() {
        let room = Some(7);
        let away = AccountError::NoSuchRoom { room };
        assert_eq!(away.keeps_out_of(7), "room 7 is gone for now");
        let away = AccountError::NoServer { wait: None };
        assert_eq!(away.keeps_out_of(7), "room 7 is gone for now");
        let full = AccountError::RoomFull { room };
        assert_eq!(full.keeps_out_of(7), "room 7 is full");
    }

    #[test]
    fn a_pause_that_is_wanted_is_known() {
        let wait = Some(Duration::from_secs(7));
        let error = AccountError::TooManyAttempts { wait };
        assert_eq!(error.to_string(), "too many attempts to log in: try again in 7 s");
        assert_eq!(error.wait(), wait);
        assert_eq!(AccountError::LoggedOut.wait(), None);
    }
}
