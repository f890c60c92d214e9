//! The connections that calls share: a few, so that a slow way to Redis does not make one call wait for all others, and no
//! more, so that a Redis that is stopped does not hold up a caller for the time of all others either.

use std::collections::VecDeque;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::{Condvar, Mutex};
use redis::RedisError;

use super::failure::Failure;
use super::link::Link;

/// Connections at most; more than one come only where calls wait. One carries as many calls a second as there are ways there
/// and back in a second. And a Redis that writes to its disk before it answers does so once for all that wait: there,
/// sixteen carry nine times as many calls as one.
const MOST: usize = 16;

/// What is there, and who waits for it.
#[derive(Default)]
pub(super) struct Pool {
    state: Mutex<State>,
    /// The keeper has something to do.
    wanted: Condvar,
}

#[derive(Default)]
struct State {
    /// With when each was used last; the last of all stands last.
    idle: Vec<(Link, Instant)>,
    /// Calls that wait. A link is given to the first of them: whoever comes later does not go before.
    waiting: VecDeque<Sender<Result<Link, Failure>>>,
    /// Links that there are, idle or not.
    open: usize,
    /// Links that the keeper is to make.
    missing: usize,
    /// Links that were lost and not replaced yet.
    lost: usize,
    /// Why there is none, from a failed attempt to connect until one that succeeds.
    failure: Option<Failure>,
    is_closed: bool,
}

impl State {
    fn add(&mut self, mut link: Link) {
        while let Some(first) = self.waiting.pop_front() {
            match first.send(Ok(link)) {
                Ok(()) => return,
                // It has just stopped waiting.
                Err(back) => match back.into_inner() {
                    Ok(same) => link = same,
                    Err(_) => return,
                },
            }
        }
        self.idle.push((link, Instant::now()));
    }
}

/// Why a call has no link.
pub(super) enum NoLink {
    /// There is none, for this reason.
    Failed(Failure),
    /// All are busy, or still on their way.
    Busy,
}

/// What the keeper is woken for.
pub(super) enum Task {
    /// A link is to be made.
    Connect,
    /// Nothing has happened for a while.
    Look,
    /// Nobody needs links any more.
    End,
}

impl Pool {
    /// A link for a call, which waits for it until then. Where the last attempt to connect has failed, it does not wait.
    pub(super) fn take(&self, until: Instant) -> Result<Link, NoLink> {
        let mut state = self.state.lock();
        if let Some((link, _)) = state.idle.pop() {
            return Ok(link);
        }
        if state.open == 0
            && let Some(failure) = &state.failure
        {
            return Err(NoLink::Failed(failure.clone()));
        }
        let (sender, link) = bounded(1);
        state.waiting.push_back(sender);
        if state.open + state.missing < MOST {
            state.missing += 1;
            self.wanted.notify_one();
        }
        drop(state);
        match link.recv_deadline(until) {
            Ok(outcome) => outcome.map_err(NoLink::Failed),
            Err(_) => self.stop_waiting(link),
        }
    }

    /// What has come in the last moment is not lost, and nothing can come later.
    fn stop_waiting(&self, link: Receiver<Result<Link, Failure>>) -> Result<Link, NoLink> {
        let state = self.state.lock();
        let outcome = link.try_recv();
        drop(link);
        drop(state);
        match outcome {
            Ok(outcome) => outcome.map_err(NoLink::Failed),
            Err(_) => Err(NoLink::Busy),
        }
    }

    /// A call is over, with this error or none. After an error of the connection nobody knows what comes next on it, so it
    /// is not used again; and where its end was seen, those that are not used have ended too. One that is slow tells nothing
    /// of others.
    pub(super) fn put_back(&self, link: Link, error: Option<&RedisError>) {
        match link.is_broken() {
            true => {
                drop(link);
                self.lost(error.is_some_and(|error| !error.is_timeout()));
            }
            false => self.state.lock().add(link),
        }
    }

    fn lost(&self, others_too: bool) {
        let mut state = self.state.lock();
        let ended = match others_too {
            true => std::mem::take(&mut state.idle),
            false => Vec::new(),
        };
        state.open -= 1 + ended.len();
        state.lost += 1 + ended.len();
        // So that there is one before the next call.
        state.missing = state.missing.max(1);
        self.wanted.notify_one();
    }

    /// An attempt to connect has succeeded. True where the link is in place of one that was lost.
    pub(super) fn connected(&self, link: Link) -> bool {
        let mut state = self.state.lock();
        state.open += 1;
        state.missing = state.missing.saturating_sub(1);
        state.failure = None;
        state.add(link);
        let is_instead = state.lost > 0;
        state.lost = state.lost.saturating_sub(1);
        is_instead
    }

    /// An attempt to connect has failed. Where there are other links, they do; where there is none, nobody has to wait.
    pub(super) fn failed(&self, failure: &Failure) {
        let mut state = self.state.lock();
        if state.open > 0 {
            state.missing = 0;
            return;
        }
        state.failure = Some(failure.clone());
        for waiting in state.waiting.drain(..) {
            let _ = waiting.send(Err(failure.clone()));
        }
    }

    /// For the keeper: waits until there is something to do.
    pub(super) fn next_task(&self, look_at: Instant) -> Task {
        let mut state = self.state.lock();
        loop {
            if state.is_closed {
                return Task::End;
            }
            if state.missing > 0 {
                return Task::Connect;
            }
            if self.wanted.wait_until(&mut state, look_at).timed_out() {
                return Task::Look;
            }
        }
    }

    /// For the keeper: pauses until then; false where it is to end.
    pub(super) fn pause(&self, until: Instant) -> bool {
        let mut state = self.state.lock();
        while !state.is_closed && !self.wanted.wait_until(&mut state, until).timed_out() {}
        !state.is_closed
    }

    /// For the keeper: a link that nobody has used since then.
    pub(super) fn take_unused(&self, since: Instant) -> Option<Link> {
        let idle = &mut self.state.lock().idle;
        let unused = idle.first().is_some_and(|(_, used)| *used < since);
        unused.then(|| idle.remove(0).0)
    }

    pub(super) fn close(&self) {
        self.state.lock().is_closed = true;
        self.wanted.notify_all();
    }
}
