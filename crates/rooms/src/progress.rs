//! How far a session has come: what its client's thread waits for, and who tells it.

use std::fmt;
use std::time::{Duration, Instant};

use net::NetError;
use protocol::ErrorCode;

use crate::sync::{Condvar, Mutex};
use crate::ticket::Ticket;

/// Bytes that a client may have under way to its worker. Past that its thread reads no more: whoever sends
/// faster than the worker answers waits, and fills no queue.
pub(crate) const MAX_IN_FLIGHT: usize = 16 * 1024;

/// What the client's thread waits for, under one lock.
#[derive(Default)]
pub(crate) struct Progress {
    state: Mutex<State>,
    /// Told when the state has changed in a way that the client thread waits for.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes handed to a worker and not finished.
    in_flight: usize,
    clogged: bool,
    /// Since when its worker answers nothing, because the game waits for somebody else.
    parked: Option<Instant>,
    /// How long that was before, since its client thread has asked last.
    was_parked: Duration,
    /// The server ends: its client thread must not wait for the client any more.
    released: bool,
    /// All is sent, or nothing can be.
    finished: bool,
    /// Why nothing more is sent: a worker or the helper has cut the client, or the connection is broken.
    cut: Option<NetError>,
    /// Why its client thread is to end it in order.
    dismissed: Option<NetError>,
    farewell: Farewell,
    /// What its worker wants to know of its client thread.
    question: Option<Question>,
}

/// A login that is to be checked.
pub(crate) struct Question {
    pub(crate) user_id: String,
    pub(crate) password: String,
    /// The session waits for the answer.
    pub(crate) ticket: Ticket,
}

/// The password is nobody's business.
impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}

/// Whether somebody wants the session to be closed.
#[derive(Debug, Default)]
enum Farewell {
    #[default]
    Nobody,
    /// For this reason. The tickets are those of sessions that wait until this one has left.
    Wanted(ErrorCode, Vec<Ticket>),
    /// Its worker has let go of it.
    Said,
}

/// The client thread's side.
impl Progress {
    /// Bytes are on their way to a worker.
    pub(crate) fn handed_over(&self, bytes: usize) {
        self.state.lock().in_flight += bytes;
    }

    // ANCHOR: ready
    /// Waits until the client may send more: little is under way, it reads its replies, and it is not parked. Gives how
    /// long it was parked since the last call; `None` where a worker has dismissed it.
    pub(crate) fn wait_until_ready(&self) -> Option<Duration> {
        let mut state = self.state.lock();
        while !state.released
            && state.dismissed.is_none()
            && (state.in_flight > MAX_IN_FLIGHT || state.clogged || state.parked.is_some())
        {
            self.changed.wait(&mut state);
        }
        match state.dismissed {
            None => Some(std::mem::take(&mut state.was_parked)),
            Some(_) => None,
        }
    }
    // ANCHOR_END: ready

    /// True where it is parked, or was since [`wait_until_ready`](Self::wait_until_ready).
    pub(crate) fn was_parked(&self) -> bool {
        let state = self.state.lock();
        state.parked.is_some() || !state.was_parked.is_zero()
    }

    /// Waits until nothing is under way. Then the session stays with its worker until more is handed over.
    pub(crate) fn wait_until_answered(&self) {
        let mut state = self.state.lock();
        while state.in_flight > 0 {
            self.changed.wait(&mut state);
        }
    }

    // ANCHOR: next_question
    /// Waits until nothing is under way, as [`wait_until_answered`](Self::wait_until_answered), or until its worker wants
    /// to know something before it answers.
    pub(crate) fn next_question(&self) -> Option<Question> {
        let mut state = self.state.lock();
        loop {
            if let question @ Some(_) = state.question.take() {
                return question;
            }
            if state.in_flight == 0 {
                return None;
            }
            self.changed.wait(&mut state);
        }
    }
    // ANCHOR_END: next_question

    /// The question that there is.
    #[cfg(test)]
    pub(crate) fn take_question(&self) -> Option<Question> {
        self.state.lock().question.take()
    }

    /// True where nothing is under way.
    #[cfg(test)]
    pub(crate) fn is_answered(&self) -> bool {
        self.state.lock().in_flight == 0
    }

