//! The table of logged-in users, which all workers share. Its tests are models, in `tests/models`.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use text::composed;

use crate::checks::Checks;
use crate::session::Session;
use crate::sync::Mutex;

/// User ids, composed as a login has them, and their sessions. They are in order, so that whoever looks at all of them can
/// go on where the last look ended. The lock is held for one look-up, one insert, or a copy of a few. Inside it that of an outbox may be taken, never the other way round.
#[derive(Debug, Default)]
pub(crate) struct Users {
    /// Those whom the game has checked.
    pub(crate) checks: Checks,
    sessions: Mutex<BTreeMap<Arc<str>, Arc<Session>>>,
}

impl Users {
    // ANCHOR: log_in
    /// Logs a session in; of two at the same time, one is first. `None` where the id is taken. `welcome` puts
    /// into its outbox what must come before anything that others send to this user.
    pub(crate) fn log_in(
        &self,
        user_id: &str,
        session: &Arc<Session>,
        welcome: impl FnOnce(),
    ) -> Option<Arc<str>> {
        let mut sessions = self.sessions.lock();
        if sessions.contains_key(user_id) {
            return None;
        }
        let user_id: Arc<str> = user_id.into();
        welcome();
        sessions.insert(Arc::clone(&user_id), Arc::clone(session));
        Some(user_id)
    }
    // ANCHOR_END: log_in

    // ANCHOR: take_over
    /// Logs a session in whose user was checked, also where the id is taken: then the older session is given, which has
    /// the id no more.
    pub(crate) fn take_over(
        &self,
        user_id: &str,
        session: &Arc<Session>,
        welcome: impl FnOnce(),
    ) -> (Arc<str>, Option<Arc<Session>>) {
        let user_id: Arc<str> = user_id.into();
        let mut sessions = self.sessions.lock();
        welcome();
        let older = sessions.insert(Arc::clone(&user_id), Arc::clone(session));
        (user_id, older)
    }
    // ANCHOR_END: take_over

    // ANCHOR: log_out
    /// Logs a session out. A late clean-up, when somebody else has the id already, changes nothing.
    pub(crate) fn log_out(&self, user_id: &str, session: &Session) {
        let mut sessions = self.sessions.lock();
        if sessions
            .get(user_id)
            .is_some_and(|known| known.id() == session.id())
        {
            sessions.remove(user_id);
        }
    }
    // ANCHOR_END: log_out

    /// The session of a user who is logged in, whichever way the letters of the id are written.
    pub(crate) fn find(&self, user_id: &str) -> Option<Arc<Session>> {
        let user_id = composed(user_id);
        self.sessions.lock().get(&*user_id).cloned()
    }

    /// The users whose ids come behind this one, in their order; so many at most.
    pub(crate) fn after(&self, last: Option<&str>, most: usize) -> Vec<(Arc<str>, Arc<Session>)> {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        let sessions = self.sessions.lock();
        let behind = sessions.range::<str, _>((from, Bound::Unbounded));
        let user_and_session =
            |(user_id, session): (&Arc<str>, &Arc<Session>)| (Arc::clone(user_id), Arc::clone(session));
        behind.take(most).map(user_and_session).collect()
    }
}
