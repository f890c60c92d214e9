//! The log of what was said in a room. It outlives its server: in a SQLite file, in Redis, or in memory for tests.
//!
//! It knows no socket and no rule of a chat. Whoever serves rooms gives requests to a thread, and is called back with what
//! has become of them:
//!
//! ```text
//! workers --> requests --> log thread: all that waits becomes ONE call --> SQLite or Redis
//! workers <-- answers  <------+             (group commit)
//! ```
//!
//! **Positions.** Each message has one: the generation of the server that has written it, and a number, which counts up by one
//! within a generation. A server that takes a room over has a higher generation. It begins with a *fence*, the entry
//! `<generation>-0`. From then on its predecessor can store nothing any more: every append says what must stand last in the
//! log for it, and that is another entry now. So a server that was stopped, and wakes up with messages in its hands, harms
//! nobody.
//!
//! **An append that has no answer** is made again, unchanged. It says which entry must stand last, so it is stored once or
//! not at all, however often it arrives, and however late. Where it has no answer for a second, its senders get none
//! either, and nothing else is stored before it is known what has become of it.
//!
//! **Another epoch** means that the log has lost its data: no position of before is worth anything.
//!
//! | file | what is in it |
//! |---|---|
//! | `position`, `entry` | where a message stands, and what it says |
//! | `log` | the trait: what every log does |
//! | `owner` | which rooms are this server's, and until when |
//! | `request` | what the thread is asked, and what it answers |
//! | `kept` | the last messages of one room in memory, and the history that is read from there |
//! | `rooms` | the rooms that are open, and how much of them is in memory |
//! | `writer` | from requests to appends and answers; no thread in here |
//! | `doubt` | appends of which nobody knows whether they are stored |
//! | `thread` | the thread |
//! | `counts` | what it has done, in numbers |
//! | `sqlite`, `redis`, `memory` | the logs |
//! | `testing` | for tests, with the feature of this name: the rules that every log keeps |
#![forbid(unsafe_code)]

mod counts;
mod doubt;
mod entry;
mod kept;
mod log;
#[cfg(any(test, feature = "testing"))]
mod memory;
mod owner;
mod position;
mod redis;
mod request;
mod rooms;
mod sqlite;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod thread;
mod writer;

pub use counts::LogCounts;
pub use entry::{Entry, Kept};
pub use log::{Appended, LogError, Opened, RoomLog, Run, Verdict};
#[cfg(any(test, feature = "testing"))]
pub use memory::{Fault, MemoryLog};
pub use owner::{Alone, InDirectory, Ownership};
pub use position::Position;
pub use redis::RedisLog;
pub use request::{Answer, Done, Late, Outcome, Request, Since, Wish};
pub use sqlite::SqliteLog;
pub use thread::{LogThread, MOST_TOGETHER};
pub use writer::Writer;
