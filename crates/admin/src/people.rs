//! Who is on a server: what an operator wants to see of its users, and may do to them.

use std::net::SocketAddr;

use serde::Serialize;

/// The users of one server. It is asked on the threads of those who look, so it may take a moment; the server's own
/// threads must not wait for that.
pub trait People: Send + Sync + 'static {
    /// Who is there.
    fn look(&self, wanted: &Wanted) -> Look;

    /// Ends the connection of a user in order. False where nobody has that name.
    fn kick(&self, user_id: &str) -> bool;

    /// Tells all users something, and gives to how many.
    ///
    /// # Errors
    /// What is wrong with the message, in one sentence.
    fn broadcast(&self, message: &str) -> Result<usize, String>;
}

/// Which users somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    from: String,
    filter: String,
    count: usize,
}

/// What somebody sees of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// How many users there are.
    pub total: usize,
    /// How many of them have a name with the text that is looked for.
    pub matching: usize,
    /// The first of these, from the wanted name on; see [`Wanted::add`].
    pub users: Vec<Client>,
    /// All rooms that have members, and how many.
    pub rooms: Vec<(i32, usize)>,
    /// All clients that do not read.
    pub slow: Vec<Client>,
}

/// A client, as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Client {
    /// The number that it has in the log.
    pub client: u64,
    /// `None` before the login.
    pub user_id: Option<String>,
    /// Where it is.
    pub address: Option<SocketAddr>,
    /// The room that it is in.
    pub room: Option<i32>,
    /// Bytes that it has not taken.
    pub unsent: usize,
}

impl Wanted {
    /// Users whose names have `filter` in them, in any case, and do not stand before `from`; so many at most.
    #[must_use]
    pub fn new(from: &str, filter: &str, count: usize) -> Self {
        Self {
            from: from.to_owned(),
            filter: filter.to_lowercase(),
            count,
        }
    }

    /// How many are wanted at most.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Counts a user, and adds it where it is wanted. Users must come in the order of their names. One more is added than
    /// is wanted: with that the next look begins.
    pub fn add(&self, look: &mut Look, user_id: &str, client: impl FnOnce() -> Client) {
        look.total += 1;
        if !self.filter.is_empty() && !user_id.to_lowercase().contains(&self.filter) {
            return;
        }
        look.matching += 1;
        if user_id >= self.from.as_str() && look.users.len() <= self.count {
            look.users.push(client());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wanted: &Wanted) -> (Vec<String>, usize, usize) {
        let mut look = Look::default();
        for user_id in ["Anna", "ann", "bob", "hanna"] {
            wanted.add(&mut look, user_id, || Client {
                client: 1,
                user_id: Some(user_id.to_owned()),
                address: None,
                room: None,
                unsent: 0,
            });
        }
        let users = look.users.into_iter().filter_map(|client| client.user_id);
        (users.collect(), look.matching, look.total)
    }

    #[test]
    fn users_are_found_by_a_part_of_their_name_from_one_on() {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let all = ["Anna", "ann", "bob", "hanna"];
        for (wanted, found, matching) in [
            (Wanted::new("", "", 9), &all[..], 4),
            // One more than is wanted.
            (Wanted::new("", "", 1), &["Anna", "ann"], 4),
            (Wanted::new("bob", "", 9), &["bob", "hanna"], 4),
            (Wanted::new("", "ANN", 9), &["Anna", "ann", "hanna"], 3),
            (Wanted::new("b", "ann", 9), &["hanna"], 3),
            (Wanted::new("", "nobody", 9), &[], 0),
        ] {
            assert_eq!(names(&wanted), (owned(found), matching, 4), "{wanted:?}");
        }
    }
}
