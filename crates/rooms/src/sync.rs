//! The locks and channels that the engine uses: the model tests put a model checker's own types here, and run the files
//! that use them with every order of the threads.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering, fence};

pub(crate) use parking_lot::{Condvar, Mutex};
