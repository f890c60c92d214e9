//! Completion: io_uring as a queue of completed operations, in three steps.
//!
//! The other models ask the system *when* they may read, and then read. Here the system is asked *to read*, and
//! says when it has done so. Each step is a file and adds one idea:
//!
//! | file | what is new |
//! |---|---|
//! | `one` | an operation, and the wait for its completion |
//! | `contexts` | many operations at a time: whose completion is it? The same on several threads is `completion-workers` |
//! //! | `buffers` | a buffer only for clients that have sent something; this is the model `completion` |
//!
//! Beside them stands what they share, with nearly all that is unsafe here: the `ring`, the `acceptor`, and the
//! `shared_buffers` of the last step.

pub(crate) mod buffers;
pub(crate) mod contexts;
pub(crate) mod one;

mod acceptor;
mod ring;
mod shared_buffers;
