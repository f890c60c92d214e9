//! The members of the room, as the client knows them: names by unique id.

use std::collections::BTreeMap;

/// The room that the user is in, or is about to enter: the server tells of its members first.
#[derive(Debug, Default)]
pub struct Room {
    number: Option<i32>,
    /// The user's.
    unique_id: Option<u64>,
    /// By unique id, the user too.
    members: BTreeMap<u64, String>,
}

impl Room {
    /// A room with these members, by unique id, one of whom is the user: for the tests of a game.
    #[must_use]
    pub fn of(user: u64, members: &[(u64, &str)]) -> Self {
        let named = |(id, name): &(u64, &str)| (*id, (*name).to_owned());
        Self {
            number: None,
            unique_id: Some(user),
            members: members.iter().map(named).collect(),
        }
    }

    pub(crate) fn add(&mut self, unique_id: u64, name: &str) {
        self.members.insert(unique_id, name.to_owned());
    }

    /// Takes out a member who has left, and says who that was.
    pub(crate) fn remove(&mut self, unique_id: u64) -> String {
        let name = self.name(unique_id);
        self.members.remove(&unique_id);
        name
    }

    /// The name of a member, as it is typed. A server names all members before they speak; should it not, their number
    /// must do.
    #[must_use]
    pub fn name(&self, unique_id: u64) -> String {
        let unnamed = || format!("user {unique_id}");
        self.members.get(&unique_id).cloned().unwrap_or_else(unnamed)
    }

    /// The user is in. Says with whom.
    pub(crate) fn enter(&mut self, number: i32, unique_id: u64, name: &str) -> String {
        let others: Vec<_> = self.members.values().map(String::as_str).collect();
        let company = match others.as_slice() {
            [] => "alone".to_owned(),
            others => format!("with {}", others.join(", ")),
        };
        self.number = Some(number);
        self.unique_id = Some(unique_id);
        self.add(unique_id, name);
        format!("you are in room {number}, {company}")
    }

    /// Which one the user is in.
    pub(crate) fn number(&self) -> Option<i32> {
        self.number
    }

    /// The user is out. Says of what.
    pub(crate) fn leave(&mut self) -> String {
        let left = std::mem::take(self);
        match left.number {
            Some(number) => format!("you have left room {number}"),
            None => "you have left the room".to_owned(),
        }
    }

    /// Whether this is the user.
    #[must_use]
    pub fn is_own(&self, unique_id: u64) -> bool {
        self.unique_id == Some(unique_id)
    }

    /// The server has taken the user out, as a game may do. Says of what.
    pub(crate) fn be_taken_out(&mut self) -> String {
        let left = std::mem::take(self);
        match left.number {
            Some(number) => format!("the server has taken you out of room {number}"),
            None => "the server has taken you out of the room".to_owned(),
        }
    }

    /// The member who has been here longest: the lowest unique id.
    #[must_use]
    pub fn first(&self) -> Option<u64> {
        self.members.keys().next().copied()
    }

    /// Their names, the user's too.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.members.values()
    }

    /// Everybody in the room, in the order in which they came.
    pub(crate) fn list(&self) -> Option<String> {
        let names: Vec<_> = self.members.values().map(String::as_str).collect();
        let number = self.number?;
        Some(format!("in room {number}: {}", names.join(", ")))
    }
}
