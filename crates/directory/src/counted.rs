//! A directory whose calls are counted, for whoever watches a server. It changes nothing of what they do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::Sender;
use parking_lot::Mutex;

use crate::directory::{AskError, Directory, Slot, Unavailable};
use crate::game_name::GameName;
use crate::presence::{LogIn, Presence};
use crate::request::{Answer, Asked, Listening, Request};
use crate::server::{Load, Offer, Owner, Server};
use crate::ticket::{Seat, Ticket};

/// A directory whose calls are counted. Clones count together.
#[derive(Clone)]
pub struct Counted {
    directory: Arc<dyn Directory>,
    counting: Arc<Counting>,
}

#[derive(Default)]
struct Counting {
    answered: AtomicU64,
    unanswered: AtomicU64,
    asked: [AtomicU64; Outcome::ALL.len()],
    /// The last call was in vain.
    is_away: AtomicBool,
    /// Who has taken a slot by these calls, and has neither given it back nor been told that it is lost.
    owners: Mutex<BTreeSet<Owner>>,
}

/// What becomes of a request to another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has answered, yes or no.
    Answered,
    /// Nobody listens there.
    NobodyThere,
    /// It has not answered in time.
    NoAnswer,
    /// The directory did not bring it there.
    Unavailable,
}

impl Outcome {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [
        Self::Answered,
        Self::NobodyThere,
        Self::NoAnswer,
        Self::Unavailable,
    ];

    /// One word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::NobodyThere => "nobody",
            Self::NoAnswer => "no_answer",
            Self::Unavailable => "unavailable",
        }
    }

    fn of(outcome: &Result<Answer, AskError>) -> Self {
        match outcome {
            Ok(_) => Self::Answered,
            Err(AskError::NobodyThere) => Self::NobodyThere,
            Err(AskError::NoAnswer(_)) => Self::NoAnswer,
            Err(AskError::Unavailable(_)) => Self::Unavailable,
        }
    }
}

impl Counted {
    /// This directory, counted from now on.
    #[must_use]
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self {
            directory,
            counting: Arc::default(),
        }
    }

    /// Calls that the directory has answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.counting.answered.load(Ordering::Relaxed)
    }

    /// Calls that it has not answered.
    #[must_use]
    pub fn unanswered(&self) -> u64 {
        self.counting.unanswered.load(Ordering::Relaxed)
    }

    /// Requests to other servers that have ended so.
    #[must_use]
    pub fn asked(&self, outcome: Outcome) -> u64 {
        self.counting.asked[outcome as usize].load(Ordering::Relaxed)
    }

    /// Who has taken a slot by these calls, as far as is known: a lease that has ended is known by its next renewal.
    #[must_use]
    pub fn owners(&self) -> Vec<Owner> {
        self.counting.owners.lock().iter().cloned().collect()
    }

    /// True where the last call was not answered.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.counting.is_away.load(Ordering::Relaxed)
    }

    fn counted<T>(&self, outcome: Result<T, Unavailable>) -> Result<T, Unavailable> {
        self.count(outcome.is_ok());
        outcome
    }

    fn count(&self, is_answered: bool) {
        let Counting {
            answered,
            unanswered,
            is_away,
            ..
        } = &*self.counting;
        let counter = if is_answered { answered } else { unanswered };
        counter.fetch_add(1, Ordering::Relaxed);
        is_away.store(!is_answered, Ordering::Relaxed);
    }
}

impl Directory for Counted {
    fn take_slot(&self, offer: &Offer, wanted: Option<u32>, lease: Duration) -> Result<Slot, Unavailable> {
        let slot = self.counted(self.directory.take_slot(offer, wanted, lease));
        if let Ok(Slot::Taken(owner)) = &slot {
            self.counting.owners.lock().insert(owner.clone());
        }
        slot
    }

    fn renew(&self, owner: &Owner, load: Load, lease: Duration) -> Result<bool, Unavailable> {
        let is_renewed = self.counted(self.directory.renew(owner, load, lease));
        if let Ok(false) = is_renewed {
            self.counting.owners.lock().remove(owner);
        }
        is_renewed
    }

    fn take_again(&self, owner: &Owner, offer: &Offer, lease: Duration) -> Result<bool, Unavailable> {
        let is_taken = self.counted(self.directory.take_again(owner, offer, lease));
        if let Ok(true) = is_taken {
            self.counting.owners.lock().insert(owner.clone());
        }
        is_taken
    }

    fn release(&self, owner: &Owner) -> Result<(), Unavailable> {
        self.counting.owners.lock().remove(owner);
        self.counted(self.directory.release(owner))
    }

    fn servers(&self) -> Result<Vec<Server>, Unavailable> {
        self.counted(self.directory.servers())
    }

