//! What a record shows: counts, and violations of the promise in words.

use std::fmt;
use std::mem::discriminant;

use serde::Serialize;

use crate::record::{Place, Text};

/// Violations of a kind that are told in words; more of them are counted.
const MOST_TOLD: usize = 10;

/// A way in which the promise was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation {
    /// Answered with 1, and not in the log.
    Lost { text: Text },
    /// Members have got it, and the log that is kept in the end does not have it.
    Forgotten { user: usize, place: Place, text: Text },
    /// Heard by this member, and not in the log behind what the member had before.
    Vanished { user: usize, text: Text },
    /// Answered with 157, and somebody has it.
    SeenThoughRefused { text: Text },
    /// A member has it twice.
    Twice { user: usize, text: Text },
    /// It stands at two places of the log.
    StoredTwice { text: Text, places: [Place; 2] },
    /// Two members have two messages at the same place.
    TwoAtOnePlace { place: Place, texts: [Text; 2] },
    /// A member has got this one behind a later one.
    OutOfOrder { user: usize, place: Place },
    /// A member did not get it, and was not told of a gap.
    Missed { user: usize, place: Place, text: Text },
    /// Numbers of one generation that nobody has seen a message at.
    Hole { room: i32, before: Place },
    /// A position that is lower than the number of messages that were heard since the one before.
    WrongPosition { user: usize, place: Place },
    /// A member was told of a gap, and all that it asked for was kept.
    NeedlessGap { user: usize, behind: Place },
    /// A user's message stands behind a later one of the same user, and neither was said again.
    Overtaken { text: Text, by: Text },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { text } => write!(f, "lost: {text} was answered with 1, and is not in the log"),
            Self::Vanished { user, text } => {
                write!(
                    f,
                    "vanished: user {user} has heard {text}, and the log does not have it there"
                )
            }
            Self::Forgotten { user, place, text } => {
                write!(
                    f,
                    "forgotten: {text} was got at {place}, and user {user} is told in the end that it is not kept"
                )
            }
            Self::SeenThoughRefused { text } => {
                write!(
                    f,
                    "seen: {text} was answered with NOT_STORED, and somebody has it"
                )
            }
            Self::Twice { user, text } => write!(f, "twice: user {user} has got {text} twice"),
            Self::StoredTwice {
                text,
                places: [one, other],
            } => {
                write!(f, "stored twice: {text} stands at {one} and at {other}")
            }
            Self::TwoAtOnePlace {
                place,
                texts: [one, other],
            } => {
                write!(f, "two orders: at {place} some have {one}, and others {other}")
            }
            Self::OutOfOrder { user, place } => {
                write!(f, "out of order: user {user} has got {place} behind a later one")
            }
            Self::Missed { user, place, text } => {
                write!(
                    f,
                    "missed: user {user} has not got {text} at {place}, and was told of no gap"
                )
            }
            Self::Hole { room, before } => {
                write!(
                    f,
                    "hole: in room {room} nobody has seen what stands right before {before}"
                )
            }
            Self::WrongPosition { user, place } => {
                write!(
                    f,
                    "position: user {user} is told to be at {place} and has heard more messages than that"
                )
            }
            Self::NeedlessGap { user, behind } => {
                write!(
                    f,
                    "needless gap: user {user} asked behind {behind}, which must be kept"
                )
            }
            Self::Overtaken { text, by } => {
                write!(f, "overtaken: {text} stands behind {by} of the same user")
            }
        }
    }
}

/// What there was to count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Messages that users have said, each once.
    pub(crate) said: u64,
    /// Of those, answered with 1.
    pub(crate) answered: u64,
    /// Answered with 157.
    pub(crate) not_stored: u64,
    /// Answered with anything else.
    pub(crate) refused: u64,
    /// Without an answer, and the history has them.
    pub(crate) unanswered_there: u64,
    /// Without an answer when the connection was lost, and not in the history: they were said again.
    pub(crate) said_again: u64,
    /// Without an answer to the end, and not in the log.
    pub(crate) unanswered_gone: u64,
    /// Messages that members have got, live or out of the history.
    pub(crate) deliveries: u64,
    /// Of those, out of the history.
    pub(crate) from_history: u64,
    /// Connections that were lost.
    pub(crate) lost_connections: u64,
    /// Gaps that members were told of.
    pub(crate) gaps: u64,
    /// Owners that rooms have had after the first.
    pub(crate) takeovers: u64,
}

/// What a record shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    pub(crate) counts: Counts,
    /// The first of them.
    pub(crate) violations: Vec<Violation>,
    /// All of them.
    pub(crate) violated: u64,
}

impl Findings {
    pub(crate) fn violate(&mut self, violation: Violation) {
        self.violated += 1;
        let kind = discriminant(&violation);
        let told = self
            .violations
            .iter()
            .filter(|other| discriminant(*other) == kind);
        if told.count() < MOST_TOLD {
            self.violations.push(violation);
        }
    }
}
