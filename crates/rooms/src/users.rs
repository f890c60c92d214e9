//! Who is logged in: the one table that all workers share.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::session::Session;

/// User ids and their sessions. The lock is held for one look-up or one insert.
#[derive(Debug, Default)]
pub(crate) struct Users {
    sessions: Mutex<HashMap<Arc<str>, Arc<Session>>>,
}

impl Users {
    // ANCHOR: log_in
    /// Logs a session in; of two at the same time, one is first. `None` where the id is taken.
    pub(crate) fn log_in(&self, user_id: &str, session: &Arc<Session>) -> Option<Arc<str>> {
        let mut sessions = self.sessions.lock();
        if sessions.contains_key(user_id) {
            return None;
        }
        let user_id: Arc<str> = user_id.into();
        sessions.insert(Arc::clone(&user_id), Arc::clone(session));
        Some(user_id)
    }
    // ANCHOR_END: log_in

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

    /// The session of a user who is logged in.
    pub(crate) fn find(&self, user_id: &str) -> Option<Arc<Session>> {
        self.sessions.lock().get(user_id).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Recorder;

    fn session(id: u64) -> Arc<Session> {
        Arc::new(Session::new(id, Arc::new(Recorder::default()), None, 0))
    }

    #[test]
    fn an_id_has_one_session_at_a_time() {
        let users = Users::default();
        let (first, second) = (session(1), session(2));
        assert!(users.log_in("bob", &first).is_some());
        assert!(users.log_in("bob", &second).is_none());
        assert_eq!(users.find("bob").map(|found| found.id()), Some(1));
        users.log_out("bob", &first);
        assert!(users.find("bob").is_none());
        assert!(users.log_in("bob", &second).is_some());
    }

    #[test]
    fn a_late_log_out_does_not_remove_a_newer_login() {
        let users = Users::default();
        let (old, new) = (session(1), session(2));
        users.log_in("bob", &old);
        users.log_out("bob", &old);
        users.log_in("bob", &new);
        users.log_out("bob", &old);
        assert_eq!(users.find("bob").map(|found| found.id()), Some(2));
    }

    #[test]
    fn of_many_racing_logins_exactly_one_wins() {
        let users = Users::default();
        let wins = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..100)
                .map(|id| {
                    let users = &users;
                    scope.spawn(move || users.log_in("bob", &session(id)).is_some())
                })
                .collect();
            let outcomes = threads.into_iter().map(|thread| thread.join().unwrap());
            outcomes.filter(|won| *won).count()
        });
        assert_eq!(wins, 1);
    }
}
