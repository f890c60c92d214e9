//! The way into the rooms for all that is not a client: a database, a timer of another thread, another server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use protocol::ErrorCode;
use protocol::message::Encode;
use text::composed;

use crate::command::{Command, Commands};
use crate::config::Config;
use crate::delivery::Fill;
use crate::encoded::{Encoded, Writing};
use crate::numbers::Numbers;
use crate::outbox::Put;
use crate::place::{Place, Unfilled};
use crate::reservation::{Party, Reply, Reservation, RollCall, Stage, Wanted};
use crate::ticket::{Resume, Ticket};
use crate::users::Users;

/// Brings events from any thread to the worker of a room. Clones are the same way.
///
/// What is sent does not wait for room in a queue, and nor does its sender: whoever sends bounds how much is under
/// way. An answer to a ticket needs no other bound, since a session that is parked asks for nothing more.
pub struct Outside<E> {
    /// To each worker.
    workers: Arc<[Commands<E>]>,
    users: Arc<Users>,
    numbers: Arc<Numbers>,
    writing: Writing,
}

impl<E: Send + 'static> Outside<E> {
    pub(crate) fn new(
        workers: Arc<[Commands<E>]>,
        users: Arc<Users>,
        numbers: Arc<Numbers>,
        config: &Config,
    ) -> Self {
        Self {
            workers,
            users,
            numbers,
            writing: Writing::new(config),
        }
    }

    /// Brings an event to a room, whether anybody is in it or not: the logic gets it by
    /// [`RoomLogic::event`](crate::RoomLogic::event). False where there is no such room, or the server has ended.
    ///
    /// Two events of one thread for one room come in their order.
    pub fn send(&self, room: i32, event: E) -> bool {
        let index = self.numbers.index_of(room);
        index.is_some_and(|index| {
            let worker = self.numbers.worker_of(index);
            self.tell(worker, Command::Event { room, event })
        })
    }

    /// The same in front of all that waits behind a [`Place`] that is kept: what the logic sends in that call is older than
    /// what the places will be filled with.
    pub fn send_in_front(&self, room: i32, event: E) -> bool {
        let index = self.numbers.index_of(room);
        index.is_some_and(|index| {
            let worker = self.numbers.worker_of(index);
            self.tell(worker, Command::EventInFront { room, event })
        })
    }

    // ANCHOR: fill
    /// Fills places. Each fill is called on the worker that has kept the place, when all places before it are filled; what
    /// it puts comes in the order in which the places were kept. All of one call go to their worker together, and so go out
    /// together.
    pub fn fill(&self, places: impl IntoIterator<Item = (Place, Fill)>) {
        let mut filled: Vec<Vec<_>> = Vec::new();
        filled.resize_with(self.workers.len(), Vec::new);
        for (place, fill) in places {
            filled[place.worker()].push((place.redeem(), Some(fill)));
        }
        for (worker, filled) in filled.into_iter().enumerate() {
            if !filled.is_empty() {
                // A worker that has ended has no session any more that could wait.
                self.tell(worker, Command::Fill(filled));
            }
        }
    }
    // ANCHOR_END: fill

    /// Lets a parked session go on: first the logic that has parked it gets the event, then the packets that have
    /// waited are answered.
    pub fn resume(&self, ticket: Ticket, event: E) {
        let parking = ticket.redeem();
        let event = Some(event);
        // A worker that has ended has no session any more that could go on.
        self.tell(parking.worker, Command::Resume { parking, event });
    }

    /// Sends a message to a user who is logged in here. True where it is in the outbox of that user: nothing but the
    /// end of the connection keeps it from being sent. False where nobody here has that name, where the connection is
    /// at its end, or where the message cannot be written in the client's codec.
    pub fn send_to_user(&self, user_id: &str, message: &(impl Encode + ?Sized)) -> bool {
        let Some(session) = self.users.find(user_id) else {
            return false;
        };
        let mut encoded = Encoded::new(message, self.writing);
        let Ok(packet) = encoded.packet_for(&session) else {
            return false;
        };
        let put = session.put(packet);
        let packets = packet.to_vec();
        put != Put::Dropped
            && self.tell(
                session.worker(),
                Command::SeeTo {
                    session,
                    put,
                    packets,
                },
            )
    }

    // ANCHOR: close_user
    /// Closes the connection of a user: this session of it, or whichever has the name now. What is in its outbox is
    /// sent, `reason` is its last word, and the members of its room see it leave. False where there is no such session.
    /// With [`ErrorCode::NONE`] as the reason it gets no such word, for those whom somebody has told already.
    ///
    /// With a number, a session is found as well whose login is still being checked: it does not get the name then.
    pub fn close_user(&self, user_id: &str, session: Option<u64>, reason: ErrorCode) -> bool {
        let checked = session.and_then(|session| self.users.checks.find(session));
        let found = checked.or_else(|| {
            let known = self.users.find(user_id)?;
            Some(known).filter(|known| session.is_none_or(|session| session == known.id()))
        });
        found.is_some_and(|session| {
            session.progress().want_farewell(reason, None)
                && self.tell(session.worker(), Command::Close(session))
        })
    }
    // ANCHOR_END: close_user

    // ANCHOR: reserve
    /// Keeps a seat for a user who is on the way, for so long from now on: until then others find the room full when
    /// its members and such seats fill it. A seat is given up when its user enters that room; one user has one in a
    /// room, however often it is asked for.
    ///
    /// `reply` is called once, with the number of the room; it may be on the thread of a worker, so it must not block.
    /// Or with the reason: [`ErrorCode::ROOM_INVALID_NUMBER`], [`ErrorCode::ENTER_ROOM_USER_FULL`], or
    /// [`ErrorCode::SERVER_SHUTTING_DOWN`] where the server ends before it has answered.
    pub fn reserve(
        &self,
        wanted: Wanted,
        user_id: &str,
        time: Duration,
        reply: impl FnOnce(Result<i32, ErrorCode>) + Send + 'static,
    ) {
        let reply = Reply::new(reply);
        let (worker, stage) = match wanted {
            Wanted::Any => (0, Stage::search(self.workers.len())),
            Wanted::Room(room) => match self.numbers.index_of(room) {
                Some(index) => (self.numbers.worker_of(index), Stage::Room(index)),
                None => return reply.tell(Err(ErrorCode::ROOM_INVALID_NUMBER)),
            },
        };
        let reservation = Reservation {
            party: Party::One(user(user_id)),
            time,
            stage,
            reply,
        };
        // A reply that goes down with its server says so itself.
        self.tell(worker, Command::Reserve(Box::new(reservation)));
    }
    // ANCHOR_END: reserve

    // ANCHOR: reserve_together
    /// Keeps seats for users who want to be together: one for each, in one room where nobody else is or is on the way, or
    /// none at all. Everything else is as with [`reserve`](Self::reserve). Where no room is free for them, the reason is
    /// [`ErrorCode::ENTER_ROOM_USER_FULL`], as it is where they are more than a room has seats.
    pub fn reserve_together<U: AsRef<str>>(
        &self,
        user_ids: &[U],
        time: Duration,
        reply: impl FnOnce(Result<i32, ErrorCode>) + Send + 'static,
    ) {
        let reservation = Reservation {
            party: Party::Together(users(user_ids)),
            time,
            stage: Stage::search(self.workers.len()),
            reply: Reply::new(reply),
        };
        self.tell(0, Command::Reserve(Box::new(reservation)));
    }
    // ANCHOR_END: reserve_together

    /// Asks who of these users has come for the seats that this room has kept: true for whoever is in it, or has been.
    /// The seats of the others are given up, so that nobody is told to have missed a seat and has it all the same. Asked
    /// within a minute behind the time of the seats, the room still knows.
    ///
    /// `reply` is called as that of [`reserve`](Self::reserve), with an answer for each user, in their order. Or with the
    /// reason: [`ErrorCode::ROOM_INVALID_NUMBER`], or [`ErrorCode::SERVER_SHUTTING_DOWN`].
    pub fn who_came<U: AsRef<str>>(
        &self,
        room: i32,
        user_ids: &[U],
        reply: impl FnOnce(Result<Vec<bool>, ErrorCode>) + Send + 'static,
    ) {
        let reply = Reply::new(reply);
        let Some(room) = self.numbers.index_of(room) else {
            return reply.tell(Err(ErrorCode::ROOM_INVALID_NUMBER));
        };
        let users = users(user_ids);
        let worker = self.numbers.worker_of(room);
        self.tell(worker, Command::CallRoll(RollCall { room, users, reply }));
    }

    // ANCHOR: adopt
    /// Makes a range of rooms, [`Config::rooms`](crate::Config::rooms) of them, numbered from `first_room`, for a server that
    /// has got them while it runs. Unique ids in them begin with `first_unique_id`. When this returns, all that comes for
    /// them finds them: it is behind their making in the queue of their worker. It does not wait for that. False where
    /// there are rooms of these numbers already.
    pub fn adopt(&self, first_room: i32, first_unique_id: u64) -> bool {
        let tell = |range| self.tell_all(|| Command::Adopt(range));
        self.numbers.add(first_room, first_unique_id, tell)
    }

    /// Gives up the range of rooms that begins with `first_room`: another server may have them by now. When this returns,
    /// nobody finds them any more; then their logic is told by [`RoomLogic::abandoned`](crate::RoomLogic::abandoned), their
    /// members are closed with `reason` as their last word, and the seats that are reserved there are gone with the rooms.
    /// False where there is no such range.
    ///
    /// Should the same rooms come again by [`adopt`](Self::adopt), they are new ones. An event that is
    /// [sent](Self::send) to one of the old ones too late comes to the new one of that number.
    pub fn abandon(&self, first_room: i32, reason: ErrorCode) -> bool {
        let tell = |range| self.tell_all(|| Command::Abandon(range, reason));
        self.numbers.remove(first_room, tell)
    }
    // ANCHOR_END: adopt

    /// What a dropped ticket does.
    pub(crate) fn resume_without_event(&self) -> Resume {
        let workers = Arc::clone(&self.workers);
        Arc::new(move |parking| {
            let event = None;
            workers[parking.worker].send(Command::Resume { parking, event });
        })
    }

    /// What a dropped place does.
    pub(crate) fn fill_with_nothing(&self) -> Unfilled {
        let workers = Arc::clone(&self.workers);
        Arc::new(move |worker, number| {
            workers[worker].send(Command::Fill(vec![(number, None)]));
        })
    }

    /// Workers that have ended need to hear nothing.
    fn tell_all(&self, command: impl Fn() -> Command<E>) {
        for worker in 0..self.workers.len() {
            let _ = self.tell(worker, command());
        }
    }

    pub(crate) fn users(&self) -> &Users {
        &self.users
    }

    pub(crate) fn workers(&self) -> usize {
        self.workers.len()
    }

    /// False where there is no such worker any more.
    pub(crate) fn tell(&self, worker: usize, command: Command<E>) -> bool {
        self.workers[worker].send(command)
    }
}

/// A user as logins have it.
fn user(user_id: &str) -> Arc<str> {
    composed(user_id).as_ref().into()
}

fn users<U: AsRef<str>>(user_ids: &[U]) -> Vec<Arc<str>> {
    user_ids.iter().map(|user_id| user(user_id.as_ref())).collect()
}

impl<E> Clone for Outside<E> {
    fn clone(&self) -> Self {
        Self {
            workers: Arc::clone(&self.workers),
            users: Arc::clone(&self.users),
            numbers: Arc::clone(&self.numbers),
            writing: self.writing,
        }
    }
}

impl<E> fmt::Debug for Outside<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside")
            .field("numbers", &self.numbers)
            .finish_non_exhaustive()
    }
}
