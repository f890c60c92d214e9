//! One echo server in every I/O model: whatever a client sends comes back, as from `echo-server`.
//!
//! All of them do the same, so that what differs is how they *wait*. [`Model`] lists them, and each has one file in
//! `models/`, to be read as a lesson, best in this order. What a file needs besides is read before it:
//!
//! | file | lines | needs | new in it |
//! |---|---|---|---|
//! | `iterative` | 50 | `pauses` | one client after another |
//! | `thread` | 40 | `pauses`, `iterative` | a thread for each client |
//! | `pool` | 50 | `pauses`, `iterative` | a fixed number of threads |
//! | `process` | 190 | `pauses`, `iterative` | a process for each client, and its duties |
//! | `select` | 170 | `pauses` | one thread waits for all clients |
//! | `poll` | 190 | `pauses` | an array instead of bits |
//! | `epoll_level` | 160 | `acceptor`, `client`, `slots`, `idle_timer` | the kernel keeps the list; a timer |
//! | `epoll_edge` | 140 | `acceptor`, `client`, `slots` | told once: what was told must be remembered |
//! | `thread_per_core` | 20 | `threads`, `epoll_edge` | a loop for each thread |
//! | `completion/one` | 110 | `pauses`, `acceptor`, `ring` | io_uring: the kernel reads |
//! | `completion/contexts` | 130 | `acceptor`, `one`, `ring`, `slots`, `threads` | many operations at a time |
//! | `completion/buffers` | 170 | `acceptor`, `one`, `ring`, `shared_buffers`, `slots`, `threads` | no buffer for the idle |
//! | `runtime` | 70 | `pauses` | what tokio makes of it |
//!
//! What several of them need:
//!
//! | file | lines | what is in it |
//! |---|---|---|
//! | `listener` | 60 | sockets that listen: one, or one for each thread |
//! | `threads` | 80 | a model on several threads, which ends with the first of them |
//! | `pauses` | 70 | how long to wait after an accept that failed |
//! | `acceptor` | 90 | accepts clients without waiting for them, for the epolls |
//! | `client` | 120 | reads and writes that never wait, for the epolls |
//! | `slots` | 100 | a key for each client, which no other client will ever have |
//! | `idle_timer` | 100 | which clients have been silent for too long |
//! | `completion/acceptor` | 90 | accepts clients with io_uring |
//! | `completion/ring` | 230 | the two queues that the program and the kernel share |
//! | `completion/shared_buffers` | 130 | buffers that the kernel lends to the clients that need one |
//!
//! The [`queue`]s between threads are beside them: the program `queues` compares them.
//!
//! There are no limits here, and Ctrl-C closes every connection where it stands: what a server needs besides a
//! model is in `echo-server`.

#[cfg(target_os = "linux")]
mod acceptor;
#[cfg(target_os = "linux")]
mod client;
#[cfg(target_os = "linux")]
mod idle_timer;
mod listener;
mod model;
mod models;
mod pauses;
pub mod queue;
#[cfg(target_os = "linux")]
mod slots;
mod threads;

pub use model::{Model, Options};

/// What is read at once, in bytes; every model has it, so that none is faster for its buffer.
const BUFFER_SIZE: usize = 16 * 1024;

/// What a model calls, once, when it has all descriptors and threads without which it could not serve. Whoever says
/// earlier that it listens, makes a promise that the first clients break by taking what is left.
pub type Ready<'a> = &'a dyn Fn();
