//! A way to Redis for all threads of a program: calls that end in time, whatever Redis does, over connections that come back
//! by themselves. What is asked is no matter of this file.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use redis::RedisResult;

use super::counts::{Counts, count};
use super::failure::Failure;
use super::keeper::Keeper;
use super::link::Link;
use super::pool::{NoLink, Pool};
use super::settings::RedisSettings;
use crate::directory::Unavailable;

/// A way to Redis. Clones are the same one.
///
/// - Every call ends within the timeout of the settings. No call waits for a connection longer than half of it, so that one
///   that finds a connection has time enough.
/// - No call is made twice. One that has got no answer is [`Unavailable`], and may be done or not.
/// - A connection is not used again after an error of its own. Others are made by a thread, 50 ms after the first failure
///   and 1 s after later ones; until it succeeds, calls fail at once.
///
/// ```no_run
/// use directory::redis::{RedisConnection, RedisSettings};
///
/// let settings = RedisSettings::new("redis://localhost".parse()?);
/// let connection = RedisConnection::open(&settings)?;
/// let key = settings.key("visits");
/// let visits: u64 = connection.run(|link| redis::cmd("INCR").arg(&key).query(link))?;
/// # let _ = visits;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RedisConnection(Arc<Inner>);

struct Inner {
    settings: RedisSettings,
    pool: Arc<Pool>,
    counts: Arc<Counts>,
}

/// The thread of the pool ends soon after.
impl Drop for Inner {
    fn drop(&mut self) {
        self.pool.close();
    }
}

impl RedisConnection {
    /// Connects, and comes back with the first success or failure.
    ///
    /// # Errors
    /// [`Unavailable`], with words for people: where nothing answers, or something that is no Redis, or one that lets us not
    /// in.
    pub fn open(settings: &RedisSettings) -> Result<Self, Unavailable> {
        let inner = Inner {
            settings: settings.clone(),
            pool: Arc::default(),
            counts: Arc::default(),
        };
        let keeper = Keeper {
            pool: Arc::clone(&inner.pool),
            counts: Arc::clone(&inner.counts),
            settings: settings.clone(),
        };
        let this = Self(Arc::new(inner));
        thread::Builder::new()
            .name("redis-connect".to_owned())
            .spawn(move || keeper.keep())
            .map_err(Unavailable::new)?;
        // Once more than an attempt may take, so that its own reason is told.
        let link = this.take(Instant::now() + settings.timeout * 2)?;
        this.0.pool.put_back(link, None);
        Ok(this)
    }

    /// Runs one call. It may send several commands; all together they have the time of one.
    ///
    /// # Errors
    /// [`Unavailable`]: Redis was not there, has not answered in time, or has refused. But for the last, nobody knows whether
    /// it is done.
    pub fn run<T>(&self, call: impl FnOnce(&mut Link) -> RedisResult<T>) -> Result<T, Unavailable> {
        count(&self.0.counts.calls);
        self.try_run(call).map_err(|failure| {
            count(&self.0.counts.failures);
            failure.into()
        })
    }

    fn try_run<T>(&self, call: impl FnOnce(&mut Link) -> RedisResult<T>) -> Result<T, Failure> {
        let RedisSettings { url, timeout, .. } = &self.0.settings;
        let start = Instant::now();
        let mut link = self.take(start + *timeout / 2)?;
        link.until(start + *timeout);
        let outcome = call(&mut link);
        self.0.pool.put_back(link, outcome.as_ref().err());
        outcome.map_err(|error| Failure::of(url, error, *timeout))
    }

    fn take(&self, until: Instant) -> Result<Link, Failure> {
        self.0.pool.take(until).map_err(|no_link| match no_link {
            NoLink::Failed(failure) => failure,
            NoLink::Busy => Failure::new(&self.0.settings.url, busy(self.0.settings.timeout)),
        })
    }

    /// What it was told.
    #[must_use]
    pub fn settings(&self) -> &RedisSettings {
        &self.0.settings
    }

    /// How much it was used.
    #[must_use]
    pub fn counts(&self) -> &Arc<Counts> {
        &self.0.counts
    }
}

fn busy(timeout: Duration) -> String {
    format!("no connection is free: all wait for answers that do not come within {timeout:?}")
}

impl fmt::Debug for RedisConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisConnection({})", self.0.settings.url)
    }
}
