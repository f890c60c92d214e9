//! Where users are logged in, whether the servers there are alive or not.

use std::collections::HashMap;

use crate::presence::{LogIn, Presence};
use crate::server::Owner;

/// The last presence of each user.
#[derive(Default)]
pub(super) struct Users(HashMap<String, Presence>);

impl Users {
    pub(super) fn log_in(
        &mut self,
        user_id: &str,
        presence: &Presence,
        replaced: Option<&Presence>,
        is_live: impl Fn(&Owner) -> bool,
    ) -> LogIn {
        if let Some(there) = self.0.get(user_id)
            && there != presence
            && Some(there) != replaced
            && is_live(&there.owner)
        {
            return LogIn::Held(there.clone());
        }
        self.0.insert(user_id.to_owned(), presence.clone());
        LogIn::Done
    }

    pub(super) fn log_out(&mut self, user_id: &str, presence: &Presence) {
        if self.0.get(user_id) == Some(presence) {
            self.0.remove(user_id);
        }
    }

    pub(super) fn find(&self, user_id: &str) -> Option<Presence> {
        self.0.get(user_id).cloned()
    }

    pub(super) fn retain(&mut self, is_valid: impl Fn(&Presence) -> bool) {
        self.0.retain(|_, presence| is_valid(presence));
    }
}