    /// Why a worker wants the connection to be ended, if one does.
    pub(crate) fn dismissal(&self) -> Option<NetError> {
        self.state.lock().dismissed.take()
    }

    /// Waits until all is sent, or nothing can be; gives why it was closed before, if it was.
    pub(crate) fn wait_until_finished(&self) -> Option<NetError> {
        let mut state = self.state.lock();
        while !state.finished {
            self.changed.wait(&mut state);
        }
        state.cut.take()
    }
}

/// The side of the workers and of the helper.
impl Progress {
    /// Bytes that were handed over are dealt with.
    pub(crate) fn answered(&self, bytes: usize) {
        self.update(|state| state.in_flight = state.in_flight.saturating_sub(bytes));
    }

    /// From now on nothing more of it is answered.
    pub(crate) fn park(&self, now: Instant) {
        self.update(|state| state.parked = Some(now));
    }

    /// It goes on.
    pub(crate) fn resume(&self, now: Instant) {
        self.update(|state| {
            if let Some(since) = state.parked.take() {
                state.was_parked += now.saturating_duration_since(since);
            }
        });
    }

    /// Its client thread is to answer this; until then it is parked.
    pub(crate) fn ask(&self, question: Question) {
        self.update(|state| state.question = Some(question));
    }

    /// Its outbox is so full that the client should take replies before it may ask for more.
    pub(crate) fn clogged(&self) {
        self.update(|state| state.clogged = true);
    }

    /// What sending has led to.
    pub(crate) fn sent(&self, clogged: bool, finished: bool) {
        self.update(|state| {
            state.clogged = clogged;
            state.finished |= finished;
        });
    }

    /// The server ends, and reads nothing more: nobody needs to wait for this client to read.
    pub(crate) fn release(&self) {
        self.update(|state| state.released = true);
    }

    /// All that it will ever be sent is sent.
    pub(crate) fn finish(&self) {
        self.update(|state| state.finished = true);
    }

    /// Its client thread is to end it in order.
    pub(crate) fn dismiss(&self, reason: NetError) {
        self.update(|state| state.dismissed = Some(reason));
    }

    /// Nothing more is sent, for this reason; and then it is finished where nothing more was to come.
    pub(crate) fn cut(&self, reason: NetError, finished: bool) {
        self.update(|state| {
            state.cut = Some(reason);
            state.clogged = false;
            state.finished |= finished;
        });
    }

    /// Nothing that its client thread waits for comes any more.
    pub(crate) fn lose(&self, reason: NetError) {
        self.update(|state| {
            state.cut.get_or_insert(reason);
            state.in_flight = 0;
            state.clogged = false;
            state.parked = None;
            state.finished = true;
        });
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock());
        self.changed.notify_one();
    }
}

// ANCHOR: farewell
/// The side of whoever wants it to be closed, on any thread.
impl Progress {
    /// Its worker is to close it: the first reason counts. `waiting` is of a session that waits until it has left; it
    /// comes back at once where it has left already.
    pub(crate) fn want_farewell(&self, reason: ErrorCode, waiting: Option<Ticket>) -> bool {
        let mut state = self.state.lock();
        match &mut state.farewell {
            farewell @ Farewell::Nobody => {
                *farewell = Farewell::Wanted(reason, waiting.into_iter().collect());
                true
            }
            Farewell::Wanted(_, tickets) => {
                tickets.extend(waiting);
                true
            }
            Farewell::Said => false,
        }
    }

    /// Why somebody wants it to be closed, if it is not yet.
    pub(crate) fn wanted_farewell(&self) -> Option<ErrorCode> {
        match self.state.lock().farewell {
            Farewell::Wanted(reason, _) => Some(reason),
            _ => None,
        }
    }

    /// Its worker has let go of it: it has left its room, and its name. Those who have waited go on.
    pub(crate) fn say_farewell(&self) {
        let farewell = std::mem::replace(&mut self.state.lock().farewell, Farewell::Said);
        // Outside of the lock, since a ticket that is dropped calls somebody.
        drop(farewell);
    }
}
// ANCHOR_END: farewell
