//! All places of one server in a directory: its slots and their leases, logins by ticket, requests to other servers and from
//! them. It knows no rooms but their numbers.
//!
//! A server begins with one slot. With `takeover` it takes further ones, whose servers are gone. It may lose each of them: when
//! the directory says that a lease has ended, somebody else may have the slot, so this server lets go of its rooms and of those
//! who have logged in through it, and goes on with the others. A server that has lost all takes one anew, as soon as there is one.
//!
//! | file | what is in it |
//! |---|---|
//! | `settings` | what it can be told, and why there is no place |
//! | `shared` | what its threads share |
//! | `held` | the slots that the server has, and who has logged in through which |
//! | `lease`, `keeper` | the thread that keeps the leases; how it loses slots, and takes others |
//! | `vacant` | which slots a server may take over |
//! | `watching` | how the server hears that rooms come and go |
//! | `sure` | until when the server may serve without a doubt |
//! | `unready`, `preparing` | the thread that gets slots ready before their rooms come |
//! | `login` | the check of a login |
//! | `task`, `promise` | requests to other servers, and answers that are never lost |
//! | `outgoing` | the threads that carry them |
//! | `incoming` | the thread that serves requests of others |
//! | `counts` | what has happened, in numbers |

mod counts;
mod held;
mod incoming;
mod keeper;
mod lease;
mod login;
mod outgoing;
mod preparing;
mod promise;
mod settings;
mod shared;
mod sure;
mod task;
mod unready;
mod vacant;
mod watching;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;
use protocol::{Codec, ErrorCode};
use tracing::warn;

pub use counts::NodeCounts;
use promise::Promise;
pub use settings::{NodeError, NodeSettings};
use shared::{Ends, Shared};
use task::Errand;
pub use task::Place;
use unready::{Serving, Unready};
use watching::Change;
pub use watching::{Lost, Taken};

use crate::directory::{Directory, Slot};
use crate::request::{Reply, Request};
use crate::server::{Offer, Owner, Way, slot_of};
use crate::ticket::Seat;

/// All places of one server in a directory. They are left by [`leave`](Self::leave), or when this is dropped.
///
/// Its threads: one keeps the leases, one gets slots ready, one serves requests of others, and some carry requests to others, each of which may
/// take a second while a server is silent.
pub struct Nodes {
    shared: Arc<Shared>,
    /// What the server has begun with.
    first: Taken,
    leaving: Mutex<Option<Leaving>>,
}

/// What ends with it.
struct Leaving {
    /// Dropped, it ends the threads.
    stop: Sender<()>,
    threads: Vec<JoinHandle<()>>,
}

impl Nodes {
    /// Takes a slot, and keeps it. Requests of others are answered from [`serve`](Self::serve) on.
    ///
    /// # Errors
    /// [`NodeError`]: there is no slot, nobody knows of one, or there is no thread. Then nothing is left behind.
    pub fn join(
        directory: Arc<dyn Directory>,
        offer: Offer,
        settings: NodeSettings,
    ) -> Result<Arc<Self>, NodeError> {
        for codec in Codec::ALL {
            if offer.host_and_port(codec).is_none() {
                return Err(NodeError::Address(offer.address, codec));
            }
        }
        let (shared, ends) = Shared::new(directory, offer, settings);
        let owner = take_first(&shared)?;
        let first = shared.has_taken(&owner);
        let shared = Arc::new(shared);
        let leaving = begin(&shared, &owner, ends).inspect_err(|_| release_all(&shared))?;
        Ok(Arc::new(Self {
            shared,
            first,
            leaving: Mutex::new(Some(leaving)),
        }))
    }

    /// The slot that it has begun with.
    #[must_use]
    pub fn first(&self) -> &Taken {
        &self.first
    }

    /// The number of the first room of the slot that it has begun with.
    #[must_use]
    pub fn first_room(&self) -> i32 {
        self.first.first_room
    }

    /// The unique id of the first member of each room of that slot. It comes from the generation, so it is above every id
    /// that an earlier owner of the slot has given.
    #[must_use]
    pub fn first_unique_id(&self) -> u64 {
        self.first.first_unique_id
    }

    /// Who this server is, once for each of its slots, in the order in which it has taken them; nobody at the moment where
    /// it has lost them all.
    #[must_use]
    pub fn owners(&self) -> Vec<Owner> {
        self.shared.held.lock().owners()
    }

    /// What has happened to its slots.
    #[must_use]
    pub fn counts(&self) -> NodeCounts {
        self.shared.counts.read(&self.shared.held.lock())
    }

