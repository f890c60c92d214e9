//! Completion: io_uring as a queue of completed operations, in four steps.

pub(crate) mod buffers;
pub(crate) mod contexts;
pub(crate) mod one;
pub(crate) mod workers;
