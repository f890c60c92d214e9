//! A server's place in a directory: its slot and its lease, logins by ticket, requests to other servers and from them. It
//! knows no rooms.
//!
//! | file | what is in it |
//! |---|---|
//! | `settings` | what a node can be told, and why there is none |
//! | `shared` | what its threads share |
//! | `lease` | the thread that keeps the lease, and takes back presence |
//! | `login` | the check of a login |
//! | `task`, `promise` | requests to other servers, and answers that are never lost |
//! | `outgoing` | the threads that carry them |
//! | `incoming` | the thread that serves requests of others |

mod incoming;
mod lease;
mod login;
mod outgoing;
mod promise;
mod settings;
mod shared;
mod task;

use std::fmt;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;
use protocol::{Codec, ErrorCode};
use tracing::{info, warn};

use crate::directory::{Directory, Slot};
use crate::request::{Listening, Reply, Request};
use crate::server::{Offer, Owner, first_room};
use crate::ticket::Seat;
use promise::Promise;
pub use settings::{NodeError, NodeSettings};
use shared::{Ends, Shared};
use task::Errand;
pub use task::Place;

/// Requests of others that may wait. They are answered in microseconds, so past that something is wrong.
const MOST_INCOMING: usize = 1_024;

/// A server's place in a directory. It is left by [`leave`](Self::leave), or when it is dropped.
///
/// Its threads: one keeps the lease, one serves requests of others, and some carry requests to others, each of which may
/// take a second while a server is silent.
pub struct Node {
    shared: Arc<Shared>,
    leaving: Mutex<Option<Leaving>>,
}

/// What ends with it.
struct Leaving {
    listening: Listening,
    /// Dropped, it ends the threads.
    stop: Sender<()>,
    threads: Vec<JoinHandle<()>>,
}

impl Node {
    /// Takes a slot, and keeps it. Requests of others are answered from [`serve`](Self::serve) on.
    ///
    /// # Errors
    /// [`NodeError`]: there is no slot, nobody knows of one, or there is no thread. Then nothing is left behind.
    pub fn join(
        directory: Arc<dyn Directory>,
        offer: &Offer,
        settings: NodeSettings,
    ) -> Result<Self, NodeError> {
        for codec in Codec::ALL {
            if offer.host_and_port(codec).is_none() {
                return Err(NodeError::Address(offer.address.clone(), codec));
            }
        }
        let owner = take_slot(&*directory, offer, &settings)?;
        let (shared, ends) = Shared::new(directory, owner, offer.rooms, settings);
        let shared = Arc::new(shared);
        let leaving = begin(&shared, ends).inspect_err(|_| release(&shared))?;
        info!("this server is {}", shared.owner);
        Ok(Self {
            shared,
            leaving: Mutex::new(Some(leaving)),
        })
    }

    /// Who this server is.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.shared.owner
    }

    /// The number of its first room.
    #[must_use]
    pub fn first_room(&self) -> i32 {
        first_room(self.shared.owner.slot, self.shared.rooms)
    }

    /// What it was told.
    #[must_use]
    pub fn settings(&self) -> &NodeSettings {
        &self.shared.settings
    }

    /// Answers the requests of others from now on, those too that have come before and are still waited for, and no other
    /// way afterwards. `answer` is called on a thread of the node,
    /// and on that of a login here which replaces another one here; it must not wait for long.
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

    /// Asks for a place in a room of another server of this game, and makes a ticket for it, for a client of this codec. It does not wait: `reply` is
    /// called as that of [`tell`](Self::tell). It gets [`ErrorCode::ROOM_INVALID_NUMBER`] where no server has the room,
    /// what its server says, or [`ErrorCode::PEER_UNREACHABLE`].
    pub fn seat(
        &self,
        user_id: &str,
        room: i32,
        codec: Codec,
        reply: impl FnOnce(Result<Place, ErrorCode>) + Send + 'static,
    ) {
        self.shared.queue(Errand::Seat {
            user_id: user_id.to_owned(),
            room,
            codec,
            reply: Promise::new(reply),
        });
    }

    /// Lets a user in who has a ticket for this server, and ends the session that the user may have on any server. It waits
    /// for the directory, and for that server.
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

    /// Gives the slot back, and ends its threads. What waits in its queue gets its answer, that nobody knows.
    pub fn leave(&self) {
        let Some(leaving) = self.leaving.lock().take() else {
            return;
        };
        // First: from then on everybody knows that nobody is here.
        release(&self.shared);
        drop(leaving.listening);
        self.shared.close_queue();
        drop(leaving.stop);
        for thread in leaving.threads {
            // Whoever is told of a lost lease may leave at once, on the thread of the lease.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.leave();
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("owner", &self.shared.owner)
            .finish_non_exhaustive()
    }
}

/// Listens, and starts the threads.
fn begin(shared: &Arc<Shared>, ends: Ends) -> Result<Leaving, NodeError> {
    let (requests, to_serve) = bounded(MOST_INCOMING);
    let listening = shared.directory.listen(&shared.owner, requests)?;
    let mut threads = Threads::default();
    threads.start("directory-lease", shared, move |shared, stop| {
        lease::keep(shared, &ends.to_log_out, stop);
    })?;
    threads.start("directory-in", shared, move |shared, stop| {
        incoming::serve(shared, &ends.started, &to_serve, stop);
    })?;
    for number in 0..shared.settings.askers {
        let to_carry = ends.to_carry.clone();
        threads.start(&format!("directory-out-{number}"), shared, move |shared, stop| {
            outgoing::carry(shared, &to_carry, stop);
        })?;
    }
    Ok(Leaving {
        listening,
        stop: threads.stop,
        threads: threads.started,
    })
}

fn take_slot(directory: &dyn Directory, offer: &Offer, settings: &NodeSettings) -> Result<Owner, NodeError> {
    match directory.take_slot(offer, settings.wanted, settings.lease)? {
        Slot::Taken(owner) => Ok(owner),
        Slot::NoneFree => Err(settings.wanted.map_or(NodeError::NoneFree, NodeError::Taken)),
        Slot::OtherRooms(theirs) => Err(NodeError::OtherRooms {
            ours: offer.rooms,
            theirs,
        }),
    }
}

fn release(shared: &Shared) {
    if let Err(reason) = shared.directory.release(&shared.owner) {
        warn!(
            "{reason} ({}), so the slot is free only when its lease ends",
            reason.0
        );
    }
}

/// The threads of a node while they are started. Where one cannot be, those before it end.
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
        run: impl FnOnce(&Shared, &Receiver<()>) + Send + 'static,
    ) -> Result<(), NodeError> {
        let (shared, stopped) = (Arc::clone(shared), self.stopped.clone());
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&shared, &stopped));
        self.started.push(thread.map_err(NodeError::NoThread)?);
        Ok(())
    }
}
