//! Bounded queues between threads: what a server of threads hands its work over with.
//!
//! | file | what is in it |
//! |---|---|
//! | `blocking` | a mutex and two condition variables: who finds the queue full or empty sleeps |
//! | `ring` | a ring of slots without any lock: who finds it full or empty is told so, at once |
//! | `doorbell` | where threads sleep that were told so |
//! | `sync` | the locks and atomics they are made of; the model tests put others in their place |
//!
//! All of them are bounded. A queue without a bound keeps what its readers are too slow for, until no memory is
//! left; a bounded one makes its writers wait, and so the slowest tells all the others how fast they may go.

mod blocking;
mod doorbell;
mod ring;
mod sync;

pub use blocking::BlockingQueue;
pub use doorbell::Doorbell;
pub use ring::RingQueue;

#[cfg(test)]
mod tests;
