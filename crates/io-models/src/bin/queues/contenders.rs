//! The queues that are compared, each as two calls that wait: push and pop.

use std::fmt;
use std::sync::mpsc;

use anyhow::Context;
use clap::ValueEnum;
use crossbeam_queue::ArrayQueue;
use crossbeam_utils::Backoff;
use io_models::queue::{BlockingQueue, Doorbell, RingQueue};
use parking_lot::Mutex;

use crate::load::{Item, Load};
use crate::round::{Figures, round};

/// A queue that takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Contender {
    /// Ours, with a mutex and two condition variables
    Blocking,
    /// Ours, without locks: who waits spins and yields
    Ring,
    /// The same ring: who waits spins, yields, and then sleeps
    RingSleep,
    /// crossbeam's ArrayQueue: who waits spins and yields
    ArrayQueue,
    /// crossbeam's bounded channel
    CrossbeamChannel,
    /// The standard library's sync_channel
    StdChannel,
}

impl Contender {
    pub(crate) fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    /// One measurement.
    ///
    /// # Errors
    /// When an item was lost or doubled, or came out of order.
    pub(crate) fn round(self, load: Load) -> anyhow::Result<Figures> {
        let capacity = load.capacity;
        let figures = match self {
            Self::Blocking => {
                let queue = BlockingQueue::new(capacity);
                let push = |item| queue.push(item).expect("never closed");
                round(load, push, || queue.pop().expect("never closed"))
            }
            Self::Ring => {
                let queue = RingQueue::new(capacity);
                let push = |item| busily(|| queue.try_push(item).ok());
                round(load, push, || busily(|| queue.try_pop()))
            }
            Self::RingSleep => {
                let queue = Sleeping::new(capacity);
                round(load, |item| queue.push(item), || queue.pop())
            }
            Self::ArrayQueue => {
                let queue = ArrayQueue::new(capacity);
                let push = |item| busily(|| queue.push(item).ok());
                round(load, push, || busily(|| queue.pop()))
            }
            Self::CrossbeamChannel => {
                let (sender, receiver) = crossbeam_channel::bounded(capacity);
                let push = |item| sender.send(item).expect("the receiver is beside it");
                round(load, push, || receiver.recv().expect("the sender is beside it"))
            }
            Self::StdChannel => {
                let (sender, receiver) = mpsc::sync_channel(capacity);
                // It is for one thread: several share it behind a mutex, which the one that waits keeps.
                let receiver = Mutex::new(receiver);
                let push = |item| sender.send(item).expect("the receiver is beside it");
                round(load, push, || {
                    receiver.lock().recv().expect("the sender is beside it")
                })
            }
        };
        figures.with_context(|| format!("{self} is wrong"))
    }

    /// What must be known to read its figures.
    pub(crate) fn remark(self, load: Load) -> Option<&'static str> {
        (self == Self::StdChannel && load.consumers > 1)
            .then_some("has one receiver, which the consumers share behind a mutex")
    }
}

/// As on the command line.
impl fmt::Display for Contender {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_possible_value() {
            Some(value) => text.pad(value.get_name()),
            None => fmt::Debug::fmt(self, text),
        }
    }
}

// ANCHOR: waiting
/// Waits busily: a thread that finds the queue full or empty tries again, after 1, 2, 4 ... 64 turns of an empty loop,
/// and from then on after a yield, with which it offers its processor to others. It never sleeps.
fn busily<T>(attempt: impl Fn() -> Option<T>) -> T {
    let backoff = Backoff::new();
    loop {
        match attempt() {
            Some(result) => return result,
            None => backoff.snooze(),
        }
    }
}

/// Waits busily for a moment (the same spins, then four yields), and then sleeps until somebody rings.
struct Sleeping {
    ring: RingQueue<Item>,
    not_empty: Doorbell,
    not_full: Doorbell,
}

impl Sleeping {
    fn new(capacity: usize) -> Self {
        Self {
            ring: RingQueue::new(capacity),
            not_empty: Doorbell::default(),
            not_full: Doorbell::default(),
        }
    }

    fn push(&self, item: Item) {
        let attempt = || self.ring.try_push(item).ok();
        for_a_moment(attempt).unwrap_or_else(|| self.not_full.wait_for(attempt));
        self.not_empty.ring();
    }

    fn pop(&self) -> Item {
        let attempt = || self.ring.try_pop();
        let item = for_a_moment(attempt).unwrap_or_else(|| self.not_empty.wait_for(attempt));
        self.not_full.ring();
        item
    }
}

fn for_a_moment<T>(attempt: impl Fn() -> Option<T>) -> Option<T> {
    let backoff = Backoff::new();
    loop {
        match attempt() {
            None if !backoff.is_completed() => backoff.snooze(),
            result => return result,
        }
    }
}
// ANCHOR_END: waiting
