//! The reader of requests: each rule, every split, and any bytes against a reader that is slow and obvious.
//!
//! | file | what is in it |
//! |---|---|
//! | `slow` | the reader that is slow and obvious, and the other one fed in pieces |
//! | `rules` | what is read, what is refused, and with which mistake |
//! | `properties` | any bytes in any pieces |
#![forbid(unsafe_code)]

mod properties;
mod rules;
mod slow;
