//! The rooms that a worker owns, in ranges that come and go.

use crate::numbers::{Numbers, Range, Sharing};
use crate::room::Room;

/// The rooms of one worker. It knows which numbers they have, so it needs no lock to find one.
pub(crate) struct OwnRooms<L> {
    worker: usize,
    sharing: Sharing,
    /// By the index of the range; `None` for one that has gone.
    ranges: Vec<Option<OwnRange<L>>>,
}

/// What the worker has of one range.
struct OwnRange<L> {
    range: Range,
    rooms: Vec<Room<L>>,
}

impl<L> OwnRooms<L> {
    pub(crate) fn new(worker: usize, numbers: &Numbers) -> Self {
        Self {
            worker,
            sharing: numbers.sharing(),
            ranges: Vec::new(),
        }
    }

    /// Takes its part of a range, which is the next that comes; none of it where `rooms` is `None`.
    pub(crate) fn add(&mut self, range: Range, rooms: Option<Vec<Room<L>>>) {
        self.ranges.push(rooms.map(|rooms| OwnRange { range, rooms }));
    }

    /// Takes its part of a range out.
    pub(crate) fn remove(&mut self, range: usize) -> Vec<Room<L>> {
        let range = self.ranges.get_mut(range).and_then(Option::take);
        range.map_or_else(Vec::new, |range| range.rooms)
    }

    /// True where the range of this room has come here, also where it has gone since.
    pub(crate) fn knows(&self, index: usize) -> bool {
        self.sharing.range_of(index) < self.ranges.len()
    }

    /// `None` for a room that has gone.
    pub(crate) fn get(&self, index: usize) -> Option<&Room<L>> {
        let range = self.ranges.get(self.sharing.range_of(index))?.as_ref()?;
        range.rooms.get(self.sharing.place_of(range.range, index))
    }

    /// `None` for a room that has gone.
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut Room<L>> {
        let range = self.ranges.get_mut(self.sharing.range_of(index))?.as_mut()?;
        range.rooms.get_mut(self.sharing.place_of(range.range, index))
    }

    /// Which of the rooms has this number, if there is one.
    pub(crate) fn index_of(&self, number: i32) -> Option<usize> {
        let live = self.ranges.iter().flatten();
        live.filter_map(|own| self.sharing.index_in(own.range, number))
            .next()
    }

    /// The number of a room that there is.
    pub(crate) fn number_of(&self, index: usize) -> Option<i32> {
        self.get(index).map(Room::number)
    }

    /// All that there are, each with its index.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Room<L>)> {
        let live = self.ranges.iter().flatten();
        live.flat_map(|own| {
            let with_place = own.rooms.iter().enumerate();
            with_place.map(|(place, room)| (self.sharing.index_at(own.range, self.worker, place), room))
        })
    }

    /// The indexes of those of a range.
    pub(crate) fn indexes_of(&self, range: Range) -> Vec<usize> {
        let own = self.ranges.get(range.index).and_then(Option::as_ref);
        let rooms = own.map_or(0, |own| own.rooms.len());
        let index_at = |place| self.sharing.index_at(range, self.worker, place);
        (0..rooms).map(index_at).collect()
    }
}
