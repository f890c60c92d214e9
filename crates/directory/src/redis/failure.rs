//! Why Redis has not done what it was asked, in words for people: what was tried, what came, what to do.

use std::sync::Arc;
use std::time::Duration;

use redis::{ErrorKind, RedisError};
use thiserror::Error;

use super::url::RedisUrl;
use crate::directory::Unavailable;

/// A call, or an attempt to connect, that was in vain. Shared by all that wait for the same connection.
#[derive(Debug, Clone, Error)]
#[error(transparent)]
pub(super) struct Failure(Arc<Reason>);

#[derive(Debug, Error)]
#[error("{at}: {what}")]
struct Reason {
    at: RedisUrl,
    what: String,
    #[source]
    source: Option<RedisError>,
}

impl Failure {
    /// For a reason of our own.
    pub(super) fn new(at: &RedisUrl, what: impl Into<String>) -> Self {
        Self(Arc::new(Reason {
            at: at.clone(),
            what: what.into(),
            source: None,
        }))
    }

    /// For what the library or Redis has said to a call that had so much time.
    pub(super) fn of(at: &RedisUrl, error: RedisError, timeout: Duration) -> Self {
        Self(Arc::new(Reason {
            at: at.clone(),
            what: what(at, &error, timeout),
            source: Some(error),
        }))
    }
}

impl From<Failure> for Unavailable {
    fn from(failure: Failure) -> Self {
        Self::new(failure)
    }
}

fn what(at: &RedisUrl, error: &RedisError, timeout: Duration) -> String {
    if error.is_timeout() {
        return format!("no answer within {timeout:?}");
    }
    if let ErrorKind::Parse | ErrorKind::UnexpectedReturnType = error.kind() {
        return format!("what answers there is no Redis ({error})");
    }
    match (error.code(), error.detail().unwrap_or_default()) {
        (Some("NOAUTH"), _) => {
            "it wants a password: write it into the address, redis://:PASSWORD@HOST".to_owned()
        }
        (Some("WRONGPASS"), _) => "it does not take this user and password".to_owned(),
        (Some("ERR"), detail) if detail.contains("without any password configured") => {
            "it has no password, and the address has one".to_owned()
        }
        (Some("ERR"), detail) if detail.contains("DB index is out of range") => {
            format!("it has no database {}: most have 0 to 15", at.database)
        }
        (Some("NOPERM"), detail) => {
            format!(
                "its rules (ACL) do not let this user do that, who needs ~PREFIX* and &PREFIX* ({detail})"
            )
        }
        (Some("LOADING"), _) => "it has just started, and is still loading its data".to_owned(),
        (Some("OOM"), _) => "its memory is full (maxmemory): give it more".to_owned(),
        (Some("READONLY"), _) => {
            "it is a replica, which takes no changes: the address must be the master's".to_owned()
        }
        (Some("MISCONF"), _) => {
            "it cannot save to its disk, so it takes no changes: look into its log".to_owned()
        }
        _ => in_words(error),
    }
}

fn in_words(error: &RedisError) -> String {
    if error.is_connection_refusal() {
        return "nothing listens there: is redis-server running, and is this its address?".to_owned();
    }
    match error.is_connection_dropped() {
        true => "it has closed the connection".to_owned(),
        false => error.to_string(),
    }
}
