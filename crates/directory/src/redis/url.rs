//! The address of a Redis as people write it, with the user and the password in it, which it never shows.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, parse_redis_url};
use thiserror::Error;

/// What is shown in place of a password.
const HIDDEN: &str = "***";

/// Where a Redis is:
///
/// | address | what it is |
/// |---|---|
/// | `redis://[[user]:password@]host[:port][/db]` | TCP; port 6379 and database 0 where nothing is said |
/// | `rediss://...` | the same with TLS, by the certificates that the system trusts |
/// | `redis+unix:///path/to.sock[?db=1&user=name&pass=word]` | a socket in the file system |
///
/// In a user and a password, characters such as `@` and `/` are written in percent-encoding.
///
/// ```
/// use directory::redis::RedisUrl;
///
/// let url: RedisUrl = "redis://chat:s%40cret@redis.example/1".parse()?;
/// assert_eq!(url.to_string(), "redis://chat:***@redis.example:6379/1");
/// # Ok::<(), directory::redis::RedisUrlError>(())
/// ```
#[derive(Clone)]
pub struct RedisUrl {
    pub(super) place: Place,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    /// The number of a database, from 0.
    pub(super) database: u32,
}

/// How a Redis is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Tcp { host: String, port: u16, tls: bool },
    Socket(PathBuf),
}

/// Why a text is no address of a Redis. The text itself is not shown, since there may be a password in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RedisUrlError {
    /// It does not begin as one.
    #[error(
        "not the address of a Redis: expected redis://HOST:PORT/DB, rediss://HOST:PORT/DB or redis+unix:///PATH \
         (characters such as @ / ? # % in a password are written in percent-encoding)"
    )]
    Form,
    /// It has no host, or no path.
    #[error("the address of a Redis needs a host, or the path of a socket: redis://HOST, redis+unix:///PATH")]
    NoPlace,
    /// There is something behind the `?` that is not known.
    #[error(
        "{0:?} is not known in the address of a Redis: a socket's may have db, user and pass behind its ?"
    )]
    Unknown(String),
    /// No number of a database.
    #[error("{0:?} is not the number of a database of Redis: expected 0 or more")]
    Database(String),
    /// A name alone lets nobody in.
    #[error("the address of a Redis has a user and no password: redis://USER:PASSWORD@HOST")]
    NoPassword,
    /// A part that is no text.
    #[error("the user or the password in the address of a Redis is not UTF-8 when it is decoded")]
    NotText,
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(text: &str) -> Result<Self, RedisUrlError> {
        let url = parse_redis_url(text).ok_or(RedisUrlError::Form)?;
        let in_files = match url.scheme() {
            "redis" | "rediss" => false,
            "redis+unix" => true,
            _ => return Err(RedisUrlError::Form),
        };
        if url.fragment().is_some() {
            return Err(RedisUrlError::Form);
        }
        let mut database = url.path().trim_matches('/').to_owned();
        if in_files {
            // A host would be left out without a word.
            if url.host_str().is_some_and(|host| !host.is_empty()) || database.is_empty() {
                return Err(RedisUrlError::NoPlace);
            }
            database.clear();
        }
        for (name, value) in url.query_pairs() {
            match &*name {
                "db" if in_files => database = value.into_owned(),
                "user" | "pass" if in_files => {}
                _ => return Err(RedisUrlError::Unknown(name.into_owned())),
            }
        }
        let database = number(&database)?;
        let known = url.into_connection_info().map_err(|_| RedisUrlError::NotText)?;
        Self::of(&known, database)
    }
}

fn number(text: &str) -> Result<u32, RedisUrlError> {
    match text {
        "" => Ok(0),
        text => text.parse().map_err(|_| RedisUrlError::Database(text.to_owned())),
    }
}

impl RedisUrl {
    fn of(known: &ConnectionInfo, database: u32) -> Result<Self, RedisUrlError> {
        let place = match known.addr().clone() {
            ConnectionAddr::Tcp(host, port) => Place::Tcp {
                host,
                port,
                tls: false,
            },
            ConnectionAddr::TcpTls { host, port, .. } => Place::Tcp {
                host,
                port,
                tls: true,
            },
            ConnectionAddr::Unix(path) => Place::Socket(path),
            _ => return Err(RedisUrlError::Form),
        };
        let settings = known.redis_settings();
        if settings.username().is_some() && settings.password().is_none() {
            return Err(RedisUrlError::NoPassword);
        }
        Ok(Self {
            place,
            user: settings.username().map(str::to_owned),
            password: settings.password().map(str::to_owned),
            database,
        })
    }

