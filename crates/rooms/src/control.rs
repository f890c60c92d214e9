//! What an operator of the server sees and does while it runs: who is there, who does not read, whom to close, what to
//! tell everybody.
//!
//! Nothing is kept for it. A look reads what the sessions know anyway, in small parts, so that no worker waits for the
//! one who looks; and while nobody looks, it costs nothing.

use std::fmt;
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Sender, bounded};
use parking_lot::Mutex;
use protocol::message::Encode;

use crate::session::Session;

/// Users in one part of a look, or of a message to all. The table of the users is locked while so many are copied,
/// which is a few microseconds; and a worker sends to so many before it goes on with packets.
const PART: usize = 256;

/// How long a worker may take until it has sent one part of a message to all. One that takes longer has other troubles.
const LONGEST_PART: Duration = Duration::from_secs(5);

/// A user's id, and the session that has it.
pub(crate) type UserAndSession = (Arc<str>, Arc<Session>);

/// What may be sent to all.
pub(crate) type Announcement = Arc<dyn Encode + Send + Sync>;

/// How a server that runs is reached, whatever its game.
pub(crate) trait Controlled: Send + Sync {
    /// Users whose ids come behind this one, in their order; so many at most.
    fn users_after(&self, last: Option<&str>, most: usize) -> Vec<UserAndSession>;

    /// Those whose bytes the kernel does not take.
    fn slow(&self) -> Vec<Arc<Session>>;

    /// Closes a user behind these words. False where nobody has that id.
    fn dismiss(&self, user_id: &str, words: &dyn Encode) -> bool;

    /// How many workers there are.
    fn workers(&self) -> usize;

    /// A worker sends this to all of these, and says when it is done.
    fn announce(&self, worker: usize, message: Announcement, to: Vec<Arc<Session>>, done: Sender<()>);
}

/// The way of an operator to a server. Put one into [`Config::control`](crate::Config::control), and keep a clone: it
/// works while the server runs. Before and after, nobody is there.
#[derive(Clone, Default)]
pub struct Control {
    running: Arc<Mutex<Option<Arc<dyn Controlled>>>>,
}

impl Control {
    // ANCHOR: users
    /// All users and their sessions, in the order of the ids. They are asked for in parts, so who comes or goes meanwhile
    /// may be among them or not; everybody else is, once.
    pub fn users(&self) -> impl Iterator<Item = (Arc<str>, Arc<Session>)> {
        let running = self.running();
        let mut part = Vec::new().into_iter();
        let mut last: Option<Arc<str>> = None;
        iter::from_fn(move || {
            let next: UserAndSession = part.next().or_else(|| {
                part = running.as_ref()?.users_after(last.as_deref(), PART).into_iter();
                part.next()
            })?;
            last = Some(Arc::clone(&next.0));
            Some(next)
        })
    }
    // ANCHOR_END: users

    /// The clients whose bytes the kernel does not take at the moment, in no order; some may not be logged in. It asks the
    /// thread that waits for them, which may take a moment.
    #[must_use]
    pub fn slow(&self) -> Vec<Arc<Session>> {
        self.running().map(|running| running.slow()).unwrap_or_default()
    }

    // ANCHOR: dismiss
    /// Ends the connection of a user in order: `words` are the last that it is sent, the members of its room see it leave,
    /// and its id is free. False where nobody here has that id.
    ///
    /// A client that does not read is cut by the write timeout; its room and its id do not wait for that.
    #[must_use]
    pub fn dismiss(&self, user_id: &str, words: &impl Encode) -> bool {
        self.running()
            .is_some_and(|running| running.dismiss(user_id, words))
    }
    // ANCHOR_END: dismiss

