//! What the thread of a log is asked, and what it answers. A request carries a token of whoever asks, which comes back with the
//! answer.

use std::sync::Arc;

use crate::entry::{Entry, Kept};
use crate::position::Position;

/// A request for one room.
#[derive(Debug)]
pub struct Request<T> {
    /// The number of the room.
    pub room: i32,
    /// What is wanted.
    pub wish: Wish,
    /// Comes back with the answer.
    pub token: T,
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Keep this.
    Store {
        /// What is said.
        entry: Entry,
        /// Who says it, as the room knows it: it is not kept, and comes back where the answer is [`Late`].
        from: u64,
    },
    /// Read what was said since then.
    History(Since),
}

/// How far back a history goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// As far as messages are kept.
    Beginning,
    /// Behind this position of this epoch.
    Position {
        /// Of the log in which the position was.
        epoch: u64,
        /// Of the last message that is known.
        position: Position,
    },
}

/// What has become of a request.
#[derive(Debug)]
pub struct Answer<T> {
    /// That of the request.
    pub token: T,
    /// What has become of it.
    pub outcome: Outcome,
}

/// What has become of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the log, and this server may say so.
    Stored {
        /// Of the log.
        epoch: u64,
        /// Where it stands.
        at: Position,
        /// Nothing else of this room was stored with it that stands behind it.
        is_last: bool,
    },
    /// It is not in the log, and never will be.
    NotStored,
    /// Nobody knows, and it would take too long to find out.
    Unknown,
    /// The room is not this server's any more, so it has nothing to say.
    Lost,
    /// What was said, the oldest first.
    History {
        /// Of the log.
        epoch: u64,
        /// The messages.
        messages: Vec<Arc<Kept>>,
        /// Where the room has got to.
        up_to: Position,
    },
    /// Something of what was said since then is not kept.
    Gap,
}

/// Messages that were [`Outcome::Unknown`], and turn out to be stored: nobody has seen them yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The number of the room.
    pub room: i32,
    /// Of the log.
    pub epoch: u64,
    /// Who has said it, as the room knew it, and what; the oldest first.
    pub messages: Vec<(u64, Arc<Kept>)>,
}

/// What a turn of the thread has done. What is late is older than everything that is answered with it.
#[derive(Debug)]
pub struct Done<T> {
    /// In the order in which they were stored.
    pub late: Vec<Late>,
    /// In the order of the requests.
    pub answers: Vec<Answer<T>>,
}
