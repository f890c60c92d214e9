//! The ways by which an operator reaches a server that runs: its users, its workers, and the thread that waits for slow
//! clients.

use std::sync::Arc;

use crossbeam_channel::Sender;
use protocol::ErrorCode;
use protocol::message::Encode;

use crate::backlog::Backlog;
use crate::command::Command;
use crate::control::{Announcement, Controlled, UserAndSession};
use crate::outside::Outside;
use crate::session::Session;

/// See [`Controlled`].
pub(crate) struct Ways<E> {
    pub(crate) outside: Outside<E>,
    pub(crate) backlog: Backlog,
}

impl<E: Send + 'static> Controlled for Ways<E> {
    fn users_after(&self, last: Option<&str>, most: usize) -> Vec<UserAndSession> {
        self.outside.users().after(last, most)
    }

    fn slow(&self) -> Vec<Arc<Session>> {
        self.backlog.slow()
    }

    fn dismiss(&self, user_id: &str, words: &dyn Encode) -> bool {
        // Somebody who goes just now need not hear it.
        self.outside.send_to_user(user_id, words);
        self.outside.close_user(user_id, None, ErrorCode::NONE)
    }

    fn workers(&self) -> usize {
        self.outside.workers()
    }

    fn announce(&self, worker: usize, message: Announcement, to: Vec<Arc<Session>>, done: Sender<()>) {
        // Where there is no such worker any more, `done` goes with the command, and that is heard.
        self.outside.tell(worker, Command::Announce { message, to, done });
    }
}
