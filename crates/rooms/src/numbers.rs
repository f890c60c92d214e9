//! The numbers of a server's rooms: which there are, and which worker owns each. Rooms come and go in ranges, while the
//! server runs.

use crate::config::Config;
use crate::sync::Mutex;

/// The numbers of the rooms, and who owns which. Inside the engine rooms are counted from 0, and no such index is used twice:
/// whoever knows one of a range that has gone finds nothing.
///
/// The lock is held for one look-up, or while the workers are told that a range comes or goes.
#[derive(Debug)]
pub(crate) struct Numbers {
    sharing: Sharing,
    ranges: Mutex<Ranges>,
}

/// How rooms are shared out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sharing {
    /// Rooms of a range.
    rooms: usize,
    workers: usize,
}

#[derive(Debug, Default)]
struct Ranges {
    /// Those that there are, at most one with the same numbers.
    live: Vec<Range>,
    /// How many have come.
    next: usize,
}

/// A range of rooms, whose numbers follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// Counts up with each that comes.
    pub(crate) index: usize,
    /// The number of its first room.
    pub(crate) first_room: i32,
    /// The unique id of the first member of each room.
    pub(crate) first_unique_id: u64,
}

impl Numbers {
    /// Those that the server has at its start.
    pub(crate) fn new(config: &Config) -> Self {
        let numbers = Self {
            sharing: Sharing {
                rooms: config.rooms.max(1),
                workers: config.workers,
            },
            ranges: Mutex::default(),
        };
        if config.rooms_at_start && config.rooms > 0 {
            numbers.add(config.first_room, config.first_unique_id, |_| ());
        }
        numbers
    }

    pub(crate) fn sharing(&self) -> Sharing {
        self.sharing
    }

    /// The ranges that there are.
    pub(crate) fn ranges(&self) -> Vec<Range> {
        self.ranges.lock().live.clone()
    }

    // ANCHOR: add
    /// A range comes: `tell` is called before anybody can find it. False where there are rooms with its numbers.
    pub(crate) fn add(&self, first_room: i32, first_unique_id: u64, tell: impl FnOnce(Range)) -> bool {
        let mut ranges = self.ranges.lock();
        let new = Range {
            index: ranges.next,
            first_room,
            first_unique_id,
        };
        let last = self.sharing.last_of(new);
        let overlaps = |range: &Range| range.first_room <= last && first_room <= self.sharing.last_of(*range);
        if first_room < 0 || ranges.live.iter().any(overlaps) {
            return false;
        }
        tell(new);
        ranges.next += 1;
        ranges.live.push(new);
        true
    }

    /// A range goes: nobody finds it any more when `tell` is called. False where there is none that begins there.
    pub(crate) fn remove(&self, first_room: i32, tell: impl FnOnce(Range)) -> bool {
        let mut ranges = self.ranges.lock();
        let position = ranges
            .live
            .iter()
            .position(|range| range.first_room == first_room);
        // With the lock, so that workers hear of all that comes and goes in the same order.
        position
            .map(|position| tell(ranges.live.remove(position)))
            .is_some()
    }
    // ANCHOR_END: add

    /// Which of the rooms has this number, if one has.
    pub(crate) fn index_of(&self, number: i32) -> Option<usize> {
        let ranges = self.ranges.lock();
        let mut indexes = ranges
            .live
            .iter()
            .map(|range| self.sharing.index_in(*range, number));
        indexes.find_map(|index| index)
    }

    /// The worker that owns a room.
    pub(crate) fn worker_of(&self, index: usize) -> usize {
        index % self.sharing.workers
    }
}

impl Sharing {
    /// Which of the rooms has this number, if one of this range has.
    pub(crate) fn index_in(self, range: Range, number: i32) -> Option<usize> {
        let offset = i64::from(number) - i64::from(range.first_room);
        let offset = usize::try_from(offset)
            .ok()
            .filter(|offset| *offset < self.rooms)?;
        Some(range.index * self.rooms + offset)
    }

    /// The index of the range in which a room is.
    pub(crate) fn range_of(self, index: usize) -> usize {
        index / self.rooms
    }

    /// The first room in a range that a worker owns: it owns that, and every one that is `workers` further on.
    fn first_of(self, range: Range, worker: usize) -> usize {
        let first = range.index * self.rooms;
        first + (worker + self.workers - first % self.workers) % self.workers
    }

    /// Where a room stands among those that its worker owns in its range.
    pub(crate) fn place_of(self, range: Range, index: usize) -> usize {
        (index - range.index * self.rooms) / self.workers
    }

