//! What the members of rooms must see: a simple model of rooms, kept by those who are in them.
//!
//! A [`Stay`] checks what one member sees while it is in a room. [`Views`] compares what all have seen when
//! everybody is gone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, ensure};

/// A notification of a room. Each happens once, and all members see it in one and the same order; whoever
/// enters or leaves has a response in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Event {
    Came(u64),
    Left(u64),
    /// Who, and the how many-eth message of that member.
    Said(u64, u32),
}

/// One user in one room.
pub(super) struct Stay {
    room: i32,
    unique_id: u64,
    members: BTreeMap<u64, String>,
    events: Vec<Event>,
    /// Messages that this member has sent.
    said: u32,
}

impl Stay {
    /// `list` is who was there before.
    pub(super) fn begin(
        room: i32,
        unique_id: u64,
        user_id: &str,
        list: Vec<(u64, String)>,
    ) -> anyhow::Result<Self> {
        ensure!(
            list.is_sorted(),
            "the user list of room {room} has no order: {list:?}"
        );
        let mut members: BTreeMap<_, _> = list.into_iter().collect();
        members.insert(unique_id, user_id.to_owned());
        let newest = members.last_key_value().map(|(newest, _)| *newest);
        ensure!(
            newest == Some(unique_id),
            "room {room}: the unique id {unique_id} comes again"
        );
        Ok(Self {
            room,
            unique_id,
            members,
            events: vec![Event::Came(unique_id)],
            said: 0,
        })
    }

    pub(super) fn came(&mut self, unique_id: u64, user_id: &str) -> anyhow::Result<()> {
        let newest = self.members.last_key_value().map(|(newest, _)| *newest);
        ensure!(
            newest < Some(unique_id),
            "unique id {unique_id} comes after {newest:?}"
        );
        self.members.insert(unique_id, user_id.to_owned());
        self.events.push(Event::Came(unique_id));
        Ok(())
    }

    pub(super) fn left(&mut self, unique_id: u64) -> anyhow::Result<()> {
        ensure!(unique_id != self.unique_id, "a member is told that it has left");
        let left = self.members.remove(&unique_id);
        ensure!(
            left.is_some(),
            "{unique_id} leaves room {}, and was not there",
            self.room
        );
        self.events.push(Event::Left(unique_id));
        Ok(())
    }

    /// A message says where it was said, by whom, and the how many-eth of that member it is.
    pub(super) fn heard(&mut self, unique_id: u64, message: &str) -> anyhow::Result<()> {
        let fields: Vec<_> = message.split('/').collect();
        let [room, user_id, number] = fields[..] else {
            anyhow::bail!("nobody has said `{message}`");
        };
        ensure!(
            room == self.room.to_string(),
            "`{message}` was heard in room {}",
            self.room
        );
        let member = self.members.get(&unique_id).map(String::as_str);
        ensure!(member == Some(user_id), "`{message}` comes from {member:?}");
        let number = number.parse().context("a number of a message")?;
        self.events.push(Event::Said(unique_id, number));
        Ok(())
    }

    /// What this member says next.
    pub(super) fn next_message(&mut self, user_id: &str) -> String {
        self.said += 1;
        format!("{}/{user_id}/{}", self.room, self.said)
    }

    /// The result of a message comes behind the message itself.
    pub(super) fn has_heard_itself(&self) -> anyhow::Result<()> {
        let last = self.events.iter().rev().find_map(|event| match *event {
            Event::Said(unique_id, number) if unique_id == self.unique_id => Some(number),
            _ => None,
        });
        ensure!(last == Some(self.said), "a result came before its message");
        Ok(())
    }
}

/// What all members of all rooms have seen.
#[derive(Default)]
pub(super) struct Views {
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Who has ever had which unique id in which room.
    ids: HashMap<(i32, u64), String>,
    /// Those who are certainly not members any more, and since when.
    gone: HashMap<(i32, u64), u64>,
    /// What the members saw from entering to leaving.
    views: Vec<(i32, Vec<Event>)>,
    /// Counts up with everything that is noted down.
    now: u64,
}

impl Views {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The moment before a request to enter is sent.
    pub(super) fn now(&self) -> u64 {
        let mut shared = self.lock();
        shared.now += 1;
        shared.now
    }

    /// A user has entered a room, which it has asked for at that moment.
    pub(super) fn entered(&self, stay: &Stay, asked: u64) -> anyhow::Result<()> {
        let mut shared = self.lock();
        let own = (stay.room, stay.unique_id);
        let earlier = shared.ids.insert(own, stay.members[&stay.unique_id].clone());
        ensure!(earlier.is_none(), "unique id {} twice in room {}", own.1, own.0);
        for (unique_id, user_id) in &stay.members {
            let place = (stay.room, *unique_id);
            let ghost = shared.gone.get(&place).is_some_and(|gone| *gone < asked);
            ensure!(!ghost, "a ghost in the list of room {}: `{user_id}`", stay.room);
            let known = shared.ids.get(&place);
            ensure!(
                known.is_none_or(|known| known == user_id),
                "`{user_id}` has the unique id of {known:?}"
            );
        }
        Ok(())
    }

