//! The sessions whose login is being checked, or was: found by number, also before they have a name.

use std::collections::HashMap;
use std::sync::Arc;

use crate::session::Session;
use crate::sync::Mutex;

/// Sessions with a login that the game checks, or has let in. Empty where it checks none.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    sessions: Mutex<HashMap<u64, Checked>>,
}

#[derive(Debug)]
struct Checked {
    session: Arc<Session>,
    /// As whom it was let in.
    let_in: Vec<String>,
}

impl Checks {
    /// Before the game is asked: from now on the session is found.
    pub(crate) fn begin(&self, session: &Arc<Session>) {
        let checked = || Checked {
            session: Arc::clone(session),
            let_in: Vec::new(),
        };
        self.sessions.lock().entry(session.id()).or_insert_with(checked);
    }

    /// The game lets the session in as this user.
    pub(crate) fn let_in(&self, session: &Session, user_id: &str) {
        if let Some(checked) = self.sessions.lock().get_mut(&session.id()) {
            checked.let_in.push(user_id.to_owned());
        }
    }

    pub(crate) fn find(&self, session: u64) -> Option<Arc<Session>> {
        let sessions = self.sessions.lock();
        sessions.get(&session).map(|checked| Arc::clone(&checked.session))
    }

    /// The session has ended: as whom it was let in.
    pub(crate) fn end(&self, session: &Session) -> Vec<String> {
        let checked = self.sessions.lock().remove(&session.id());
        checked.map_or_else(Vec::new, |checked| checked.let_in)
    }
}
