//! Commands to a worker that come from other threads of the server: a session to take over, an event, the end.

use std::sync::Arc;

use crossbeam_channel::Sender;
use protocol::ErrorCode;

use crate::control::Announcement;
use crate::delivery::Fill;
use crate::item::Item;
use crate::numbers::Range;
use crate::outbox::Put;
use crate::reservation::{Reservation, RollCall};
use crate::role::Role;
use crate::session::Session;
use crate::state::State;
use crate::sync::{AtomicBool, Ordering};
use crate::ticket::Parking;

// ANCHOR: orders
/// What a worker is told past its queue. `E` is the event of its rooms.
pub(crate) enum Command<E> {
    /// A session comes over from another worker, with the rest of the item that brought it here.
    TakeOver(Box<(Box<State>, Item)>),
    /// Something has happened outside of the server, and concerns this room.
    Event { room: i32, event: E },
    /// The same, and what it leads to comes in front of all that waits.
    EventInFront { room: i32, event: E },
    /// Places are filled.
    Fill(Vec<(u64, Option<Fill>)>),
    /// A ticket is back. Without an event, it was dropped.
    Resume { parking: Parking, event: Option<E> },
    /// Somebody outside has put packets into an outbox: see to it that they are sent.
    SeeTo {
        session: Arc<Session>,
        put: Put,
        packets: Vec<u8>,
    },
    /// Somebody outside tells these something, and waits until they have it.
    Announce {
        message: Announcement,
        to: Vec<Arc<Session>>,
        done: Sender<()>,
    },
    /// The answer of the client thread: is the user let in?
    Checked {
        parking: Parking,
        user_id: String,
        verdict: Result<(), ErrorCode>,
    },
    /// Somebody wants this session to be closed; it knows why.
    Close(Arc<Session>),
    /// The server has these rooms from now on.
    Adopt(Range),
    /// It has lost them: their members are closed for this reason.
    Abandon(Range, ErrorCode),
    /// A seat is wanted, or some.
    Reserve(Box<Reservation>),
    /// Who has come for the seats?
    CallRoll(RollCall),
    /// It is time to look at the clock.
    Clock,
    /// All that was read is answered: tell the clients that the server ends.
    SayGoodBye,
    /// End the thread.
    Stop,
}
// ANCHOR_END: orders

/// The way of commands to one worker. Whoever sends one does not do the work: the worker's own thread does, or whoever is at
/// work.
pub(crate) struct Commands<E> {
    sender: Sender<Command<E>>,
    role: Role,
    /// The worker takes no items at the moment, since too much waits behind places.
    takes_no_items: AtomicBool,
}

impl<E> Commands<E> {
    pub(crate) fn new(sender: Sender<Command<E>>) -> Self {
        Self {
            sender,
            role: Role::default(),
            takes_no_items: AtomicBool::new(false),
        }
    }

    /// Whether its items are to be left where they are. Only whoever has the role says so.
    pub(crate) fn set_takes_no_items(&self, takes_none: bool) {
        self.takes_no_items.store(takes_none, Ordering::SeqCst);
    }

    pub(crate) fn takes_no_items(&self) -> bool {
        self.takes_no_items.load(Ordering::SeqCst)
    }

    pub(crate) fn role(&self) -> &Role {
        &self.role
    }

    /// False where there is no such worker any more.
    pub(crate) fn send(&self, command: Command<E>) -> bool {
        let is_sent = self.sender.send(command).is_ok();
        self.role.call();
        is_sent
    }

    pub(crate) fn are_none(&self) -> bool {
        self.sender.is_empty()
    }
}
