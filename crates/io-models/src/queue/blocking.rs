//! A queue with a mutex and two condition variables: who finds it full or empty sleeps.

use std::collections::VecDeque;

use super::sync::{Condvar, Mutex};

// ANCHOR: types
/// A bounded queue. [`push`](Self::push) sleeps while it is full, [`pop`](Self::pop) while it is empty.
///
/// ```
/// use io_models::queue::BlockingQueue;
///
/// let queue = BlockingQueue::new(2);
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         for number in 1..=5 {
///             queue.push(number).expect("not closed yet");
///         }
///         queue.close();
///     });
///     let mut sum = 0;
///     while let Some(number) = queue.pop() {
///         sum += number;
///     }
///     assert_eq!(sum, 15);
/// });
/// ```
pub struct BlockingQueue<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    /// Poppers sleep here.
    not_empty: Condvar,
    /// Pushers sleep here. With one condition for both, a wake-up that was meant for a popper could go to a
    /// pusher, who can do nothing with it, while the popper sleeps on.
    not_full: Condvar,
}

/// What the mutex guards: nobody sees or changes any of it without the lock.
struct State<T> {
    items: VecDeque<T>,
    is_closed: bool,
}
// ANCHOR_END: types

impl<T> BlockingQueue<T> {
    /// An empty queue for at most `capacity` items.
    ///
    /// # Panics
    /// When `capacity` is 0: every push would wait for ever.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue needs room for one item");
        Self {
            state: Mutex::new(State {
                // All of it now, so that nobody allocates while others wait for the lock.
                items: VecDeque::with_capacity(capacity),
                is_closed: false,
            }),
            capacity,
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        }
    }

    // ANCHOR: push
    /// Appends an item; sleeps while the queue is full.
    ///
    /// # Errors
    /// The item itself, when the queue is closed, be it before or while this thread slept.
    pub fn push(&self, item: T) -> Result<(), T> {
        let mut state = self.state.lock();
        // A loop, see `pop`.
        while state.items.len() == self.capacity && !state.is_closed {
            self.not_full.wait(&mut state);
        }
        if state.is_closed {
            return Err(item);
        }
        state.items.push_back(item);
        // Unlocked first: who is woken needs the lock, and would go to sleep again at once.
        drop(state);
        // One item, so one popper: with notify_all, all that sleep would wake up, and all but one in vain.
        self.not_empty.notify_one();
        Ok(())
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Takes the oldest item; sleeps while there is none. `None` when the queue is closed and all is taken.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.state.lock();
        // `wait` gives up the lock and falls asleep in one step: between the look at `items` and the sleep no
        // pusher can get in, whose notify_one would wake nobody and be lost.
        //
        // It is called in a loop, since to be woken does not mean that there is an item:
        // - It may be stolen. Between notify_one and this thread's turn with the lock, a popper that never slept
        //   may come along and take it.
        // - The wake-up may be spurious: POSIX and std allow `wait` to return for no reason at all.
        //   parking_lot promises that this does not happen. It cannot promise the first.
        while state.items.is_empty() && !state.is_closed {
            self.not_empty.wait(&mut state);
        }
        let item = state.items.pop_front();
        drop(state);
        if item.is_some() {
            self.not_full.notify_one();
        }
        item
    }
    // ANCHOR_END: pop

    // ANCHOR: close
    /// Ends the queue: from now on pushers get their items back. Poppers get what is left, and then `None`.
    pub fn close(&self) {
        self.state.lock().is_closed = true;
        // This is news for everybody who sleeps, not for one of them.
        self.not_empty.notify_all();
        self.not_full.notify_all();
    }
    // ANCHOR_END: close
}
