//! A datagram there, a datagram back: tries, timeouts, and what becomes of the reply.

mod exchange;
mod show;

pub use exchange::{Datagrams, Patience, Problem, Reply, exchange};
pub use show::{Form, show};