    /// True while nobody else can have this room: it is of a slot of this server, whose lease has not ended by the server's
    /// own clock. A server that cannot reach the directory for longer than that may have been replaced, and does not know.
    #[must_use]
    pub fn is_within_lease(&self, room: i32) -> bool {
        let now = self.shared.settings.clock.now();
        slot_of(room, self.shared.offer.rooms)
            .is_some_and(|slot| self.shared.held.lock().is_within_lease(slot, now))
    }

    /// The generation in which this server has the slot of this room; `None` where it has it not. Whether the lease has ended
    /// is another question.
    #[must_use]
    pub fn generation_of(&self, room: i32) -> Option<u64> {
        let slot = slot_of(room, self.shared.offer.rooms)?;
        self.shared.held.lock().generation_of(slot)
    }

    // ANCHOR: wait_until_sure
    /// Comes back when this server may serve its rooms: at once, nearly always. A process that was stopped for longer than
    /// its lease may have been replaced meanwhile, and waits here until the directory has said what has become of its slots,
    /// for two seconds at most. For workers, before they look at a packet.
    pub fn wait_until_sure(&self) {
        let settings = &self.shared.settings;
        self.shared.sure.wait(&settings.clock, 2 * settings.deadline);
    }
    // ANCHOR_END: wait_until_sure

    /// What it was told.
    #[must_use]
    pub fn settings(&self) -> &NodeSettings {
        &self.shared.settings
    }

    /// Tells how slots come and go, each in its order: those that come after the first one, and all that are lost, the first
    /// one too. What has happened before this call is told at once. Both are called on the thread of the leases or on this
    /// one, and must not wait for long.
    pub fn watch(&self, taken: impl Fn(Taken) + Send + 'static, lost: impl Fn(Lost) + Send + 'static) {
        self.shared.watching.watch(move |change| match change {
            Change::Taken(slot) => taken(slot),
            Change::Lost(slot) => lost(slot),
        });
    }

    // ANCHOR: watch_preparing
    /// The same for a server that must get something ready before it serves the rooms of a further slot: `taken` is told when
    /// `prepare` has said yes, if the slot is still there then. Where it says why not, it is asked again, later each time, for
    /// as long as the server has the slot.
    ///
    /// `prepare` is called on a thread of its own, and may wait; [`leave`](Self::leave) waits for it. `taken` is called there
    /// too, and must not wait for long, since a loss waits for it.
    pub fn watch_preparing(
        &self,
        prepare: impl Fn(&Taken) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
        taken: impl Fn(Taken) + Send + 'static,
        lost: impl Fn(Lost) + Send + 'static,
    ) {
        let serving = Serving::new(prepare, taken);
        let to_prepare = self.shared.to_prepare.clone();
        self.shared.watching.watch(move |change| match change {
            // Where that thread has ended, the slots have gone.
            Change::Taken(slot) => drop(to_prepare.send(Unready::new(slot, &serving))),
            Change::Lost(slot) => serving.go(|| lost(slot)),
        });
    }
    // ANCHOR_END: watch_preparing

    /// Answers the requests of others from now on, those too that have come before and are still waited for, and no other
    /// way afterwards. `answer` is called on a thread of this place, and on that of a login here which replaces another one
    /// here; it must not wait for long.
    pub fn serve(&self, answer: impl Fn(Request, Reply) + Send + Sync + 'static) {
        self.shared.begin_to_serve(Box::new(answer));
    }

    /// Asks the server on which this user is logged in. It does not wait: `reply` is called once, on any thread, this one
    /// too. It gets [`ErrorCode::WHISPER_NO_SUCH_USER`] where the user is logged in nowhere, what the other server says, or
    /// [`ErrorCode::PEER_UNREACHABLE`] where nobody knows: in time, or at once where too many requests wait.
    pub fn tell(
        &self,
        user_id: &str,
        request: Request,
        reply: impl FnOnce(Result<(), ErrorCode>) + Send + 'static,
    ) {
        self.shared.queue(Errand::Tell {
            user_id: user_id.to_owned(),
            request,
            reply: Promise::new(reply),
        });
    }

    /// Asks for a place in a room of another server of this game, and makes a ticket for it, for a client that comes
    /// this way. It does not wait: `reply` is called as that of [`tell`](Self::tell). It gets [`ErrorCode::ROOM_INVALID_NUMBER`] where no
    /// server has the room, what its server says, or [`ErrorCode::PEER_UNREACHABLE`].
    pub fn seat(
        &self,
        user_id: &str,
        room: i32,
        way: impl Into<Way>,
        reply: impl FnOnce(Result<Place, ErrorCode>) + Send + 'static,
    ) {
        self.shared.queue(Errand::Seat {
            user_id: user_id.to_owned(),
            room,
            way: way.into(),
            reply: Promise::new(reply),
        });
    }

