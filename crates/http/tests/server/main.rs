//! A server and clients that send it bytes: what is answered, what is refused, and when a connection ends.
//!
//! | file | what is in it |
//! |---|---|
//! | `support` | a server on a port of its own, and a client of raw bytes |
//! | `answers` | requests that are right |
#![forbid(unsafe_code)]

mod answers;
mod support;
