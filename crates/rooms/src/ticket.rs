//! The ticket of a parked session: its holder owes the session an answer, which resumes it.

use std::fmt;
use std::sync::Arc;

/// Who waits for an answer, and where it is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parking {
    /// The worker that the session belongs to. A parked session does not move.
    pub(crate) worker: usize,
    /// The session, where one was parked.
    pub(crate) session: Option<u64>,
    /// The room whose logic has asked; `None` where it was the game.
    pub(crate) room: Option<i32>,
}

/// How a ticket that is dropped comes back to its worker.
pub(crate) type Resume = Arc<dyn Fn(Parking) + Send + Sync>;

/// The right to let a parked session go on, once. It is given back by
/// [`Outside::resume`](crate::Outside::resume), with the event that is the answer.
///
/// A ticket that is dropped lets the session go on without an event: whatever happens to the thread that should have
/// answered, no session is parked for ever.
#[must_use = "a ticket that is dropped lets the session go on at once"]
pub struct Ticket {
    parking: Parking,
    /// Taken out when it is given back.
    resume: Option<Resume>,
}

impl Ticket {
    pub(crate) fn new(parking: Parking, resume: Resume) -> Self {
        Self {
            parking,
            resume: Some(resume),
        }
    }

    /// Gives it back to be resumed with an event.
    pub(crate) fn redeem(mut self) -> Parking {
        self.resume = None;
        self.parking
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(resume) = self.resume.take() {
            resume(self.parking);
        }
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.parking).finish()
    }
}