    /// A user has left: by request, by an end of its data that was answered, or, where nobody can say what it
    /// has not seen, by a reset.
    pub(super) fn left(&self, mut stay: Stay, in_order: bool) {
        let mut shared = self.lock();
        if in_order {
            stay.events.push(Event::Left(stay.unique_id));
            shared.now += 1;
            let now = shared.now;
            shared.gone.insert((stay.room, stay.unique_id), now);
        }
        shared.views.push((stay.room, stay.events));
    }

    /// All have seen one and the same order without a gap: what came next is the same for all who saw both,
    /// and so is what came before. Gives how many notifications that were.
    pub(super) fn agree(&self) -> anyhow::Result<usize> {
        let shared = self.lock();
        let (mut next, mut before, mut count) = (HashMap::new(), HashMap::new(), 0);
        for (room, events) in &shared.views {
            count += events.len();
            for pair in events.windows(2) {
                let follower = *next.entry((room, pair[0])).or_insert(pair[1]);
                let leader = *before.entry((room, pair[1])).or_insert(pair[0]);
                ensure!(
                    follower == pair[1] && leader == pair[0],
                    "room {room} has two orders: {:?} with {:?}, and {leader:?} with {follower:?}",
                    pair[0],
                    pair[1]
                );
            }
        }
        Ok(count)
    }

    /// The last unique id that was given in this room, if any was; none before it may have been left out.
    pub(super) fn newest(&self, room: i32) -> anyhow::Result<Option<u64>> {
        let shared = self.lock();
        let ids = shared.ids.keys().filter(|(number, _)| *number == room);
        let ids: BTreeSet<u64> = ids.map(|(_, unique_id)| *unique_id).collect();
        let Some((oldest, newest)) = ids.first().zip(ids.last()) else {
            return Ok(None);
        };
        let is_complete = (*oldest..=*newest).eq(ids.iter().copied());
        ensure!(is_complete, "room {room}: unique ids are left out: {ids:?}");
        Ok(Some(*newest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(room: i32, unique_id: u64, list: &[(u64, &str)]) -> anyhow::Result<Stay> {
        let list = list.iter().map(|(id, name)| (*id, (*name).to_owned()));
        Stay::begin(room, unique_id, "me", list.collect())
    }

    #[test]
    fn a_member_hears_members_and_nobody_else() {
        let mut me = stay(1, 3, &[(1, "a"), (2, "b")]).unwrap();
        me.heard(2, "1/b/1").unwrap();
        assert!(me.heard(2, "2/b/2").is_err(), "from another room");
        assert!(me.heard(2, "1/a/2").is_err(), "with the id of another");
        me.left(2).unwrap();
        assert!(me.heard(2, "1/b/3").is_err(), "after it has left");
        assert!(me.left(2).is_err(), "twice");
        assert!(me.came(3, "c").is_err(), "with an id that was given before");
        me.came(4, "c").unwrap();
    }

    #[test]
    fn ghosts_are_seen() {
        let views = Views::default();
        let first = stay(1, 1, &[]).unwrap();
        views.entered(&first, views.now()).unwrap();
        views.left(first, true);
        let second = stay(1, 2, &[(1, "me")]).unwrap();
        assert!(views.entered(&second, views.now()).is_err());
    }

    #[test]
    fn two_orders_are_seen() {
        let views = Views::default();
        for messages in [["1/a/1", "1/a/2"], ["1/a/2", "1/a/1"]] {
            let mut one = stay(1, 3, &[(1, "a")]).unwrap();
            for message in messages {
                one.heard(1, message).unwrap();
            }
            views.left(one, true);
        }
        assert!(views.agree().is_err());
    }

    #[test]
    fn a_result_before_its_message_is_seen() {
        let mut me = stay(1, 1, &[]).unwrap();
        let message = me.next_message("me");
        assert!(me.has_heard_itself().is_err());
        me.heard(1, &message).unwrap();
        me.has_heard_itself().unwrap();
    }

    #[test]
    fn a_unique_id_that_was_left_out_is_seen() {
        let views = Views::default();
        for (unique_id, newest) in [(4, Some(4)), (5, Some(5)), (7, None)] {
            views
                .entered(&stay(1, unique_id, &[]).unwrap(), views.now())
                .unwrap();
            assert_eq!(views.newest(1).ok().flatten(), newest);
        }
    }
}
