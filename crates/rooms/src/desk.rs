//! Where a worker works: whoever has its role does what waits for it.
//!
//! The role goes from thread to thread. A client's thread takes it when it has handed an item over and nobody is at work. The
//! worker's own thread takes it when it is called: for commands, for alarms, and where a client's thread has done its
//! share.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use net::{NetError, panic_text};
use tracing::error;

use crate::command::Command;
use crate::engine::Engine;
use crate::game::Game;
use crate::role::{Role, Woken};
use crate::sync::Mutex;
use crate::worker::{Turn, Worker};

/// Batches that a client's thread does at most before it goes back to its client. What is left then is the affair of the
/// worker's own thread: the server has so much to do that its wake-up costs nothing. With 1, every message that comes
/// while another is sent wakes it; without an end, a client would wait for all others.
const SHARE: usize = 4;

/// The workers of a server, each at its desk.
pub(crate) struct Desks<G: Game> {
    pub(crate) engine: Arc<Engine<G>>,
    desks: Box<[Desk<G>]>,
}

struct Desk<G: Game> {
    /// Only whoever has the role locks it, so nobody ever waits for it. `None` before the worker's thread has begun.
    worker: Mutex<Option<Worker<G>>>,
    /// Why nobody can work here any more. Then the role stays taken.
    panicked: Mutex<Option<String>>,
}

impl<G: Game> Desks<G> {
    pub(crate) fn new(engine: Arc<Engine<G>>) -> Self {
        let empty = || Desk {
            worker: Mutex::new(None),
            panicked: Mutex::new(None),
        };
        let count = engine.config.workers;
        Self {
            engine,
            desks: std::iter::repeat_with(empty).take(count).collect(),
        }
    }

    /// From now on whoever takes the role can work.
    pub(crate) fn begin(&self, worker: Worker<G>) {
        let desk = &self.desks[worker.index];
        *desk.worker.lock() = Some(worker);
    }

    // ANCHOR: work
    /// Does what waits for a worker, unless somebody is at it; a fair share of it.
    pub(crate) fn work(&self, worker: usize) {
        self.work_as_far_as(worker, SHARE);
    }

    /// False where nothing more will ever be done there.
    fn work_as_far_as(&self, worker: usize, most: usize) -> bool {
        let role = self.engine.role(worker);
        while role.take() {
            match self.desks[worker].turn(role, most) {
                Turn::Last => {
                    role.ring();
                    return false;
                }
                // Others may have left something to us just before the role was given up.
                Turn::Done if self.engine.has_work(worker) => {}
                Turn::Over if self.engine.has_work(worker) => {
                    role.ring();
                    return true;
                }
                Turn::Done | Turn::Over => return true,
            }
        }
        true
    }
    // ANCHOR_END: work

    /// The worker's own thread, until the server ends.
    ///
    /// # Errors
    /// [`NetError::WorkerPanicked`] where a turn has panicked, on whichever thread: then all its rooms are lost, so the
    /// server ends, and can be started again. It takes a fault of the engine itself; what a game's code does is caught
    /// where it is called.
    pub(crate) fn work_until_the_end(&self, index: usize) -> Result<(), NetError> {
        if self.engine.config.batch_scheduling {
            // Only a question of speed: without it everything works the same.
            let _ = net::set_batch_scheduling();
        }
        let desk = &self.desks[index];
        while self.work_as_far_as(index, usize::MAX) && desk.panicked.lock().is_none() {
            if self.engine.role(index).wait() == Woken::Alarm {
                // Whoever is at work may have looked at the clock just before.
                self.engine.command(index, Command::Clock);
            }
        }
        let cause = desk.panicked.lock().take();
        cause.map_or(Ok(()), |cause| {
            error!("a worker has panicked, so the server ends: {cause}");
            if let Some(worker) = desk.worker.lock().as_mut() {
                worker.bury(&cause);
            }
            Err(NetError::WorkerPanicked(cause))
        })
    }
}

impl<G: Game> Desk<G> {
    /// For whoever has the role: works for a while, and gives it up.
    fn turn(&self, role: &Role, most: usize) -> Turn {
        let mut place = self.worker.lock();
        let Some(worker) = place.as_mut() else {
            drop(place);
            role.give_up();
            // Its own thread begins by itself, and finds what is there.
            return Turn::Over;
        };
        match panic::catch_unwind(AssertUnwindSafe(|| worker.turn(most))) {
            Ok(turn) => {
                if let Some(alarm) = worker.new_alarm() {
                    role.set_alarm(alarm);
                }
                drop(place);
                role.give_up();
                turn
            }
            Err(cause) => {
                *self.panicked.lock() = Some(panic_text(cause.as_ref()));
                Turn::Last
            }
        }
    }
}
