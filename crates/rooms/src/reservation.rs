//! Seats that are kept for users who are on their way: the wish for one, and those of a room.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::ErrorCode;

/// Where a seat is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// In the room of this number.
    Room(i32),
    /// In the fullest room that has a place, where somebody is or is on the way; without one, in an empty room.
    Any,
}

/// How long a room knows whose seat nobody has taken, behind the time of the seat: long enough for whoever asks late.
const REMEMBERED: Duration = Duration::from_secs(60);

/// A wish for seats, on its way through the workers.
#[derive(Debug)]
pub(crate) struct Reservation {
    pub(crate) party: Party,
    /// How long the seats are kept.
    pub(crate) time: Duration,
    pub(crate) stage: Stage,
    pub(crate) reply: Reply<i32>,
}

/// Who wants seats. User ids are composed, as logins have them.
#[derive(Debug)]
pub(crate) enum Party {
    /// A user who sits down among others.
    One(Arc<str>),
    /// Users who sit together, and want a room where nobody else is: all of them get a seat, or none.
    Together(Vec<Arc<str>>),
}

impl Party {
    pub(crate) fn users(&self) -> &[Arc<str>] {
        match self {
            Self::One(user) => std::slice::from_ref(user),
            Self::Together(users) => users,
        }
    }
}

/// A question for the room that has kept seats for these users: who has come?
#[derive(Debug)]
pub(crate) struct RollCall {
    pub(crate) room: usize,
    pub(crate) users: Vec<Arc<str>>,
    pub(crate) reply: Reply<Vec<bool>>,
}

/// How far a wish has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// In this room or not at all.
    Room(usize),
    /// This room is the best, if its place is still there.
    Found(usize),
    /// So many workers are still to look, and this is the best of the others.
    Search { left: usize, best: Option<Candidate> },
}

impl Stage {
    /// All workers are to look.
    pub(crate) fn search(workers: usize) -> Self {
        Self::Search {
            left: workers,
            best: None,
        }
    }
}

/// A room with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) room: usize,
    /// Members and reserved seats.
    pub(crate) taken: usize,
}

impl Candidate {
    /// The fuller one; of two that are equally full, the first.
    pub(crate) fn better(self, other: Option<Self>) -> Self {
        let is_better = |other: &Self| (other.taken, self.room) > (self.taken, other.room);
        other.filter(is_better).unwrap_or(self)
    }
}

type Answer<T> = Box<dyn FnOnce(Result<T, ErrorCode>) + Send>;

/// What is told the outcome, once: also where the server ends before there is one.
pub(crate) struct Reply<T>(Option<Answer<T>>);

impl<T> Reply<T> {
    pub(crate) fn new(answer: impl FnOnce(Result<T, ErrorCode>) + Send + 'static) -> Self {
        Self(Some(Box::new(answer)))
    }

    pub(crate) fn tell(mut self, outcome: Result<T, ErrorCode>) {
        self.answer(outcome);
    }

    fn answer(&mut self, outcome: Result<T, ErrorCode>) {
        if let Some(answer) = self.0.take() {
            answer(outcome);
        }
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        self.answer(Err(ErrorCode::SERVER_SHUTTING_DOWN));
    }
}

impl<T> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}

/// The reserved seats of one room: for whom, and until when.
#[derive(Debug, Default)]
pub(crate) struct ReservedSeats(Vec<(Arc<str>, Instant)>);

impl ReservedSeats {
    /// Keeps a seat, or goes on keeping it.
    pub(crate) fn keep(&mut self, user_id: &Arc<str>, until: Instant) {
        self.give(user_id);
        self.0.push((Arc::clone(user_id), until));
    }

    /// The user has come, and has a seat.
    pub(crate) fn give(&mut self, user_id: &str) {
        self.0.retain(|(known, _)| **known != *user_id);
    }

    /// For whom a seat is kept now.
    pub(crate) fn users(&self, now: Instant) -> impl Iterator<Item = &str> {
        let is_kept = move |(_, until): &&(Arc<str>, Instant)| *until > now;
        self.0.iter().filter(is_kept).map(|(user_id, _)| &**user_id)
    }

    /// True where a seat was kept for this user, who has not come for it: also when its time is over.
    pub(crate) fn is_awaited(&self, user_id: &str) -> bool {
        self.0.iter().any(|(known, _)| **known == *user_id)
    }

    /// Those whose time is long over need no memory.
    pub(crate) fn forget_old(&mut self, now: Instant) {
        self.0
            .retain(|(_, until)| now.saturating_duration_since(*until) < REMEMBERED);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn of_two_rooms_the_fuller_is_better_and_of_the_same_the_first() {
        let candidate = |room, taken| Candidate { room, taken };
        for (one, other, better) in [((1, 5), (2, 6), 2), ((1, 6), (2, 5), 1), ((1, 0), (2, 0), 1)] {
            let (one, other) = (candidate(one.0, one.1), candidate(other.0, other.1));
            assert_eq!(one.better(Some(other)).room, better);
            assert_eq!(other.better(Some(one)).room, better);
            assert_eq!(one.better(None), one);
        }
    }

    #[test]
    fn a_wish_is_answered_once_also_where_nobody_hears_it() {
        let (sender, answers) = channel();
        for outcome in [Some(Ok(7)), None] {
            let sender = sender.clone();
            let reply = Reply::new(move |outcome| sender.send(outcome).unwrap());
            match outcome {
                Some(outcome) => reply.tell(outcome),
                None => drop(reply),
            }
        }
        let answers: Vec<_> = answers.try_iter().collect();
        assert_eq!(answers, [Ok(7), Err(ErrorCode::SERVER_SHUTTING_DOWN)]);
    }
}
