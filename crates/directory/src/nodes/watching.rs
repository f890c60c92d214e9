//! How a server hears that slots, and with them its rooms, come and go.

use std::mem;

use parking_lot::Mutex;

/// A slot has come: the server has these rooms from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The number of its first room.
    pub first_room: i32,
    /// That of its last one.
    pub last_room: i32,
    /// The unique id of the first member of each room: see [`Nodes::first_unique_id`](crate::Nodes::first_unique_id).
    pub first_unique_id: u64,
    /// The generation in which the slot is taken: higher than that of every owner before.
    pub generation: u64,
}

/// A slot has gone: somebody else may have these rooms by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The number of its first room.
    pub first_room: i32,
    /// Who has logged in with a ticket for this slot, and has not gone: user and session. No other server finds them any
    /// more, in whatever room they are.
    pub sessions: Vec<(String, u64)>,
}

/// What has happened.
pub(super) enum Change {
    Taken(Taken),
    Lost(Lost),
}

type Tell = Box<dyn Fn(Change) + Send>;

/// Whoever watches, or what it will hear when it comes.
pub(super) struct Watching(Mutex<State>);

enum State {
    Nobody(Vec<Change>),
    Somebody(Tell),
}

impl Default for Watching {
    fn default() -> Self {
        Self(Mutex::new(State::Nobody(Vec::new())))
    }
}

impl Watching {
    /// Tells what has happened so far, and all that happens from now on. Whoever watches first goes on.
    pub(super) fn watch(&self, tell: impl Fn(Change) + Send + 'static) {
        let mut state = self.0.lock();
        if let State::Nobody(changes) = &mut *state {
            mem::take(changes).into_iter().for_each(&tell);
            *state = State::Somebody(Box::new(tell));
        }
    }

    /// With the lock, so that all is told in its order.
    pub(super) fn tell(&self, change: Change) {
        match &mut *self.0.lock() {
            State::Nobody(changes) => changes.push(change),
            State::Somebody(tell) => tell(change),
        }
    }
}
