//! Requests between servers, and their answers.

use std::fmt;
use std::time::{Duration, Instant};

use protocol::ErrorCode;

/// What one server asks another, the one that it concerns. User ids are composed, as logins have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A whisper to a user who is logged in there.
    Whisper {
        /// Who whispers.
        from: String,
        /// To whom.
        to: String,
        /// What.
        message: String,
    },
    /// An invitation for a user who is logged in there.
    Invite {
        /// Who invites.
        from: String,
        /// Whom.
        to: String,
        /// To which room.
        room: i32,
    },
    /// An invitation of a user who is logged in there is declined.
    Decline {
        /// Who declines.
        from: String,
        /// Whose invitation.
        to: String,
    },
    /// The user has logged in somewhere else: that session ends with `REPLACED`.
    Replace {
        /// Who.
        user_id: String,
        /// The session that ends.
        session: u64,
    },
    /// A place in a room, kept for this user for a moment.
    Reserve {
        /// For whom.
        user_id: String,
        /// In which room; `None` for whichever has one.
        room: Option<i32>,
    },
    /// Places for users who are to be together, kept for a moment: one for each in one room where nobody else is, or none
    /// at all. One owner decides in one turn, so no half of them is left behind.
    ReserveAll {
        /// For whom, [`MOST_TOGETHER`] at most.
        user_ids: Vec<String>,
    },
    /// Who of these has come for the place that was kept? The places of the others are given up.
    WhoCame {
        /// In which room.
        room: i32,
        /// Of whom, [`MOST_TOGETHER`] at most.
        user_ids: Vec<String>,
    },
}

/// Users that one request can be about.
pub const MOST_TOGETHER: usize = 32;

/// What the asked server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// It is not done, for this reason.
    No(ErrorCode),
    /// A place is kept in this room.
    Reserved {
        /// Which one.
        room: i32,
    },
    /// These have come.
    Came(Came),
}

/// Which users of a [`Request::WhoCame`] have come: the lowest bit is for the first of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Came(pub u32);

impl Came {
    /// True where the user at this place of the request has come.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        place < MOST_TOGETHER && self.0 >> place & 1 == 1
    }
}

/// One for each user of the request, in their order.
impl FromIterator<bool> for Came {
    fn from_iter<I: IntoIterator<Item = bool>>(came: I) -> Self {
        let users = came.into_iter().take(MOST_TOGETHER).zip(0..);
        Self(users.fold(0, |all, (has_come, place)| all | u32::from(has_come) << place))
    }
}

/// A request that has come to the server that it asks.
#[derive(Debug)]
pub struct Asked {
    /// What is asked.
    pub request: Request,
    /// The way of the answer.
    pub reply: Reply,
    deadline: Instant,
}

impl Asked {
    /// One that has come just now, and is waited for so long.
    #[must_use]
    pub fn new(request: Request, reply: Reply, within: Duration) -> Self {
        let now = Instant::now();
        Self {
            request,
            reply,
            deadline: now.checked_add(within).unwrap_or(now),
        }
    }

    /// True where nobody waits for the answer any more: whoever has asked counts it as not known.
    #[must_use]
    pub fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }
}

/// The way of one answer back to the server that has asked. One that is dropped gives no answer.
pub struct Reply(Box<dyn FnOnce(Answer) + Send>);

impl Reply {
    /// Answers go here.
    pub fn new(answer: impl FnOnce(Answer) + Send + 'static) -> Self {
        Self(Box::new(answer))
    }

    /// Gives the answer.
    pub fn send(self, answer: Answer) {
        (self.0)(answer);
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reply")
    }
}

/// Requests come as long as it is kept.
#[must_use = "requests come as long as it is kept"]
pub struct Listening(Option<Box<dyn FnOnce() + Send>>);

impl Listening {
    /// `end` is called when it is dropped.
    pub fn new(end: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listening")
    }
}
