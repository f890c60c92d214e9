//! Which channels this process wants to hear, for whom, and which it hears: what is between the servers here and the thread
//! that is connected for messages.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use crossbeam_channel::Sender;
use parking_lot::{Condvar, Mutex};

use super::failure::Failure;
use crate::request::Asked;

/// The channels of one process.
pub(super) struct Channels {
    /// That of the answers, which is always wanted.
    pub(super) answers: String,
    state: Mutex<State>,
    /// Something is heard, or is not any more.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The last listener of each channel, with its number.
    listeners: HashMap<String, (u64, Sender<Asked>)>,
    last: u64,
    heard: HashSet<String>,
    /// Why nothing is heard, since the last attempt to connect.
    failure: Option<Failure>,
    is_closed: bool,
}

impl Channels {
    pub(super) fn new(answers: String) -> Self {
        Self {
            answers,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Gives its number.
    pub(super) fn add(&self, channel: &str, requests: Sender<Asked>) -> u64 {
        let mut state = self.state.lock();
        state.last += 1;
        let number = state.last;
        state.listeners.insert(channel.to_owned(), (number, requests));
        number
    }

    /// Unless another one has come since. Requests that still come find nobody.
    pub(super) fn remove(&self, channel: &str, number: u64) {
        let listeners = &mut self.state.lock().listeners;
        if listeners.get(channel).is_some_and(|(known, _)| *known == number) {
            listeners.remove(channel);
        }
    }

    pub(super) fn listener(&self, channel: &str) -> Option<Sender<Asked>> {
        let state = self.state.lock();
        state.listeners.get(channel).map(|(_, requests)| requests.clone())
    }

    /// Waits until this channel is heard, but not longer than until then.
    pub(super) fn wait_for(&self, channel: &str, until: Instant) -> Result<(), Option<Failure>> {
        let mut state = self.state.lock();
        while !state.heard.contains(channel) {
            if self.changed.wait_until(&mut state, until).timed_out() {
                return Err(state.failure.clone());
            }
        }
        Ok(())
    }

    /// For the thread: what is wanted and not heard, and what is heard and not wanted.
    pub(super) fn changes(&self) -> (Vec<String>, Vec<String>) {
        let state = self.state.lock();
        let wanted = state.listeners.keys().chain([&self.answers]);
        let is_new = |channel: &&String| !state.heard.contains(*channel);
        let is_over =
            |channel: &&String| **channel != self.answers && !state.listeners.contains_key(*channel);
        (
            wanted.filter(is_new).cloned().collect(),
            state.heard.iter().filter(is_over).cloned().collect(),
        )
    }

    /// For the thread: from now on this one is heard, or not.
    pub(super) fn set(&self, channel: &str, is_heard: bool) {
        let mut state = self.state.lock();
        match is_heard {
            true => state.heard.insert(channel.to_owned()),
            false => state.heard.remove(channel),
        };
        state.failure = None;
        self.changed.notify_all();
    }

    /// For the thread: nothing is heard any more.
    pub(super) fn lost(&self, failure: &Failure) {
        let mut state = self.state.lock();
        state.heard.clear();
        state.failure = Some(failure.clone());
    }

    /// The thread ends when it hears something, or for a while has not.
    pub(super) fn close(&self) {
        self.state.lock().is_closed = true;
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().is_closed
    }

    /// For the thread: pauses until then; false where it is to end.
    pub(super) fn pause(&self, until: Instant) -> bool {
        let mut state = self.state.lock();
        while !state.is_closed && !self.changed.wait_until(&mut state, until).timed_out() {}
        !state.is_closed
    }
}
