//! The numbers of a server's rooms: which there are, and which worker owns each.

use crate::config::Config;

/// The numbers of the rooms, and who owns which. Inside the engine rooms are counted from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    first: i32,
    count: usize,
    workers: usize,
}

impl Numbers {
    pub(crate) fn new(config: &Config) -> Self {
        // There is no number for more.
        let most = i64::from(i32::MAX) - i64::from(config.first_room) + 1;
        Self {
            first: config.first_room,
            count: usize::try_from(most).map_or(config.rooms, |most| config.rooms.min(most)),
            workers: config.workers,
        }
    }

    /// Which of the rooms has this number, if one has.
    pub(crate) fn index_of(self, number: i32) -> Option<usize> {
        let index = i64::from(number) - i64::from(self.first);
        usize::try_from(index).ok().filter(|index| *index < self.count)
    }

    /// The number of a room that there is.
    pub(crate) fn number_of(self, index: usize) -> i32 {
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        self.first.saturating_add(index)
    }

    /// The worker that owns a room.
    pub(crate) fn worker_of(self, index: usize) -> usize {
        index % self.workers
    }

    /// Where a room stands among those of its worker.
    pub(crate) fn place_of(self, index: usize) -> usize {
        index / self.workers
    }

    /// The rooms that a worker owns: number `worker`, `worker + workers`, and so on.
    pub(crate) fn owned_by(self, worker: usize) -> impl Iterator<Item = usize> {
        (worker..self.count).step_by(self.workers)
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

    #[test]
    fn rooms_begin_where_they_are_told_to() {
        let numbers = numbers(1_000, 10, 4);
        for number in [i32::MIN, -1, 0, 999, 1_010, i32::MAX] {
            assert_eq!(numbers.index_of(number), None, "room {number}");
        }
        for index in 0..10 {
            let number = numbers.number_of(index);
            assert_eq!(numbers.index_of(number), Some(index));
            let owned: Vec<_> = numbers.owned_by(numbers.worker_of(index)).collect();
            assert_eq!(owned[numbers.place_of(index)], index);
        }
    }

    #[test]
    fn there_are_no_rooms_behind_the_last_number() {
        let numbers = numbers(i32::MAX - 2, 10, 1);
        assert_eq!(numbers.owned_by(0).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(numbers.index_of(i32::MAX), Some(2));
        assert_eq!(numbers.number_of(2), i32::MAX);
    }
}