    /// Lets a user in who has a ticket for this server, for whichever of its slots, and ends the session that the user may
    /// have on any server. It waits for the directory, and for that server.
    ///
    /// # Errors
    /// [`ErrorCode::LOGIN_FAILED`] for what is no ticket of this user for this server, and
    /// [`ErrorCode::LOGIN_UNAVAILABLE`] where nobody knows. Then the ticket may be used up, and nothing else is left.
    pub fn check_login(&self, user_id: &str, password: &str, session: u64) -> Result<Seat, ErrorCode> {
        login::check(&self.shared, user_id, password, session)
    }

    /// This session of the user has ended. It does not wait, and is not forgotten while the directory is away.
    pub fn log_out(&self, user_id: &str, session: u64) {
        self.shared.log_out(user_id, session);
    }

    /// Gives all slots back, and ends its threads. What waits in its queue gets its answer, that nobody knows.
    pub fn leave(&self) {
        let Some(leaving) = self.leaving.lock().take() else {
            return;
        };
        // First: from then on everybody knows that nobody is here.
        release_all(&self.shared);
        self.shared.close_queue();
        drop(leaving.stop);
        // Whoever is told of a slot may leave at once, on the thread that tells it: the others may wait for that one.
        let here = thread::current().id();
        if leaving.threads.iter().all(|thread| thread.thread().id() != here) {
            for thread in leaving.threads {
                let _ = thread.join();
            }
        }
        self.shared.has_left();
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.leave();
    }
}

impl fmt::Debug for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nodes")
            .field("owners", &self.owners())
            .finish_non_exhaustive()
    }
}

/// Listens, and starts the threads.
fn begin(shared: &Arc<Shared>, owner: &Owner, ends: Ends) -> Result<Leaving, NodeError> {
    let listening = shared.directory.listen(owner, shared.requests.clone())?;
    // It has just been taken, so there is none before.
    drop(shared.held.lock().listens(owner, listening));
    let mut threads = Threads::default();
    threads.start("directory-lease", shared, move |shared, stop| {
        lease::keep(shared, &ends.to_log_out, stop);
    })?;
    threads.start("directory-in", shared, move |shared, stop| {
        incoming::serve(shared, &ends.started, &ends.to_serve, stop);
    })?;
    threads.start("directory-slots", shared, move |shared, stop| {
        preparing::prepare(shared, &ends.to_prepare, stop);
    })?;
    for number in 0..shared.settings.askers {
        let to_carry = ends.to_carry.clone();
        threads.start(&format!("directory-out-{number}"), shared, move |shared, stop| {
            outgoing::carry(shared, &to_carry, stop);
        })?;
    }
    Ok(Leaving {
        stop: threads.stop,
        threads: threads.started,
    })
}

fn take_first(shared: &Shared) -> Result<Owner, NodeError> {
    let Shared {
        directory,
        offer,
        settings,
        ..
    } = shared;
    let until = settings.clock.now() + settings.lease;
    match directory.take_slot(offer, settings.wanted, settings.lease)? {
        Slot::Taken(owner) => {
            shared.held.lock().add(owner.clone(), until);
            Ok(owner)
        }
        Slot::NoneFree => Err(settings.wanted.map_or(NodeError::NoneFree, NodeError::Taken)),
        Slot::OtherRooms(theirs) => Err(NodeError::OtherRooms {
            ours: offer.rooms,
            theirs,
        }),
    }
}

fn release_all(shared: &Shared) {
    let slots = shared.held.lock().leave();
    for (owner, listening) in slots {
        if let Err(reason) = shared.directory.release(&owner) {
            warn!(
                slot = owner.slot,
                "{reason} ({}), so slot {} of {} is free only when its lease ends",
                reason.0,
                owner.slot,
                owner.game
            );
        }
        drop(listening);
    }
}

/// The threads of a place while they are started. Where one cannot be, those before it end.
struct Threads {
    stop: Sender<()>,
    stopped: Receiver<()>,
    started: Vec<JoinHandle<()>>,
}

impl Default for Threads {
    fn default() -> Self {
        // Nothing is ever sent: it ends.
        let (stop, stopped) = bounded(0);
        Self {
            stop,
            stopped,
            started: Vec::new(),
        }
    }
}

impl Threads {
    fn start(
        &mut self,
        name: &str,
        shared: &Arc<Shared>,
        run: impl FnOnce(&Arc<Shared>, &Receiver<()>) + Send + 'static,
    ) -> Result<(), NodeError> {
        let (shared, stopped) = (Arc::clone(shared), self.stopped.clone());
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&shared, &stopped));
        self.started.push(thread.map_err(NodeError::NoThread)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