    // ANCHOR: send_to_all
    /// Sends a message to all users, and gives to how many. The workers do it part by part, and answer packets between
    /// two parts; this waits for them.
    #[must_use]
    pub fn send_to_all(&self, message: impl Encode + Send + Sync + 'static) -> usize {
        let Some(running) = self.running() else {
            return 0;
        };
        let message: Announcement = Arc::new(message);
        let (mut sessions, mut told) = (self.users().map(|(_, session)| session), 0);
        for worker in (0..running.workers()).cycle() {
            let part: Vec<_> = sessions.by_ref().take(PART).collect();
            let (done, is_done) = bounded(1);
            let count = part.len();
            if count == 0 {
                break;
            }
            running.announce(worker, Arc::clone(&message), part, done);
            if is_done.recv_timeout(LONGEST_PART).is_err() {
                break;
            }
            told += count;
        }
        told
    }
    // ANCHOR_END: send_to_all

    /// The server runs, or `None` does not any more.
    pub(crate) fn reach(&self, running: Option<Arc<dyn Controlled>>) {
        *self.running.lock() = running;
    }

    /// The lock is held for a clone only: what follows may wait.
    fn running(&self) -> Option<Arc<dyn Controlled>> {
        self.running.lock().clone()
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use protocol::Codec;

    use super::*;
    use crate::testing::Recorder;
    use crate::users::Users;

    /// A server that has only users; each worker has its parts.
    #[derive(Default)]
    struct OnlyUsers {
        users: Users,
        announced: Mutex<Vec<(usize, usize)>>,
    }

    impl Controlled for OnlyUsers {
        fn users_after(&self, last: Option<&str>, most: usize) -> Vec<UserAndSession> {
            self.users.after(last, most)
        }

        fn slow(&self) -> Vec<Arc<Session>> {
            Vec::new()
        }

        fn dismiss(&self, _: &str, _: &dyn Encode) -> bool {
            false
        }

        fn workers(&self) -> usize {
            2
        }

        fn announce(&self, worker: usize, _: Announcement, to: Vec<Arc<Session>>, done: Sender<()>) {
            self.announced.lock().push((worker, to.len()));
            done.send(()).unwrap();
        }
    }

    /// Users whose ids are numbers of four digits.
    fn with_users(count: usize) -> (Control, Arc<OnlyUsers>) {
        let server = Arc::new(OnlyUsers::default());
        for number in (0..count).rev() {
            let id = number as u64;
            let session = Session::new(id, Arc::new(Recorder::default()), Codec::Binary, None, 0);
            let user_id = format!("{number:04}");
            server.users.log_in(&user_id, &Arc::new(session), || ()).unwrap();
        }
        let control = Control::default();
        control.reach(Some(Arc::clone(&server) as Arc<dyn Controlled>));
        (control, server)
    }

    #[test]
    fn all_users_are_seen_once_and_in_their_order_however_many_parts_that_takes() {
        for count in [0, 1, PART - 1, PART, PART + 1, 3 * PART] {
            let (control, _) = with_users(count);
            let seen: Vec<_> = control.users().map(|(_, session)| session.id()).collect();
            let all: Vec<_> = (0..count as u64).collect();
            assert_eq!(seen, all);
        }
    }

    #[test]
    fn who_comes_or_goes_meanwhile_disturbs_no_look() {
        let (control, server) = with_users(2 * PART);
        let mut seen = control.users();
        let (first, session) = seen.next().unwrap();
        server.users.log_out(&first, &session);
        // Where the first part ends.
        let last_of_part = format!("{:04}", PART - 1);
        let gone = server.users.find(&last_of_part).unwrap();
        server.users.log_out(&last_of_part, &gone);
        assert_eq!(seen.count(), 2 * PART - 1);
    }

    #[test]
    fn what_all_are_told_goes_to_the_workers_in_turn() {
        let (control, server) = with_users(2 * PART + 1);
        let told = control.send_to_all(protocol::message::PingRes { number: None });
        assert_eq!(told, 2 * PART + 1);
        assert_eq!(*server.announced.lock(), [(0, PART), (1, PART), (0, 1)]);
    }

    #[test]
    fn nobody_is_there_where_no_server_runs() {
        let control = Control::default();
        let message = protocol::message::PingRes { number: None };
        assert_eq!((control.users().count(), control.slow().len()), (0, 0));
        assert!(!control.dismiss("alice", &message));
        assert_eq!(control.send_to_all(message), 0);
    }
}
