//! One echo server in every I/O model: whatever a client sends comes back, as from `echo-server`.
//!
//! All of them do the same, so that what differs is how they *wait*: [`Model`] lists them, and each has one file
//! in `models/`, to be read as a lesson. What is the same in all of them is not in those files:
//!
//! | file | what is in it |
//! |---|---|
//! | `model` | the names of the models, and which function each is |
//! | `listener` | sockets that listen: one, or one for each thread |
//! | `accept` | what to do when accept fails: nobody else may notice |
//! | `caught` | a panic is an error like any other |
//! | `door` | the listener, where nobody may wait for it |
//! | `client` | a client, where nobody may wait for it |
//! | `slots` | a key for each client, which no other client will ever have |
//!
//! The [`queue`]s between threads are beside them: the program `queues` compares them.
//!
//! There are no limits here, and Ctrl-C closes every connection where it stands: what a server needs besides a
//! model is in `echo-server`.

mod accept;
mod caught;
#[cfg(unix)]
mod client;
#[cfg(unix)]
mod door;
mod listener;
mod model;
mod models;
pub mod queue;
#[cfg(target_os = "linux")]
mod slots;

pub use model::{Model, Ready};

/// What is read at once, in bytes; every model has it, so that none is faster for its buffer.
const BUFFER_SIZE: usize = 16 * 1024;
