//! The finished time server: daytime, sessions and UDP, at once from one process.
//!
//! | file | what is in it |
//! |---|---|
//! | `format` | a moment, as text (RFC 3339) or as four bytes (RFC 868) |
//! | `requests` | from the bytes of a session to requests; no socket in it |
//! | `services` | the three services, each on a thread of its own, and their end |
//! | `daytime` | the time for whoever connects (RFC 867, RFC 868) |
//! | `sessions` | long connections with requests and replies |
//! | `udp` | datagrams, and which of them are better not answered |
//!
//! Nothing in here looks at a clock but through [`Config::clock`], which a test sets as it likes.
#![forbid(unsafe_code)]

mod daytime;
mod format;
mod requests;
mod services;
mod sessions;
mod udp;

pub use format::{TimeFormat, seconds_since_1900};
pub use requests::{LONGEST_REQUEST, Request, RequestTooLong, Requests};
pub use services::{Config, Services, Summary, run};
