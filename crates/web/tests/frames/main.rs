//! Frames of clients, right and wrong, in any pieces.
//!
//! | file | what is in it |
//! |---|---|
//! | `slow` | a reader that is slow and obvious; the fuzz target has it too |
//! | `rules` | the rules of RFC 6455, one by one |
//! | `properties` | any bytes, any pieces |
#![forbid(unsafe_code)]

mod properties;
mod rules;
mod slow;
