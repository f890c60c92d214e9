//! The role of a worker: who works at the moment. One thread at a time has it, whichever thread that is.
//!
//! Whoever has put something into a worker's channels and finds nobody at work takes the role, and does what is there.
//! So a lone message is answered by the thread that has read it, and no other thread has to be woken for it. While
//! somebody works, the others put in what they have and go on, so a full channel is one worker's batch.

use std::time::Instant;

use crate::sync::{AtomicBool, Condvar, Mutex, Ordering, fence};

/// Says who works, and wakes the worker's own thread.
///
/// The rule that nothing is forgotten: whoever puts something in calls [`take`](Self::take) or [`call`](Self::call)
/// afterwards; whoever gives the role up looks afterwards whether something is in. Of the two at least one sees the
/// other, since each has a fence between its write and its look.
#[derive(Default)]
pub(crate) struct Role {
    taken: AtomicBool,
    bell: Mutex<Bell>,
    changed: Condvar,
}

/// What the worker's own thread waits for.
#[derive(Default)]
struct Bell {
    rung: bool,
    /// When it is to get up by itself.
    alarm: Option<Instant>,
}

/// Why the worker's own thread is up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Somebody has rung.
    Rung,
    /// The time of the alarm has come; it is set no more.
    Alarm,
}

impl Role {
    // ANCHOR: take
    /// Takes the role, if nobody has it. Whoever has it will see what was put in before this call.
    pub(crate) fn take(&self) -> bool {
        fence(Ordering::SeqCst);
        !self.taken.load(Ordering::Relaxed)
            && self
                .taken
                .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }

    /// Gives the role up. What has come before this call somebody else may have left to us: look afterwards.
    pub(crate) fn give_up(&self) {
        self.taken.store(false, Ordering::Release);
        fence(Ordering::SeqCst);
    }

    /// Leaves what was put in to whoever has the role, or else to the worker's own thread.
    pub(crate) fn call(&self) {
        fence(Ordering::SeqCst);
        if !self.taken.load(Ordering::Relaxed) {
            self.ring();
        }
    }
    // ANCHOR_END: take

    /// Wakes the worker's own thread.
    pub(crate) fn ring(&self) {
        self.bell.lock().rung = true;
        self.changed.notify_one();
    }

    #[cfg(test)]
    pub(crate) fn is_rung(&self) -> bool {
        self.bell.lock().rung
    }

    /// From now on the worker's own thread gets up at this time, or at none.
    pub(crate) fn set_alarm(&self, alarm: Option<Instant>) {
        self.bell.lock().alarm = alarm;
        self.changed.notify_one();
    }

    /// The worker's own thread waits here.
    pub(crate) fn wait(&self) -> Woken {
        let mut bell = self.bell.lock();
        loop {
            if std::mem::take(&mut bell.rung) {
                return Woken::Rung;
            }
            match bell.alarm {
                None => self.changed.wait(&mut bell),
                Some(time) if time <= Instant::now() => {
                    bell.alarm = None;
                    return Woken::Alarm;
                }
                Some(time) => {
                    self.changed.wait_until(&mut bell, time);
                }
            }
        }
    }
}
