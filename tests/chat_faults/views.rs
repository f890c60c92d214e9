//! What the members of rooms must have seen: a simple model of rooms, kept by those who are in them.
//!
//! A [`Stay`] checks what one member sees while it is in a room. [`Views`] compares what all have seen when
//! everybody is gone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// A notification of a room. Each happens once, and all members see it in one and the same order; whoever
/// enters or leaves has a response in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    Came(u64),
    Left(u64),
    /// Who, and the how many-eth message of that member.
    Said(u64, u32),
}

/// One user in one room.
pub(crate) struct Stay {
    pub(crate) room: i32,
    pub(crate) unique_id: u64,
    members: BTreeMap<u64, String>,
    events: Vec<Event>,
    /// How many messages this member has sent.
    pub(crate) said: u32,
}

impl Stay {
    /// `list` is who was there before.
    pub(crate) fn begin(room: i32, unique_id: u64, user_id: &str, list: Vec<(u64, String)>) -> Self {
        assert!(list.is_sorted(), "{list:?}");
        let mut members: BTreeMap<_, _> = list.into_iter().collect();
        members.insert(unique_id, user_id.to_owned());
        let newest = members.last_key_value().map(|(newest, _)| *newest);
        assert_eq!(newest, Some(unique_id), "a unique id comes again");
        Self {
            room,
            unique_id,
            members,
            events: vec![Event::Came(unique_id)],
            said: 0,
        }
    }

    pub(crate) fn came(&mut self, unique_id: u64, user_id: &str) {
        let newest = self.members.last_key_value().map(|(newest, _)| *newest);
        assert!(newest < Some(unique_id), "{unique_id} comes after {newest:?}");
        self.members.insert(unique_id, user_id.to_owned());
        self.events.push(Event::Came(unique_id));
    }

    pub(crate) fn left(&mut self, unique_id: u64) {
        assert_ne!(unique_id, self.unique_id);
        let left = self.members.remove(&unique_id);
        assert!(left.is_some(), "{unique_id} leaves and was not there");
        self.events.push(Event::Left(unique_id));
    }

    /// A message says where it was said, by whom, and the how many-eth of that member it is.
    pub(crate) fn heard(&mut self, unique_id: u64, message: &str) {
        let fields: Vec<_> = message.split('/').collect();
        let [room, user_id, number] = fields[..] else {
            panic!("{message}");
        };
        assert_eq!(room, self.room.to_string(), "from another room: {message}");
        let member = self.members.get(&unique_id).map(String::as_str);
        assert_eq!(member, Some(user_id), "not from a member: {message}");
        let number = number.parse().expect("a number");
        self.events.push(Event::Said(unique_id, number));
    }

    /// What this member says next.
    pub(crate) fn next_message(&mut self, user_id: &str) -> String {
        self.said += 1;
        format!("{}/{user_id}/{}", self.room, self.said)
    }

    /// The last message of this member that it has heard itself.
    pub(crate) fn last_heard_of_its_own(&self) -> Option<u32> {
        self.events.iter().rev().find_map(|event| match *event {
            Event::Said(unique_id, number) if unique_id == self.unique_id => Some(number),
            _ => None,
        })
    }
}

/// What all members of all rooms have seen.
#[derive(Default)]
pub(crate) struct Views {
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Who has ever had which unique id in which room.
    ids: HashMap<(i32, u64), String>,
    /// Those who are certainly not members any more.
    gone: HashMap<(i32, u64), Moment>,
    /// What the members saw from entering to leaving.
    views: Vec<(i32, Vec<Event>)>,
    now: Moment,
}

/// Counts up with everything that is noted down.
type Moment = u64;

impl Views {
    /// Taken before a request to enter is sent.
    pub(crate) fn now(&self) -> Moment {
        let mut shared = self.shared.lock().expect("no failed test");
        shared.now += 1;
        shared.now
    }

    /// A user has entered a room, which it has asked for at that moment.
    pub(crate) fn entered(&self, stay: &Stay, asked: Moment) {
        let mut shared = self.shared.lock().expect("no failed test");
        let (room, own) = (stay.room, stay.unique_id);
        let user_id = stay.members[&own].clone();
        let earlier = shared.ids.insert((room, own), user_id);
        assert_eq!(earlier, None, "{own} twice in room {room}");
        for (unique_id, user_id) in &stay.members {
            let place = (room, *unique_id);
            let known = shared.ids.get(&place);
            assert!(
                known.is_none_or(|known| known == user_id),
                "{user_id} as {place:?}"
            );
            let ghost = shared.gone.get(&place).is_some_and(|gone| *gone < asked);
            assert!(!ghost, "a ghost in the list: {user_id} as {place:?}");
        }
    }

    /// A user has left: by request, by an end of its data that was answered, or, where nobody can say what it
    /// has not seen, by a reset.
    pub(crate) fn left(&self, mut stay: Stay, in_order: bool) {
        let mut shared = self.shared.lock().expect("no failed test");
        if in_order {
            stay.events.push(Event::Left(stay.unique_id));
            shared.now += 1;
            let now = shared.now;
            shared.gone.insert((stay.room, stay.unique_id), now);
        }
        shared.views.push((stay.room, stay.events));
    }

    /// All have seen one and the same order without a gap: what came next is the same for all who saw both,
    /// and so is what came before.
    pub(crate) fn agree(&self) {
        let shared = self.shared.lock().expect("no failed test");
        let (mut next, mut before) = (HashMap::new(), HashMap::new());
        for (room, events) in &shared.views {
            for pair in events.windows(2) {
                let follower = *next.entry((room, pair[0])).or_insert(pair[1]);
                assert_eq!(follower, pair[1], "room {room}, after {:?}", pair[0]);
                let leader = *before.entry((room, pair[1])).or_insert(pair[0]);
                assert_eq!(leader, pair[0], "room {room}, before {:?}", pair[1]);
            }
        }
    }

    /// How often this room was entered; every unique id up to that was given once.
    pub(crate) fn entries(&self, room: i32) -> u64 {
        let shared = self.shared.lock().expect("no failed test");
        let ids = shared.ids.keys().filter(|(number, _)| *number == room);
        let (count, newest) = ids.fold((0, 0), |(count, newest), (_, id)| (count + 1, newest.max(*id)));
        assert_eq!(count, newest, "room {room}: unique ids are left out");
        newest
    }
}
