//! The locks and atomics that the queues use: the model tests put a model checker's own types here, and run the files
//! that use them with every order of the threads.

pub(super) use std::sync::atomic::{AtomicUsize, Ordering, fence};

pub(super) use parking_lot::{Condvar, Mutex};

/// The standard library's cell, with the one call that the model checker's cell has too: it must know where an
/// access begins and where it ends, so as to find two at a time.
#[derive(Debug)]
pub(super) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(super) fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// Hands out the pointer. To follow it is for the caller to justify.
    pub(super) fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        access(self.0.get())
    }
}
