//! A request for the headers of a page, and the answer to it.
//!
//! The answer is not interpreted but shown, so this knows of HTTP what it takes to find the end of the headers
//! (RFC 9112, 2 and 5), and to tell a web server from something else.

mod answer;
mod request;

pub use answer::{Answer, Problem, receive};
pub use request::{Version, check_path, head_request};
