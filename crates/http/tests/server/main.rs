//! A server and clients that send it bytes: what is answered, what is refused, and when a connection ends.
//!
//! | file | what is in it |
//! |---|---|
//! | `support` | a server on a port of its own, and a client of raw bytes |
//! | `answers` | requests that are right |
//! | `connections` | which connection stays open, and what comes back in which order |
//! | `refusals` | requests that are wrong, and clients that are too many |
//! | `timeouts` | clients that are slow |
//! | `ending` | the end of the server |
//! | `upgrade` | a client that goes on in another protocol |
//! | `peers` | curl and Python, where they are installed |
#![forbid(unsafe_code)]

mod answers;
mod connections;
mod ending;
mod peers;
mod refusals;
mod support;
mod timeouts;
mod upgrade;
