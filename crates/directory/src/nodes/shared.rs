//! What the threads of a server's place share.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use parking_lot::Mutex;
use tracing::info;

use super::counts::Counting;
use super::held::Held;
use super::settings::NodeSettings;
use super::sure::Sure;
use super::task::{Errand, Task};
use super::unready::Unready;
use super::watching::{Taken, Watching};
use crate::directory::Directory;
use crate::presence::Presence;
use crate::request::{Asked, Reply, Request};
use crate::server::{Offer, Owner, first_unique_id, slot_of};

/// Requests of others that may wait. They are answered in microseconds, so past that something is wrong.
const MOST_INCOMING: usize = 1_024;

/// How the server answers.
pub(super) type Answering = Box<dyn Fn(Request, Reply) + Send + Sync>;

/// What all threads of a place share.
pub(super) struct Shared {
    pub(super) directory: Arc<dyn Directory>,
    /// What the server says of itself, in each of its slots.
    pub(super) offer: Offer,
    pub(super) settings: NodeSettings,
    /// No call to the directory, and none to the server, is made with this lock.
    pub(super) held: Mutex<Held>,
    pub(super) watching: Watching,
    pub(super) counts: Counting,
    /// Until when the server may serve without a doubt.
    pub(super) sure: Sure,
    /// Set when the server has started.
    pub(super) answer: OnceLock<Answering>,
    /// Told then.
    start: Sender<()>,
    /// Where the requests for all of its slots come.
    pub(super) requests: Sender<Asked>,
    /// Taken away when the place is left.
    tasks: Mutex<Option<Sender<Task>>>,
    /// Not bounded: each session ends once.
    ended: Sender<(String, Presence)>,
    /// Slots whose rooms are not served yet.
    pub(super) to_prepare: Sender<Unready>,
}

/// What its threads take out of channels.
pub(super) struct Ends {
    pub(super) to_carry: Receiver<Task>,
    pub(super) to_log_out: Receiver<(String, Presence)>,
    pub(super) to_serve: Receiver<Asked>,
    pub(super) to_prepare: Receiver<Unready>,
    /// Something comes when the server has started.
    pub(super) started: Receiver<()>,
}

impl Shared {
    pub(super) fn new(directory: Arc<dyn Directory>, offer: Offer, settings: NodeSettings) -> (Self, Ends) {
        let (tasks, to_carry) = bounded(settings.queue);
        let (ended, to_log_out) = unbounded();
        let (start, started) = bounded(1);
        let (requests, to_serve) = bounded(MOST_INCOMING);
        let (unready, to_prepare) = unbounded();
        let ends = Ends {
            to_carry,
            to_log_out,
            to_serve,
            to_prepare,
            started,
        };
        // It begins with a lease.
        let sure = Sure::since(settings.clock.now(), settings.lease);
        let shared = Self {
            sure,
            directory,
            offer,
            settings,
            held: Mutex::default(),
            watching: Watching::default(),
            counts: Counting::default(),
            answer: OnceLock::new(),
            start,
            requests,
            tasks: Mutex::new(Some(tasks)),
            ended,
            to_prepare: unready,
        };
        (shared, ends)
    }

    /// A slot is this server's from now on.
    pub(super) fn has_taken(&self, owner: &Owner) -> Taken {
        let rooms = self.offer.rooms_of(owner.slot);
        let Owner {
            game,
            slot,
            generation,
        } = owner;
        info!(
            slot,
            generation,
            "slot {slot} of {game} taken (rooms {} to {}), generation {generation}",
            rooms.start(),
            rooms.end()
        );
        Counting::one_more(&self.counts.taken);
        Taken {
            first_room: *rooms.start(),
            last_room: *rooms.end(),
            first_unique_id: first_unique_id(*generation),
            generation: *generation,
        }
    }

    /// A round of renewals is over: until when the server is sure of its rooms. A directory that is away leaves it all of
    /// them, until somebody has asked it again.
    pub(super) fn tell_of_leases(&self, is_away: bool) {
        let NodeSettings {
            clock,
            lease,
            deadline,
            ..
        } = &self.settings;
        let until = self.held.lock().sure_until().filter(|_| !is_away);
        // A call to a directory that does not answer takes a second or so.
        let unless_asked = || clock.now() + *lease + 2 * *deadline;
        self.sure.set(until.unwrap_or_else(unless_asked));
    }

    /// Nobody asks the directory any more: whoever still serves does so without a slot.
    pub(super) fn has_left(&self) {
        const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3_600);
        self.sure.set(self.settings.clock.now() + FOR_EVER);
    }

    /// This session of the user ends, since the user is elsewhere.
    pub(super) fn end_here(&self, user_id: String, session: u64) {
        if let Some(answer) = self.answer.get() {
            answer(Request::Replace { user_id, session }, Reply::new(|_| {}));
        }
    }

    /// Who this server is, or was, in a slot that it has taken.
    pub(super) fn owner_of(&self, taken: &Taken) -> Owner {
        let slot = slot_of(taken.first_room, self.offer.rooms);
        Owner {
            game: self.offer.game.clone(),
            slot: slot.expect("its rooms come from its slot"),
            generation: taken.generation,
        }
    }

    pub(super) fn begin_to_serve(&self, answer: Answering) {
        // A server is started once.
        if self.answer.set(answer).is_ok() {
            let _ = self.start.try_send(());
        }
    }

    /// Queues a request. One that finds no queue, or no room in it, is dropped, which is its answer.
    pub(super) fn queue(&self, errand: Errand) {
        let until = Instant::now() + self.settings.deadline;
        let task = Task { errand, until };
        let tasks = self.tasks.lock().clone();
        // Without the lock, since an answer may lead to the next request.
        if let Some(tasks) = tasks {
            drop(tasks.try_send(task));
        }
    }

    /// Queues nothing any more. What nobody carries goes with the last thread that could.
    pub(super) fn close_queue(&self) {
        *self.tasks.lock() = None;
    }

    /// A slot that has gone has taken its presence with it.
    pub(super) fn log_out(&self, user_id: &str, session: u64) {
        let presence = self.held.lock().end(user_id, session);
        if let Some(presence) = presence {
            // When the thread of the leases has ended, they have, and with them all presence here.
            let _ = self.ended.send((user_id.to_owned(), presence));
        }
    }
}
