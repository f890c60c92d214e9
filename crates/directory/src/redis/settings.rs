//! What a connection to Redis can be told.

use std::time::Duration;

use super::url::RedisUrl;

/// How Redis is used.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// Where it is.
    pub url: RedisUrl,
    /// What all keys and channels begin with, so that others may use the same Redis.
    pub prefix: String,
    /// What one call may take, with its wait for a connection. After that nobody knows what has become of it.
    pub timeout: Duration,
}

impl RedisSettings {
    /// The prefix where nobody says another one.
    pub const PREFIX: &'static str = "codelab:";

    /// What a call may take where nobody says otherwise.
    pub const TIMEOUT: Duration = Duration::from_secs(1);

    /// The usual settings for this Redis.
    #[must_use]
    pub fn new(url: RedisUrl) -> Self {
        Self {
            url,
            prefix: Self::PREFIX.to_owned(),
            timeout: Self::TIMEOUT,
        }
    }

    /// The whole name of a key.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}
