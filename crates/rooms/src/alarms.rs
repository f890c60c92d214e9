//! When rooms want to be told the time: one alarm for each room, the earliest first.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

/// The alarms of one worker's rooms. Both tables say the same.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    by_time: BTreeSet<(Instant, i32)>,
    by_room: HashMap<i32, Instant>,
}

impl Alarms {
    /// Sets the alarm of a room, unless it has an earlier one.
    pub(crate) fn set(&mut self, room: i32, time: Instant) {
        match self.by_room.get(&room) {
            Some(earlier) if *earlier <= time => return,
            Some(later) => drop(self.by_time.remove(&(*later, room))),
            None => {}
        }
        self.by_room.insert(room, time);
        self.by_time.insert((time, room));
    }

    /// The room is no more.
    pub(crate) fn forget(&mut self, room: i32) {
        if let Some(time) = self.by_room.remove(&room) {
            self.by_time.remove(&(time, room));
        }
    }

    /// When the first is due.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.by_time.first().map(|(time, _)| *time)
    }

    /// Takes out those that are due: the rooms, in the order of their times.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<i32> {
        let mut rooms = Vec::new();
        while let Some(&(time, room)) = self.by_time.first()
            && time <= now
        {
            self.by_time.pop_first();
            self.by_room.remove(&room);
            rooms.push(room);
        }
        rooms
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_room_has_one_alarm_and_that_is_its_earliest() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut alarms = Alarms::default();
        assert_eq!(alarms.first(), None);
        for (room, seconds) in [(1, 5), (1, 3), (1, 9), (2, 4), (3, 3)] {
            alarms.set(room, after(seconds));
        }
        assert_eq!(alarms.first(), Some(after(3)));
        assert!(alarms.due(after(2)).is_empty());
        assert_eq!(alarms.due(after(3)), [1, 3]);
        assert_eq!(alarms.due(after(100)), [2]);
        assert_eq!(alarms.first(), None);
        alarms.set(1, after(3));
        assert_eq!(alarms.due(after(3)), [1], "one that is over may be set again");
        alarms.set(1, after(3));
        alarms.set(2, after(4));
        alarms.forget(1);
        alarms.forget(3);
        assert_eq!(alarms.first(), Some(after(4)));
        assert_eq!(alarms.due(after(4)), [2]);
    }
}
