//! What the threads of a node share.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use parking_lot::Mutex;

use super::settings::NodeSettings;
use super::task::{Errand, Task};
use crate::directory::Directory;
use crate::presence::Presence;
use crate::request::{Reply, Request};
use crate::server::Owner;

/// How the server answers.
pub(super) type Answering = Box<dyn Fn(Request, Reply) + Send + Sync>;

/// What all threads of a node share.
pub(super) struct Shared {
    pub(super) directory: Arc<dyn Directory>,
    pub(super) owner: Owner,
    /// Of each server of this game.
    pub(super) rooms: u32,
    pub(super) settings: NodeSettings,
    /// Set when the server has started.
    pub(super) answer: OnceLock<Answering>,
    /// Told then.
    start: Sender<()>,
    /// Taken away when the node is left.
    tasks: Mutex<Option<Sender<Task>>>,
    /// Not bounded: each session ends once.
    ended: Sender<(String, u64)>,
}

/// What its threads take out of channels.
pub(super) struct Ends {
    pub(super) to_carry: Receiver<Task>,
    pub(super) to_log_out: Receiver<(String, u64)>,
    /// Something comes when the server has started.
    pub(super) started: Receiver<()>,
}

impl Shared {
    pub(super) fn new(
        directory: Arc<dyn Directory>,
        owner: Owner,
        rooms: u32,
        settings: NodeSettings,
    ) -> (Self, Ends) {
        let (tasks, to_carry) = bounded(settings.queue);
        let (ended, to_log_out) = unbounded();
        let (start, started) = bounded(1);
        let ends = Ends {
            to_carry,
            to_log_out,
            started,
        };
        let shared = Self {
            directory,
            owner,
            rooms,
            settings,
            answer: OnceLock::new(),
            start,
            tasks: Mutex::new(Some(tasks)),
            ended,
        };
        (shared, ends)
    }

    pub(super) fn begin_to_serve(&self, answer: Answering) {
        // A server is started once.
        if self.answer.set(answer).is_ok() {
            let _ = self.start.try_send(());
        }
    }

    /// This session, on this server.
    pub(super) fn here(&self, session: u64) -> Presence {
        Presence {
            owner: self.owner.clone(),
            session,
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

    pub(super) fn log_out(&self, user_id: &str, session: u64) {
        // When the thread of the lease has ended, the lease has, and with it all presence here.
        let _ = self.ended.send((user_id.to_owned(), session));
    }
}
