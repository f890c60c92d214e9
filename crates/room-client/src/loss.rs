//! How a connection ends, and whether another one may fare better.

use std::time::Duration;

use net::NetError;
use protocol::ErrorCode;

/// The end of a connection, whoever has brought it about.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Loss {
    #[error("the server closed the connection")]
    Closed,
    /// And it said why.
    #[error("the server closed the connection: {reason}")]
    ClosedFor { code: ErrorCode, reason: String },
    #[error("the connection is broken")]
    Broken(#[source] NetError),
    #[error("no answer within {0:?}")]
    Silent(Duration),
    /// The login was refused.
    #[error("{reason}")]
    TurnedAway { code: ErrorCode, reason: String },
}

impl Loss {
    /// How long to wait at most before the next attempt, where that is known. A server that cannot check a login is there,
    /// and mostly waits for the lease of the server that this user was on before, which is dead: some seconds in all.
    pub(crate) fn longest_wait(&self) -> Option<Duration> {
        match self {
            Self::TurnedAway { code, .. } if *code == ErrorCode::LOGIN_UNAVAILABLE => {
                Some(Duration::from_secs(2))
            }
            _ => None,
        }
    }

    /// Whether a new login may do better.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Closed | Self::Broken(_) | Self::Silent(_) => true,
            Self::ClosedFor { code, .. } | Self::TurnedAway { code, .. } => !is_meant(*code),
        }
    }
}

// ANCHOR: meant
/// Whether the server means this user, and would say it again: another client of the same user is there, which would be
/// replaced in its turn; the name is no name; this client sends too much.
fn is_meant(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::REPLACED
            | ErrorCode::RATE_LIMITED
            | ErrorCode::LOGIN_USER_DUPLICATION
            | ErrorCode::LOGIN_USER_INVALID_ID
            | ErrorCode::PACKET_DECODING_FAIL
    )
}
// ANCHOR_END: meant

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_just_ends_is_taken_up_again() {
        assert!(Loss::Closed.may_pass());
        assert!(Loss::Silent(Duration::from_secs(30)).may_pass());
    }

    #[test]
    fn whoever_cannot_be_let_in_yet_asks_again_soon() {
        let turned_away = |code| Loss::TurnedAway {
            code,
            reason: String::new(),
        };
        let soon = Some(Duration::from_secs(2));
        assert_eq!(turned_away(ErrorCode::LOGIN_UNAVAILABLE).longest_wait(), soon);
        assert_eq!(turned_away(ErrorCode::LOGIN_FAILED).longest_wait(), None);
        assert_eq!(Loss::Closed.longest_wait(), None);
    }

    #[test]
    fn the_last_words_of_the_server_decide() {
        for (code, may_pass) in [
            (ErrorCode::SERVER_SHUTTING_DOWN, true),
            (ErrorCode::NODE_LOST, true),
            (ErrorCode::SERVER_FULL, true),
            (ErrorCode::SLOW_CONSUMER, true),
            (ErrorCode::IDLE_TIMEOUT, true),
            (ErrorCode::LOGIN_FAILED, true),
            (ErrorCode::LOGIN_UNAVAILABLE, true),
            (ErrorCode::REPLACED, false),
            (ErrorCode::RATE_LIMITED, false),
            (ErrorCode::LOGIN_USER_INVALID_ID, false),
        ] {
            let reason = String::new();
            let closed = Loss::ClosedFor { code, reason };
            assert_eq!(closed.may_pass(), may_pass, "{code}");
            let reason = String::new();
            let refused = Loss::TurnedAway { code, reason };
            assert_eq!(refused.may_pass(), may_pass, "{code}");
        }
    }
}