    /// True where the way there is encrypted.
    pub(super) fn has_tls(&self) -> bool {
        matches!(self.place, Place::Tcp { tls: true, .. })
    }

    /// What the client library is told: the place alone. Who we are is said by ourselves.
    pub(super) fn address(&self) -> ConnectionAddr {
        match self.place.clone() {
            Place::Tcp {
                host,
                port,
                tls: false,
            } => ConnectionAddr::Tcp(host, port),
            Place::Tcp {
                host,
                port,
                tls: true,
            } => ConnectionAddr::TcpTls {
                host,
                port,
                insecure: false,
                tls_params: None,
            },
            Place::Socket(path) => ConnectionAddr::Unix(path),
        }
    }
}

/// Never with the password.
impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Tcp { host, port, tls } => {
                write!(f, "redis{}://", if *tls { "s" } else { "" })?;
                if self.password.is_some() {
                    write!(f, "{}:{HIDDEN}@", self.user.as_deref().unwrap_or_default())?;
                }
                match host.contains(':') {
                    true => write!(f, "[{host}]:{port}/{}", self.database),
                    false => write!(f, "{host}:{port}/{}", self.database),
                }
            }
            Place::Socket(path) => {
                write!(f, "redis+unix://{}?db={}", path.display(), self.database)?;
                if let Some(user) = &self.user {
                    write!(f, "&user={user}")?;
                }
                if self.password.is_some() {
                    write!(f, "&pass={HIDDEN}")?;
                }
                Ok(())
            }
        }
    }
}

/// As `Display`.
impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RedisUrl, RedisUrlError> {
        text.parse()
    }

    #[test]
    fn every_form_is_understood() {
        for (text, shown, user, password) in [
            ("redis://localhost", "redis://localhost:6379/0", None, None),
            ("redis://10.0.0.1:7000/3", "redis://10.0.0.1:7000/3", None, None),
            ("redis://[::1]:7000", "redis://[::1]:7000/0", None, None),
            (
                "rediss://redis.example/",
                "rediss://redis.example:6379/0",
                None,
                None,
            ),
            (
                "redis://:a%40b%2Fc%25@h",
                "redis://:***@h:6379/0",
                None,
                Some("a@b/c%"),
            ),
            (
                "redis://ch%61t:%ED%95%9C@h/1",
                "redis://chat:***@h:6379/1",
                Some("chat"),
                Some("한"),
            ),
            (
                "redis+unix:///run/r.sock",
                "redis+unix:///run/r.sock?db=0",
                None,
                None,
            ),
            (
                "redis+unix:///run/r.sock?db=2&user=chat&pass=a%26b",
                "redis+unix:///run/r.sock?db=2&user=chat&pass=***",
                Some("chat"),
                Some("a&b"),
            ),
        ] {
            let url = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(url.to_string(), shown, "{text}");
            assert_eq!(format!("{url:?}"), format!("RedisUrl({shown})"), "{text}");
            assert_eq!(
                (url.user.as_deref(), url.password.as_deref()),
                (user, password),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_none_is_told_without_its_password() {
        for (text, expected) in [
            ("", RedisUrlError::Form),
            ("localhost:6379", RedisUrlError::Form),
            ("http://localhost", RedisUrlError::Form),
            ("redis://:secret/secret@host", RedisUrlError::Form),
            ("redis://:s@host:70000", RedisUrlError::Form),
            ("rediss://host#insecure", RedisUrlError::Form),
            ("redis+unix://", RedisUrlError::NoPlace),
            ("redis+unix://host/run/r.sock", RedisUrlError::NoPlace),
            ("redis://host/one", RedisUrlError::Database("one".to_owned())),
            ("redis://host/-1", RedisUrlError::Database("-1".to_owned())),
            ("redis://host?db=1", RedisUrlError::Unknown("db".to_owned())),
            (
                "redis+unix:///r.sock?passwd=secret",
                RedisUrlError::Unknown("passwd".to_owned()),
            ),
            ("redis://chat@host", RedisUrlError::NoPassword),
            ("redis://:%ff@host", RedisUrlError::NotText),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
