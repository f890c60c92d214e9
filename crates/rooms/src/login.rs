//! What a game is asked about a login, where it checks them.

use std::fmt;

/// A login that a game is to let in or not.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// Who it says it is: a name by the rules for names, composed, as others will see it.
    pub user_id: &'a str,
    /// What it shows for it, up to the first zero byte.
    pub password: &'a str,
    /// The number of its session, which no other session of this server ever has.
    pub session: u64,
}

/// The password is nobody's business.
impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user_id", &self.user_id)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
