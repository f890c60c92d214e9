//! One attempt to connect to Redis: the way there, who we are, which database, and whether it is a Redis at all.

use std::time::{Duration, Instant};

use redis::{Client, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo, RedisError, Value, cmd};

use super::failure::Failure;
use super::link::Link;
use super::settings::RedisSettings;
use super::url::RedisUrl;

/// Connects, and makes sure that a Redis answers. It takes a little longer than the settings' timeout at most, but for the
/// look-up of a name, which the system bounds: so it is for threads of this crate alone.
pub(super) fn connect(settings: &RedisSettings) -> Result<Link, Failure> {
    let (url, timeout) = (&settings.url, settings.timeout);
    open(url, timeout).map_err(|error| Failure::of(url, error, timeout))
}

fn open(url: &RedisUrl, timeout: Duration) -> Result<Link, RedisError> {
    let until = Instant::now() + timeout;
    let connection = Client::open(info(url)?)?.get_connection_with_timeout(timeout)?;
    let mut link = Link::new(connection);
    link.until(until);
    if let Some(password) = &url.password {
        let mut command = cmd("AUTH");
        if let Some(user) = &url.user {
            command.arg(user);
        }
        command.arg(password).exec(&mut link)?;
    }
    if url.database != 0 {
        cmd("SELECT").arg(url.database).exec(&mut link)?;
    }
    match cmd("PING").query(&mut link)? {
        Value::SimpleString(pong) if pong == "PONG" => Ok(link),
        _ => Err((
            redis::ErrorKind::UnexpectedReturnType,
            "PING is not answered by PONG",
        )
            .into()),
    }
}

/// Who we are is said by ourselves: the library would do so by a pipeline, for each answer of which it waits.
fn info(url: &RedisUrl) -> Result<ConnectionInfo, RedisError> {
    if url.has_tls() {
        // The second time it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let info = url.address().into_connection_info()?;
    let tcp = info.tcp_settings().clone().set_nodelay(true);
    Ok(info
        .set_tcp_settings(tcp)
        .set_redis_settings(RedisConnectionInfo::default().set_skip_set_lib_name()))
}
