//! Puts threads to sleep while a queue without locks is full or empty, and wakes them.

use super::sync::Ordering::{Relaxed, SeqCst};
use super::sync::{AtomicUsize, Condvar, Mutex, fence};

// ANCHOR: doorbell
/// Threads sleep here until somebody rings. Who rings pays one look at a counter, as long as nobody sleeps.
#[derive(Default)]
pub struct Doorbell {
    /// Threads that sleep, or are about to.
    sleepers: AtomicUsize,
    lock: Mutex<()>,
    rung: Condvar,
}

impl Doorbell {
    /// Repeats `attempt` until it succeeds, and sleeps after each failure until somebody rings.
    ///
    /// To be woken costs microseconds: the caller has tried for a while before.
    pub fn wait_for<T>(&self, mut attempt: impl FnMut() -> Option<T>) -> T {
        let mut lock = self.lock.lock();
        // First the counter is changed, then the queue is looked at. Whoever rings has first changed the queue, and
        // then looks at the counter. With a fence of SeqCst on both sides at least one of the two sees the other;
        // without them neither may, since a processor lets a look overtake a write.
        self.sleepers.fetch_add(1, Relaxed);
        fence(SeqCst);
        let success = loop {
            if let Some(success) = attempt() {
                break success;
            }
            // Gives up the lock, without which nobody can ring between the look and the sleep.
            self.rung.wait(&mut lock);
        };
        self.sleepers.fetch_sub(1, Relaxed);
        drop(lock);
        // There may be more than one: a push that was finished late hides the items behind it, whose rings then
        // woke others in vain. So each that is woken wakes the next, until one finds nothing.
        self.ring();
        success
    }

    /// Wakes one of those who sleep. To be called after each change that could end a wait.
    pub fn ring(&self) {
        fence(SeqCst);
        if self.sleepers.load(Relaxed) > 0 {
            // Who has counted itself but does not sleep yet holds the lock: wait for that.
            drop(self.lock.lock());
            self.rung.notify_one();
        }
    }
}
// ANCHOR_END: doorbell
