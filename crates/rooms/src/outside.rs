//! The way into the rooms for all that is not a client: a database, a timer of another thread, another server.

use std::fmt;
use std::sync::Arc;

use crossbeam_channel::Sender;

use crate::command::Command;
use crate::ticket::{Resume, Ticket};

/// Brings events from any thread to the worker of a room. Clones are the same way.
///
/// What is sent does not wait for room in a queue, and nor does its sender: whoever sends bounds how much is under
/// way. An answer to a ticket needs no other bound, since a session that is parked asks for nothing more.
pub struct Outside<E> {
    /// To each worker.
    workers: Arc<[Sender<Command<E>>]>,
    rooms: usize,
}

impl<E: Send + 'static> Outside<E> {
    pub(crate) fn new(workers: Arc<[Sender<Command<E>>]>, rooms: usize) -> Self {
        Self { workers, rooms }
    }

    /// Brings an event to a room, whether anybody is in it or not: the logic gets it by
    /// [`RoomLogic::event`](crate::RoomLogic::event). False where there is no such room, or the server has ended.
    ///
    /// Two events of one thread for one room come in their order.
    pub fn send(&self, room: i32, event: E) -> bool {
        let number = usize::try_from(room).unwrap_or(usize::MAX);
        number < self.rooms
            && self.workers[number % self.workers.len()]
                .send(Command::Event { room, event })
                .is_ok()
    }

    /// Lets a parked session go on: first the logic that has parked it gets the event, then the packets that have
    /// waited are answered.
    pub fn resume(&self, ticket: Ticket, event: E) {
        let parking = ticket.redeem();
        let event = Some(event);
        // A worker that has ended has no session any more that could go on.
        let _ = self.workers[parking.worker].send(Command::Resume { parking, event });
    }

    /// What a dropped ticket does.
    pub(crate) fn resume_without_event(&self) -> Resume {
        let workers = Arc::clone(&self.workers);
        Arc::new(move |parking| {
            let event = None;
            let _ = workers[parking.worker].send(Command::Resume { parking, event });
        })
    }
}

impl<E> Clone for Outside<E> {
    fn clone(&self) -> Self {
        Self {
            workers: Arc::clone(&self.workers),
            rooms: self.rooms,
        }
    }
}

impl<E> fmt::Debug for Outside<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside")
            .field("rooms", &self.rooms)
            .finish_non_exhaustive()
    }
}
