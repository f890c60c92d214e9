//! Starts a server and waits for its line `listening on ADDRESS`, watches its process from outside, and connects to it as
//! a client that need not be polite.
//!
//! What loads, attacks, examines and tests servers stands on this crate; it knows none of the servers.
//!
//! | module | what is in it |
//! |---|---|
//! | [`lines`] | what a program prints, line by line |
//! | [`startup`] | starting a server, and where it says that it listens |
//! | `programs` | where a program is |
//! | [`process`] | memory, threads, descriptors and processor time of a process |
//! | [`tree`] | the same of a process and all that it has started |
//! | [`connections`] | what the system knows of TCP connections |
//! | [`client`] | a client that need not be polite |
#![forbid(unsafe_code)]

pub mod client;
pub mod connections;
pub mod lines;
pub mod process;
mod programs;
pub mod startup;
pub mod tree;

pub use client::{Brought, Client};
pub use process::{Process, Usage};
pub use programs::find_program;
pub use startup::{Announcement, RunningServer, Stream};
pub use tree::Tree;
