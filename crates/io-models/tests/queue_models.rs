//! Tests of the queues with a model checker, which tries every order of their threads.
//!
//! The files are those of the crate. Here their locks and atomics are [`loom`]'s, which runs a test again and
//! again until it has seen each order in which its threads can meet, with so many switches from a thread that
//! could have gone on, and each old value that an atomic's ordering lets a thread see. It fails where two threads
//! are at an item at a time, and where all threads wait for ever.
//!
//! | file | what is in it |
//! |---|---|
//! | `tests/support/loom_sync` | the locks and atomics, as the crate uses them |
//! | `queue_models/blocking` | the queue with a mutex |
//! | `queue_models/ring` | the queue without |
//! | `queue_models/doorbell` | sleeping and ringing |
#![allow(
    dead_code,
    unreachable_pub,
    reason = "the files of the crate have more than is tested here"
)]

#[path = "../src/queue/blocking.rs"]
mod blocking;
#[path = "queue_models/blocking.rs"]
mod blocking_models;
#[path = "../src/queue/doorbell.rs"]
mod doorbell;
#[path = "queue_models/doorbell.rs"]
mod doorbell_models;
#[path = "../src/queue/ring.rs"]
mod ring;
#[path = "queue_models/ring.rs"]
mod ring_models;
#[path = "../../../tests/support/loom_sync.rs"]
mod sync;

/// Switches from a thread that could have gone on. Nearly all races need two at most (Musuvathi, Qadeer,
/// Iterative Context Bounding, 2007); each more takes many times as long.
const SWITCHES: usize = 2;

/// Runs `test` once for each order of its threads.
fn for_every_order(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(SWITCHES);
    builder.check(test);
}

/// In order, to be compared.
fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().collect();
    items.sort();
    items
}