    /// The numbers of the rooms that a worker owns in a range. There are none behind the last number of all.
    pub(crate) fn owned_by(self, worker: usize, range: Range) -> impl Iterator<Item = i32> {
        let first = range.index * self.rooms;
        let owned = (self.first_of(range, worker)..first + self.rooms).step_by(self.workers);
        owned.map_while(move |index| range.first_room.checked_add(i32::try_from(index - first).ok()?))
    }

    /// The index of the room that stands there.
    pub(crate) fn index_at(self, range: Range, worker: usize, place: usize) -> usize {
        self.first_of(range, worker) + place * self.workers
    }

    /// The number of the last room.
    fn last_of(self, range: Range) -> i32 {
        let others = i32::try_from(self.rooms - 1).unwrap_or(i32::MAX);
        range.first_room.saturating_add(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(first_room: i32, rooms: usize, workers: usize) -> Numbers {
        Numbers::new(&Config {
            first_room,
            rooms,
            workers,
            ..Config::default()
        })
    }

    /// The numbers of a range, by the index that each room has, and as each worker finds it.
    fn check(numbers: &Numbers, range: Range, rooms: usize, workers: usize) {
        let sharing = numbers.sharing();
        let mut owned: Vec<Vec<i32>> = Vec::new();
        owned.extend((0..workers).map(|worker| sharing.owned_by(worker, range).collect()));
        for offset in 0..rooms {
            let number = range.first_room + i32::try_from(offset).unwrap();
            let index = numbers.index_of(number).unwrap();
            let (worker, place) = (numbers.worker_of(index), sharing.place_of(range, index));
            assert_eq!(sharing.range_of(index), range.index);
            assert_eq!(owned[worker][place], number, "{rooms} rooms, {workers} workers");
            assert_eq!(sharing.index_at(range, worker, place), index);
        }
        assert_eq!(owned.iter().map(Vec::len).sum::<usize>(), rooms);
    }

    #[test]
    fn every_room_has_one_place_at_one_worker() {
        for (rooms, workers) in [(1, 1), (10, 4), (3, 4), (7, 3), (1_000, 16)] {
            let numbers = numbers(1_000, rooms, workers);
            for first_room in [5_000, 0, 100_000, 3_000] {
                assert!(numbers.add(first_room, 1, |_| ()));
            }
            assert!(numbers.remove(100_000, |_| ()));
            assert!(numbers.add(100_000, 1, |_| ()));
            assert_eq!(numbers.ranges().len(), 5);
            for range in numbers.ranges() {
                check(&numbers, range, rooms, workers);
            }
        }
    }

    #[test]
    fn rooms_begin_where_they_are_told_to() {
        let numbers = numbers(1_000, 10, 4);
        for number in [i32::MIN, -1, 0, 999, 1_010, i32::MAX] {
            assert_eq!(numbers.index_of(number), None, "room {number}");
        }
        assert_eq!(
            (numbers.index_of(1_000), numbers.index_of(1_009)),
            (Some(0), Some(9))
        );
    }

    #[test]
    fn a_number_is_that_of_one_room() {
        let numbers = numbers(1_000, 10, 4);
        for first_room in [-1, 991, 1_000, 1_009] {
            let tell = |range| panic!("nobody is told of {range:?}");
            assert!(!numbers.add(first_room, 1, tell), "{first_room}");
        }
        assert!(numbers.add(1_010, 1, |range| assert_eq!(range.index, 1)));
        assert!(!numbers.remove(1_001, |_| ()));
        assert!(numbers.remove(1_000, |range| assert_eq!(range.index, 0)));
        assert_eq!(numbers.index_of(1_005), None);
        // An index is not used again.
        assert!(numbers.add(1_000, 9, |range| assert_eq!(range.index, 2)));
        assert_eq!(numbers.index_of(1_005), Some(25));
    }

    #[test]
    fn there_are_no_rooms_behind_the_last_number() {
        let numbers = numbers(i32::MAX - 2, 10, 1);
        let owned: Vec<_> = numbers.sharing().owned_by(0, numbers.ranges()[0]).collect();
        assert_eq!(owned, [i32::MAX - 2, i32::MAX - 1, i32::MAX]);
        assert_eq!(numbers.index_of(i32::MAX), Some(2));
    }

    #[test]
    fn a_server_may_begin_without_rooms() {
        let config = Config {
            rooms_at_start: false,
            ..Config::default()
        };
        let numbers = Numbers::new(&config);
        assert_eq!((numbers.index_of(0), numbers.ranges()), (None, Vec::new()));
    }
}
