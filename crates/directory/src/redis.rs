//! A directory in Redis, for servers of many processes and machines.
//!
//! | file | what is in it |
//! |---|---|
//! | `url`, `settings` | where Redis is, and how it is used |
//! | `connection` | a way to Redis for all threads: calls that end in time |
//! | `link` | one connection, lent to one call |
//! | `pool`, `keeper` | the connections that calls share, and the thread that makes them |
//! | `connecting`, `back_off` | one attempt to connect, and the pauses between them |
//! | `failure` | why a call was in vain, for people |
//! | `counts` | how much Redis was used |

mod back_off;
mod connecting;
mod connection;
mod counts;
mod failure;
mod keeper;
mod link;
mod pool;
mod settings;
mod url;

pub use connection::RedisConnection;
pub use counts::Counts;
pub use link::Link;
pub use settings::RedisSettings;
pub use url::{RedisUrl, RedisUrlError};
