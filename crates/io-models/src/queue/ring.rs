//! A ring of slots without any lock: who finds it full or empty is told so, at once.
//!
//! Dmitry Vyukov, [Bounded MPMC queue](https://www.1024cores.net/home/lock-free-algorithms/queues/bounded-mpmc-queue)
//! (2010); the orderings are his.
#![allow(unsafe_code, reason = "a slot is written and read without a lock around it")]

use std::cmp::Ordering::{Equal, Greater, Less};
use std::mem::MaybeUninit;

use crossbeam_utils::CachePadded;

use super::sync::Ordering::{Acquire, Relaxed, Release};
use super::sync::{AtomicUsize, UnsafeCell};

// ANCHOR: types
/// A bounded queue for any number of threads that push and any number that pop.
///
/// All pushes are numbered, from 0, and so are all pops: such a number is a *position*. Push 7 and pop 7 meet in the
/// same slot, 7 % capacity, where push 7 leaves what pop 7 takes.
///
/// ```
/// use io_models::queue::RingQueue;
///
/// let queue = RingQueue::new(2);
/// assert_eq!(queue.try_push("a"), Ok(()));
/// assert_eq!(queue.try_push("b"), Ok(()));
/// assert_eq!(queue.try_push("c"), Err("c"));
/// assert_eq!(queue.try_pop(), Some("a"));
/// ```
pub struct RingQueue<T> {
    slots: Box<[Slot<T>]>,
    /// `position & mask` is `position % capacity`, since the capacity is a power of two.
    mask: usize,
    /// The position of the next push. Pushers write here all the time and poppers there: each has a cache line of
    /// its own, or else every push would take the line away from the processors of the poppers.
    next_push: CachePadded<AtomicUsize>,
    next_pop: CachePadded<AtomicUsize>,
}

struct Slot<T> {
    /// Whose turn it is: `position` is that of the push, `position + 1` that of the pop at this position.
    sequence: AtomicUsize,
    /// There is an item from the end of a push to the begin of its pop.
    item: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: an item goes from one thread to another, for which it must be Send. No two threads are ever at the
// same item at a time (see `claim`), so it need not be Sync.
unsafe impl<T: Send> Sync for RingQueue<T> {}
// ANCHOR_END: types

impl<T> RingQueue<T> {
    /// An empty queue for at most `capacity` items.
    ///
    /// # Panics
    /// When `capacity` is not a power of two, or 1. With one slot, "taken by push 0, wait for pop 0" and "free for
    /// push 1" were both the sequence 1, and push 1 would write over an item that nobody has taken.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::starting_at(0, capacity)
    }

    /// The first position is for tests: after 2⁶⁴ items (2³² on small machines) it is 0 again, and nobody wants to
    /// wait for that. It does no harm, since the capacity divides that number.
    pub(super) fn starting_at(first: usize, capacity: usize) -> Self {
        assert!(
            capacity.is_power_of_two() && capacity > 1,
            "the capacity must be a power of two, 2 or more"
        );
        let mask = capacity - 1;
        let slot = |index: usize| Slot {
            // The first position from `first` on that meets in this slot: its push may come.
            sequence: AtomicUsize::new(first.wrapping_add(index.wrapping_sub(first) & mask)),
            item: UnsafeCell::new(MaybeUninit::uninit()),
        };
        Self {
            slots: (0..capacity).map(slot).collect(),
            mask,
            next_push: CachePadded::new(AtomicUsize::new(first)),
            next_pop: CachePadded::new(AtomicUsize::new(first)),
        }
    }

    /// How many items there is room for.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    // ANCHOR: push_pop
    /// Appends an item.
    ///
    /// # Errors
    /// The item itself, when the queue is full.
    pub fn try_push(&self, item: T) -> Result<(), T> {
        // Free for push `position` says the sequence `position`.
        let Some((slot, position)) = self.claim(&self.next_push, 0) else {
            return Err(item);
        };
        // SAFETY: `claim` has given this slot to this push alone until the sequence changes. What the slot held
        // before has been moved out by the pop of the round before, so nothing is lost that should be dropped.
        slot.item
            .with_mut(|place| unsafe { place.write(MaybeUninit::new(item)) });
        // Release: who sees this sequence, with Acquire, sees the item too. The turn goes to pop `position`.
        slot.sequence.store(position.wrapping_add(1), Release);
        Ok(())
    }

    /// Takes the oldest item. `None` when the queue is empty, or when the push of the oldest item has begun and is
    /// not finished: others behind it must wait.
    pub fn try_pop(&self) -> Option<T> {
        // There is an item for pop `position` says the sequence `position + 1`.
        let (slot, position) = self.claim(&self.next_pop, 1)?;
        // SAFETY: `claim` has given this slot to this pop alone until the sequence changes. It has seen, with
        // Acquire, what the push has stored with Release after it had written the item; and nobody reads it
        // again, since no other pop has this position.
        let item = slot.item.with_mut(|place| unsafe { place.read().assume_init() });
        // Release: the push of the next round, which sees this with Acquire, writes only after the item was read.
        slot.sequence
            .store(position.wrapping_add(self.capacity()), Release);
        Some(item)
    }
    // ANCHOR_END: push_pop

    // ANCHOR: claim
    /// Takes the next position for this thread alone, and with it its slot, once the slot's sequence is
    /// `position + turn`. `None` when the slot is a round behind: still full for a push, still empty for a pop.
    fn claim(&self, next: &AtomicUsize, turn: usize) -> Option<(&Slot<T>, usize)> {
        // Relaxed: only a guess. Where it is old, the compare_exchange below says so.
        let mut position = next.load(Relaxed);
        loop {
            let slot = &self.slots[position & self.mask];
            // Acquire: with the sequence comes all that was done to the slot before it was stored.
            let sequence = slot.sequence.load(Acquire);
            // A difference instead of `<`, since positions begin again at 0 some day.
            let ahead = sequence.wrapping_sub(position.wrapping_add(turn)).cast_signed();
            match ahead.cmp(&0) {
                Equal => {
                    // Whoever changes `next` from `position` to the one after it has the slot: one thread only.
                    // Relaxed: nothing is handed over here, that is what the sequence is for. Weak: where it
                    // fails for no reason, the loop tries again anyway.
                    let after = position.wrapping_add(1);
                    match next.compare_exchange_weak(position, after, Relaxed, Relaxed) {
                        Ok(_) => return Some((slot, position)),
                        Err(current) => position = current,
                    }
                }
                Less => return None,
                // Others have been here since the guess, so a newer one is there. It is also seen: they changed
                // `next` before they stored the sequence that was read with Acquire.
                Greater => position = next.load(Relaxed),
            }
        }
    }
    // ANCHOR_END: claim
}

// ANCHOR: drop
impl<T> Drop for RingQueue<T> {
    /// Drops what nobody has taken: a `MaybeUninit` does not know whether there is something in it.
    fn drop(&mut self) {
        // `&mut self`: no other thread is left, so no push is half done, and `None` means empty.
        while self.try_pop().is_some() {}
    }
}
// ANCHOR_END: drop