    fn owner_of(&self, game: &GameName, slot: u32) -> Result<Option<Server>, Unavailable> {
        self.counted(self.directory.owner_of(game, slot))
    }

    fn log_in(
        &self,
        user_id: &str,
        presence: &Presence,
        replaced: Option<&Presence>,
    ) -> Result<LogIn, Unavailable> {
        self.counted(self.directory.log_in(user_id, presence, replaced))
    }

    fn log_out(&self, user_id: &str, presence: &Presence) -> Result<(), Unavailable> {
        self.counted(self.directory.log_out(user_id, presence))
    }

    fn find(&self, user_id: &str) -> Result<Option<Presence>, Unavailable> {
        self.counted(self.directory.find(user_id))
    }

    fn put_ticket(&self, ticket: &Ticket, seat: &Seat, worth: Duration) -> Result<(), Unavailable> {
        self.counted(self.directory.put_ticket(ticket, seat, worth))
    }

    fn redeem(&self, ticket: &Ticket, user_id: &str, owner: &Owner) -> Result<Option<Seat>, Unavailable> {
        self.counted(self.directory.redeem(ticket, user_id, owner))
    }

    fn listen(&self, owner: &Owner, requests: Sender<Asked>) -> Result<Listening, Unavailable> {
        self.counted(self.directory.listen(owner, requests))
    }

    /// A server that does not answer says nothing of the directory, which has brought the request there.
    fn ask(&self, to: &Owner, request: Request, deadline: Duration) -> Result<Answer, AskError> {
        let outcome = self.directory.ask(to, request, deadline);
        self.count(!matches!(outcome, Err(AskError::Unavailable(_))));
        let asked = &self.counting.asked[Outcome::of(&outcome) as usize];
        asked.fetch_add(1, Ordering::Relaxed);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{Flaky, ManualClock, Mood};

    const CHAT: GameName = GameName::new("chat");

    fn owner() -> Owner {
        Owner {
            game: CHAT,
            slot: 0,
            generation: 1,
        }
    }

    fn decline() -> Request {
        Request::Decline {
            from: "alice".to_owned(),
            to: "bob".to_owned(),
        }
    }

    #[test]
    fn calls_are_counted_by_whether_they_are_answered() {
        let flaky = Flaky::new(Memory::new());
        let directory = Counted::new(Arc::new(flaky.clone()));
        assert!(directory.servers().is_ok() && directory.find("alice").is_ok());
        assert_eq!((directory.answered(), directory.unanswered()), (2, 0));
        flaky.set(Mood::Away);
        assert!(directory.owner_of(&CHAT, 0).is_err());
        assert_eq!((directory.answered(), directory.unanswered()), (2, 1));
        assert!(directory.is_away());
        flaky.set(Mood::Well);
        assert!(directory.servers().is_ok());
        assert!(!directory.is_away());
    }

    #[test]
    fn a_slot_is_known_from_the_call_that_takes_it_until_it_is_lost() {
        let clock = ManualClock::default();
        let directory = Counted::new(Arc::new(Memory::with_clock(clock.clock())));
        let offer = Offer {
            game: CHAT,
            address: "127.0.0.1:1".to_owned(),
            by_codec: Vec::new(),
            web: None,
            rooms: 10,
            room_size: 1,
        };
        let lease = Duration::from_secs(1);
        let take = |wanted| match directory.take_slot(&offer, wanted, lease) {
            Ok(Slot::Taken(owner)) => owner,
            other => panic!("{other:?}"),
        };
        let (second, first) = (take(Some(1)), take(None));
        assert_eq!(directory.owners(), [first.clone(), second.clone()]);
        assert!(directory.release(&first).is_ok());
        assert_eq!(directory.owners(), std::slice::from_ref(&second));
        clock.pass(2 * lease);
        assert!(matches!(
            directory.renew(&second, Load::default(), lease),
            Ok(false)
        ));
        assert!(directory.owners().is_empty());
    }

    #[test]
    fn requests_are_counted_by_what_becomes_of_them() {
        let flaky = Flaky::new(Memory::new());
        let directory = Counted::new(Arc::new(flaky.clone()));
        let second = Duration::from_secs(1);
        assert!(directory.ask(&owner(), decline(), second).is_err());
        assert_eq!(directory.asked(Outcome::NobodyThere), 1);
        assert!(!directory.is_away());
        flaky.set(Mood::Away);
        assert!(directory.ask(&owner(), decline(), second).is_err());
        assert_eq!(directory.asked(Outcome::Unavailable), 1);
        assert!(directory.is_away());
        let others = [Outcome::Answered, Outcome::NoAnswer];
        assert_eq!(others.map(|outcome| directory.asked(outcome)), [0, 0]);
    }
}
