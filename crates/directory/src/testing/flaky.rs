//! A directory that a test lets go away, and come back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Sender;
use parking_lot::Mutex;

use crate::directory::{AskError, Directory, Slot, Unavailable};
use crate::game_name::GameName;
use crate::presence::{LogIn, Presence};
use crate::request::{Answer, Asked, Listening, Request};
use crate::server::{Load, Offer, Owner, Server};
use crate::ticket::{Seat, Ticket};

/// How the directory does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// It answers.
    #[default]
    Well,
    /// It does nothing, and everything is [`Unavailable`].
    Away,
    /// It does everything, and everything is [`Unavailable`] all the same.
    AnswersLost,
    /// It answers, but a [`log_in`](Directory::log_in) is done and [`Unavailable`] all the same.
    LoginsLost,
}

/// A directory in front of another one, in the mood that a test wants. Clones have the same mood.
#[derive(Clone)]
pub struct Flaky<D> {
    inner: D,
    mood: Arc<Mutex<Mood>>,
    /// Called before each call, on its thread.
    before: Arc<dyn Fn() + Send + Sync>,
}

impl<D: Directory> Flaky<D> {
    /// One that is well.
    pub fn new(inner: D) -> Self {
        Self {
            inner,
            mood: Arc::default(),
            before: Arc::new(|| ()),
        }
    }

    /// Calls this before each call, on the thread of that one: there a test can let others go first.
    #[must_use]
    pub fn before_each(self, before: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            before: Arc::new(before),
            ..self
        }
    }

    /// The calls that come next find it like this.
    pub fn set(&self, mood: Mood) {
        *self.mood.lock() = mood;
    }

    fn call<T, E: From<Unavailable>>(&self, call: impl FnOnce(&D) -> Result<T, E>) -> Result<T, E> {
        (self.before)();
        let mood = *self.mood.lock();
        match mood {
            Mood::Well | Mood::LoginsLost => call(&self.inner),
            Mood::Away => Err(Unavailable::new("it is away, as the test wants it").into()),
            Mood::AnswersLost => {
                let _ = call(&self.inner);
                Err(lost().into())
            }
        }
    }
}

impl<D: fmt::Debug> fmt::Debug for Flaky<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flaky")
            .field("inner", &self.inner)
            .field("mood", &self.mood)
            .finish_non_exhaustive()
    }
}

fn lost() -> Unavailable {
    Unavailable::new("its answer is lost, as the test wants it")
}

impl<D: Directory> Directory for Flaky<D> {
    fn take_slot(&self, offer: &Offer, wanted: Option<u32>, lease: Duration) -> Result<Slot, Unavailable> {
        self.call(|inner| inner.take_slot(offer, wanted, lease))
    }

    fn renew(&self, owner: &Owner, load: Load, lease: Duration) -> Result<bool, Unavailable> {
        self.call(|inner| inner.renew(owner, load, lease))
    }

    fn take_again(&self, owner: &Owner, offer: &Offer, lease: Duration) -> Result<bool, Unavailable> {
        self.call(|inner| inner.take_again(owner, offer, lease))
    }

    fn release(&self, owner: &Owner) -> Result<(), Unavailable> {
        self.call(|inner| inner.release(owner))
    }

    fn servers(&self) -> Result<Vec<Server>, Unavailable> {
        self.call(Directory::servers)
    }

    fn owner_of(&self, game: &GameName, slot: u32) -> Result<Option<Server>, Unavailable> {
        self.call(|inner| inner.owner_of(game, slot))
    }

    fn log_in(
        &self,
        user_id: &str,
        presence: &Presence,
        replaced: Option<&Presence>,
    ) -> Result<LogIn, Unavailable> {
        let outcome = self.call(|inner| inner.log_in(user_id, presence, replaced));
        let mood = *self.mood.lock();
        match mood {
            Mood::LoginsLost => Err(lost()),
            _ => outcome,
        }
    }

    fn log_out(&self, user_id: &str, presence: &Presence) -> Result<(), Unavailable> {
        self.call(|inner| inner.log_out(user_id, presence))
    }

    fn find(&self, user_id: &str) -> Result<Option<Presence>, Unavailable> {
        self.call(|inner| inner.find(user_id))
    }

    fn put_ticket(&self, ticket: &Ticket, seat: &Seat, worth: Duration) -> Result<(), Unavailable> {
        self.call(|inner| inner.put_ticket(ticket, seat, worth))
    }

    fn redeem(&self, ticket: &Ticket, user_id: &str, owner: &Owner) -> Result<Option<Seat>, Unavailable> {
        self.call(|inner| inner.redeem(ticket, user_id, owner))
    }

    fn listen(&self, owner: &Owner, requests: Sender<Asked>) -> Result<Listening, Unavailable> {
        self.call(|inner| inner.listen(owner, requests))
    }

    fn ask(&self, to: &Owner, request: Request, deadline: Duration) -> Result<Answer, AskError> {
        self.call(|inner| inner.ask(to, request, deadline))
    }
}
