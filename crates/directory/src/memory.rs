//! A directory in the memory of one process: for servers that live in it together, and for tests. All is behind one lock,
//! which no call holds while it waits.

mod listeners;
mod slots;
mod tickets;
mod users;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use parking_lot::Mutex;

use crate::clock::Clock;
use crate::directory::{AskError, Directory, Slot, Unavailable};
use crate::game_name::GameName;
use crate::presence::{LogIn, Presence};
use crate::request::{Answer, Asked, Listening, Reply, Request};
use crate::server::{Load, Offer, Owner, Server};
use crate::ticket::{Seat, Ticket};
use listeners::Listeners;
use slots::Slots;
use tickets::Tickets;
use users::Users;

/// A directory in memory. Clones are the same directory.
///
/// It is never [`Unavailable`].
#[derive(Clone, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
    clock: Clock,
}

#[derive(Default)]
struct State {
    slots: Slots,
    users: Users,
    tickets: Tickets,
    listeners: Listeners,
}

impl Memory {
    /// An empty one, on the clock of the system.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty one on this clock. What is waited for in real time, an answer of another server, does not ask it.
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        Self {
            clock,
            ..Self::default()
        }
    }

    /// The way to whoever listens there.
    fn listener(&self, owner: &Owner) -> Option<Sender<Asked>> {
        let state = self.state.lock();
        let is_live = state.slots.is_live(owner, self.clock.now());
        is_live.then(|| state.listeners.find(owner)).flatten()
    }
}

impl Directory for Memory {
    fn take_slot(&self, offer: &Offer, wanted: Option<u32>, lease: Duration) -> Result<Slot, Unavailable> {
        let now = self.clock.now();
        let State { slots, users, .. } = &mut *self.state.lock();
        let slot = slots.take(offer, wanted, now, lease);
        if matches!(slot, Slot::Taken(_)) {
            // What names the holder before is invalid from now on, and will never be asked for.
            users.retain(|presence| slots.may_be_live(&presence.owner));
        }
        Ok(slot)
    }

    fn renew(&self, owner: &Owner, load: Load, lease: Duration) -> Result<bool, Unavailable> {
        let now = self.clock.now();
        Ok(self.state.lock().slots.renew(owner, load, now, lease))
    }

    fn take_again(&self, owner: &Owner, offer: &Offer, lease: Duration) -> Result<bool, Unavailable> {
        let now = self.clock.now();
        Ok(self.state.lock().slots.take_again(owner, offer, now, lease))
    }

    fn release(&self, owner: &Owner) -> Result<(), Unavailable> {
        self.state.lock().slots.release(owner);
        Ok(())
    }

    fn servers(&self) -> Result<Vec<Server>, Unavailable> {
        let now = self.clock.now();
        Ok(self.state.lock().slots.servers(now))
    }

    fn owner_of(&self, game: &GameName, slot: u32) -> Result<Option<Server>, Unavailable> {
        let now = self.clock.now();
        Ok(self.state.lock().slots.owner_of(game, slot, now))
    }

    fn log_in(
        &self,
        user_id: &str,
        presence: &Presence,
        replaced: Option<&Presence>,
    ) -> Result<LogIn, Unavailable> {
        let now = self.clock.now();
        let State { slots, users, .. } = &mut *self.state.lock();
        if !slots.is_live(&presence.owner, now) {
            return Ok(LogIn::NoLease);
        }
        let is_live = |owner: &Owner| slots.is_live(owner, now);
        Ok(users.log_in(user_id, presence, replaced, is_live))
    }

    fn log_out(&self, user_id: &str, presence: &Presence) -> Result<(), Unavailable> {
        self.state.lock().users.log_out(user_id, presence);
        Ok(())
    }

    fn find(&self, user_id: &str) -> Result<Option<Presence>, Unavailable> {
        let now = self.clock.now();
        let state = self.state.lock();
        let presence = state.users.find(user_id);
        Ok(presence.filter(|presence| state.slots.is_live(&presence.owner, now)))
    }

    fn put_ticket(&self, ticket: &Ticket, seat: &Seat, worth: Duration) -> Result<(), Unavailable> {
        let now = self.clock.now();
        self.state.lock().tickets.put(ticket.hash(), seat, now, worth);
        Ok(())
    }

    fn redeem(&self, ticket: &Ticket, user_id: &str, owner: &Owner) -> Result<Option<Seat>, Unavailable> {
        let now = self.clock.now();
        let mut state = self.state.lock();
        Ok(state.tickets.redeem(&ticket.hash(), user_id, owner, now))
    }

    fn listen(&self, owner: &Owner, requests: Sender<Asked>) -> Result<Listening, Unavailable> {
        let number = self.state.lock().listeners.add(owner, requests);
        let (state, owner) = (Arc::clone(&self.state), owner.clone());
        Ok(Listening::new(move || {
            state.lock().listeners.remove(&owner, number);
        }))
    }

    fn ask(&self, to: &Owner, request: Request, deadline: Duration) -> Result<Answer, AskError> {
        let (answer, answered) = bounded(1);
        let reply = Reply::new(move |sent| {
            // Whoever has asked may have stopped waiting.
            let _ = answer.send(sent);
        });
        let listener = self.listener(to).ok_or(AskError::NobodyThere)?;
        // Full is as good as no answer. And the end of the listener takes what waits with it: then nobody waits here.
        let _ = listener.try_send(Asked::new(request, reply, deadline));
        drop(listener);
        answered
            .recv_timeout(deadline)
            .map_err(|error: RecvTimeoutError| match error {
                RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected => AskError::NoAnswer(deadline),
            })
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}
