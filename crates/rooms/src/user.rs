//! A user who is logged in, as a game sees it.

use std::sync::Arc;

use crate::session::Session;

/// A user who is logged in.
#[derive(Debug, Clone, Copy)]
pub struct User<'a> {
    /// The user's name.
    pub user_id: &'a str,
    /// Where packets for this user go.
    pub session: &'a Arc<Session>,
}
