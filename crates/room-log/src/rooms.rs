//! The rooms that are open at the log, and how much of them is in memory.

use std::collections::HashMap;
use std::sync::Arc;

use crate::entry::{Entry, Kept};
use crate::kept::LastEntries;
use crate::position::Position;

/// Bytes of messages that are in memory. Past that, the rooms that nobody has used for the longest time are forgotten, and
/// read again when somebody comes.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A room of this server, in one generation.
#[derive(Debug)]
pub(crate) struct OpenRoom {
    pub(crate) generation: u64,
    /// The last number that was used: none is used twice, though the log should lose it.
    last: u64,
    /// What stands last in the log.
    pub(crate) tail: Position,
    /// `None` where they are to be read first.
    entries: Option<LastEntries>,
    /// When it was used, counted in uses of all rooms.
    used: u64,
}

impl OpenRoom {
    /// What these would be in the log.
    pub(crate) fn number(&self, entries: Vec<Entry>) -> Vec<Arc<Kept>> {
        let numbered = (self.last + 1..).zip(entries);
        let kept = numbered.map(|(number, entry)| {
            Arc::new(Kept {
                at: Position {
                    generation: self.generation,
                    number,
                },
                entry: Some(entry),
            })
        });
        kept.collect()
    }

    /// Where it has got to, for those who are in it.
    pub(crate) fn up_to(&self) -> Position {
        Position {
            generation: self.generation,
            number: self.last,
        }
    }

    /// The messages behind a position; `None` where it is not sure which they are.
    pub(crate) fn since(&self, position: Position) -> Option<Vec<Arc<Kept>>> {
        let entries = self.entries.as_ref()?;
        match position == self.up_to() {
            true => Some(Vec::new()),
            false => entries.since(position),
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Kept>> {
        self.entries.as_ref().map(LastEntries::all).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        self.entries.as_ref().map_or(0, LastEntries::bytes)
    }
}

/// The rooms that are open.
#[derive(Debug, Default)]
pub(crate) struct OpenRooms {
    rooms: HashMap<i32, OpenRoom>,
    bytes: usize,
    uses: u64,
}

impl OpenRooms {
    /// The room in this generation, with its entries in memory.
    pub(crate) fn get(&mut self, room: i32, generation: u64) -> Option<&OpenRoom> {
        self.uses += 1;
        let open = self.rooms.get_mut(&room)?;
        open.used = self.uses;
        (open.generation == generation && open.entries.is_some()).then_some(open)
    }

    /// The log has given what it keeps of a room.
    pub(crate) fn open(&mut self, room: i32, generation: u64, kept: Vec<Kept>) {
        let entries = LastEntries::new(kept);
        let tail = entries.last().unwrap_or(Position::fence(generation));
        let before = self.close(room).filter(|before| before.generation == generation);
        let last = before.map_or(0, |before| before.last);
        self.uses += 1;
        self.bytes += entries.bytes();
        self.rooms.insert(
            room,
            OpenRoom {
                generation,
                last: last.max(tail.number),
                tail,
                entries: Some(entries),
                used: self.uses,
            },
        );
        self.forget_unused(room);
    }

    /// Another message is in the log.
    pub(crate) fn stored(&mut self, room: i32, kept: &Arc<Kept>) {
        let Some(open) = self
            .rooms
            .get_mut(&room)
            .filter(|open| open.generation == kept.at.generation)
        else {
            return;
        };
        let before = open.bytes();
        (open.last, open.tail) = (kept.at.number, kept.at);
        if let Some(entries) = &mut open.entries {
            entries.push(Arc::clone(kept));
        }
        self.bytes = self.bytes - before + open.bytes();
        self.forget_unused(room);
    }

    /// What the log has of a room is to be read again.
    pub(crate) fn forget(&mut self, room: i32) {
        if let Some(open) = self.rooms.get_mut(&room) {
            self.bytes -= open.bytes();
            open.entries = None;
        }
    }

    /// All of it was of a log that has lost its data. Numbers go on all the same: whoever brings that data back, from a copy,
    /// brings back the epoch too, and messages that have these numbers.
    pub(crate) fn forget_all(&mut self) {
        let all: Vec<_> = self.rooms.keys().copied().collect();
        all.into_iter().for_each(|room| self.forget(room));
    }

    fn close(&mut self, room: i32) -> Option<OpenRoom> {
        let open = self.rooms.remove(&room)?;
        self.bytes -= open.bytes();
        Some(open)
    }

    /// So that memory is bounded whatever the number of rooms. The one that is in use stays.
    fn forget_unused(&mut self, in_use: i32) {
        while self.bytes > MOST_BYTES {
            let in_memory = self
                .rooms
                .iter()
                .filter(|(room, open)| **room != in_use && open.bytes() > 0);
            let Some((room, _)) = in_memory.min_by_key(|(_, open)| open.used) else {
                return;
            };
            let room = *room;
            self.forget(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_that_nobody_uses_are_forgotten_and_their_numbers_are_not() {
        let mut rooms = OpenRooms::default();
        let message: Arc<str> = "x".repeat(100_000).into();
        let entry = || Entry {
            user_id: "bob".into(),
            message: Arc::clone(&message),
        };
        for room in 0..10 {
            rooms.open(room, 3, vec![Kept::fence(3)]);
            for kept in rooms
                .get(room, 3)
                .unwrap()
                .number(std::iter::repeat_with(entry).take(100).collect())
            {
                rooms.stored(room, &kept);
            }
            assert!(rooms.bytes <= MOST_BYTES);
        }
        assert!(rooms.get(0, 3).is_none(), "the oldest");
        assert!(rooms.get(9, 3).is_some());
        rooms.open(0, 3, vec![Kept::fence(3)]);
        assert_eq!(rooms.get(0, 3).unwrap().up_to().to_string(), "3-100");
    }
}
