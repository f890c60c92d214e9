//! Requests of this process that are waited for, by their numbers.

use std::collections::HashMap;

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;

use super::message::{Back, Said};

/// Who waits for what.
#[derive(Default)]
pub(super) struct Waiting(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    of: HashMap<u64, Sender<Said>>,
}

/// One that is waited for, until it is dropped.
pub(super) struct Waiter<'a> {
    waiting: &'a Waiting,
    pub(super) id: u64,
    pub(super) said: Receiver<Said>,
}

impl Waiting {
    pub(super) fn begin(&self) -> Waiter<'_> {
        let (sender, said) = bounded(1);
        let mut state = self.0.lock();
        state.last += 1;
        let id = state.last;
        state.of.insert(id, sender);
        Waiter {
            waiting: self,
            id,
            said,
        }
    }

    /// One that comes too late is nobody's.
    pub(super) fn take(&self, back: Back) {
        if let Some(waiter) = self.0.lock().of.remove(&back.id) {
            let _ = waiter.send(back.said);
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.waiting.0.lock().of.remove(&self.id);
    }
}
