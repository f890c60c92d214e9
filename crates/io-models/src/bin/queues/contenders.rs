//! The queues that are compared, all behind the same two calls, which wait.

use std::fmt;
use std::sync::mpsc;

use anyhow::Context;
use clap::ValueEnum;
use crossbeam_queue::ArrayQueue;
use crossbeam_utils::Backoff;
use io_models::queue::{BlockingQueue, Doorbell, RingQueue};
use parking_lot::Mutex;

use crate::round::{Figures, Item, Load, round};

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
        let measure = match self {
            Self::Blocking => round::<BlockingQueue<_>>,
            Self::Ring => round::<Busy<RingQueue<_>>>,
            Self::RingSleep => round::<Sleeping>,
            Self::ArrayQueue => round::<Busy<ArrayQueue<_>>>,
            Self::CrossbeamChannel => round::<CrossbeamChannel>,
            Self::StdChannel => round::<StdChannel>,
        };
        measure(load).with_context(|| format!("{self} is wrong"))
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

/// What is measured: both calls wait as long as it takes.
pub(crate) trait Queue: Sync {
    fn with_capacity(capacity: usize) -> Self;
    fn push(&self, item: Item);
    fn pop(&self) -> Item;
}

impl Queue for BlockingQueue<Item> {
    fn with_capacity(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn push(&self, item: Item) {
        Self::push(self, item).expect("never closed");
    }

    fn pop(&self) -> Item {
        Self::pop(self).expect("never closed")
    }
}

/// A queue that does not wait by itself.
pub(crate) trait TryQueue: Sync {
    fn with_capacity(capacity: usize) -> Self;
    fn try_push(&self, item: Item) -> Result<(), Item>;
    fn try_pop(&self) -> Option<Item>;
}

impl TryQueue for RingQueue<Item> {
    fn with_capacity(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn try_push(&self, item: Item) -> Result<(), Item> {
        Self::try_push(self, item)
    }

    fn try_pop(&self) -> Option<Item> {
        Self::try_pop(self)
    }
}

impl TryQueue for ArrayQueue<Item> {
    fn with_capacity(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn try_push(&self, item: Item) -> Result<(), Item> {
        self.push(item)
    }

    fn try_pop(&self) -> Option<Item> {
        self.pop()
    }
}

// ANCHOR: waiting
/// Waits busily: a thread that finds it full or empty tries again, after 1, 2, 4 ... 64 turns of an empty loop, and
/// from then on after a yield, with which it offers its processor to others. It never sleeps.
pub(crate) struct Busy<Q>(Q);

impl<Q: TryQueue> Queue for Busy<Q> {
    fn with_capacity(capacity: usize) -> Self {
        Self(Q::with_capacity(capacity))
    }

    fn push(&self, item: Item) {
        let backoff = Backoff::new();
        while self.0.try_push(item).is_err() {
            backoff.snooze();
        }
    }

    fn pop(&self) -> Item {
        let backoff = Backoff::new();
        loop {
            match self.0.try_pop() {
                Some(item) => return item,
                None => backoff.snooze(),
            }
        }
    }
}

/// Waits busily for a moment (the same spins, then four yields), and then sleeps until somebody rings.
pub(crate) struct Sleeping {
    ring: RingQueue<Item>,
    not_empty: Doorbell,
    not_full: Doorbell,
}

impl Queue for Sleeping {
    fn with_capacity(capacity: usize) -> Self {
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

/// Both ends of a channel of crossbeam.
pub(crate) struct CrossbeamChannel(crossbeam_channel::Sender<Item>, crossbeam_channel::Receiver<Item>);

impl Queue for CrossbeamChannel {
    fn with_capacity(capacity: usize) -> Self {
        let (sender, receiver) = crossbeam_channel::bounded(capacity);
        Self(sender, receiver)
    }

    fn push(&self, item: Item) {
        self.0.send(item).expect("the receiver is beside it");
    }

    fn pop(&self) -> Item {
        self.1.recv().expect("the sender is beside it")
    }
}

/// Both ends of a channel of the standard library. Its receiver is for one thread: several share it behind a mutex,
/// which the one that waits keeps.
pub(crate) struct StdChannel(mpsc::SyncSender<Item>, Mutex<mpsc::Receiver<Item>>);

impl Queue for StdChannel {
    fn with_capacity(capacity: usize) -> Self {
        let (sender, receiver) = mpsc::sync_channel(capacity);
        Self(sender, Mutex::new(receiver))
    }

    fn push(&self, item: Item) {
        self.0.send(item).expect("the receiver is beside it");
    }

    fn pop(&self) -> Item {
        self.1.lock().recv().expect("the sender is beside it")
    }
}
