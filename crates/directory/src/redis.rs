//! A directory in Redis, for servers of many processes and machines.
//!
//! | file | what is in it |
//! |---|---|
//! | `directory` | the trait, over the calls of the other files |
//! | `slots`, `users`, `tickets` | what is kept, and the calls that change it |
//! | `script`, `scripts/` | those of them that are one step in Redis |
//! | `names`, `answer` | names of keys and channels; what Redis may answer |
//! | `requests` | requests between servers: asking, and listening |
//! | `message` | requests and answers as bytes |
//! | `channels`, `waiting` | what is to be heard, and who waits for what |
//! | `subscriber`, `answers` | the threads that hear messages, and send answers |
//! | `url`, `settings` | where Redis is, and how it is used |
//! | `connection` | a way to Redis for all threads: calls that end in time |
//! | `link` | one connection, lent to one call |
//! | `pool`, `keeper` | the connections that calls share, and the thread that makes them |
//! | `connecting`, `back_off` | one attempt to connect, and the pauses between them |
//! | `failure` | why a call was in vain, for people |
//! | `counts` | how much Redis was used |

mod answer;
mod answers;
mod back_off;
mod channels;
mod connecting;
mod connection;
mod counts;
mod directory;
mod failure;
mod keeper;
mod link;
mod message;
mod names;
mod pool;
mod requests;
mod script;
mod settings;
mod slots;
mod subscriber;
mod tickets;
mod url;
mod users;
mod waiting;

pub use connection::RedisConnection;
pub use counts::Counts;
pub use directory::Redis;
pub use link::Link;
pub use settings::RedisSettings;
pub use url::{RedisUrl, RedisUrlError};
