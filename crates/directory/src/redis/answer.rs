//! What Redis has answered, as what was asked for. An answer of another form is an error: then something else than these
//! scripts writes to these keys.

use std::time::Duration;

use redis::{ErrorKind, RedisError};

/// For a value that cannot be what was asked for.
pub(super) fn unreadable(what: &'static str, value: &str) -> RedisError {
    RedisError::from((ErrorKind::Client, what, value.to_owned()))
}

/// Milliseconds for Redis, which takes no more than fit into its clock, and none at all for a time that is over.
pub(super) fn milliseconds(time: Duration) -> u64 {
    /// Some thirty years.
    const MOST: u64 = 1 << 40;
    u64::try_from(time.as_millis()).unwrap_or(MOST).clamp(1, MOST)
}
