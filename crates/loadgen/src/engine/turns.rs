//! Whose message comes next in an open loop: the clients that send take turns.

use super::pace::{Nanos, Pace};

/// The turns of one thread. In a closed loop there are none.
#[derive(Debug)]
pub(super) struct Turns {
    /// Those who send, in the order of their turns: which of the clients each is, and its pace.
    talkers: Vec<(usize, Pace)>,
    /// The turn that comes next.
    next: u64,
    all: u64,
}

impl Turns {
    /// Those of these clients.
    pub(super) fn new(talkers: Vec<(usize, Pace)>) -> Self {
        let messages = talkers.iter().map(|(_, pace)| match pace.due(0) {
            Some(_) => pace.quota(),
            None => 0,
        });
        Self {
            all: messages.sum(),
            talkers,
            next: 0,
        }
    }

    /// How many send.
    pub(super) fn talkers(&self) -> usize {
        self.talkers.len()
    }

    /// Which of the clients this one of them is.
    pub(super) fn talker(&self, number: usize) -> usize {
        self.talkers[number].0
    }

    /// When the next message is due.
    pub(super) fn next_due(&self) -> Option<Nanos> {
        (self.next < self.all).then(|| self.due(self.next))
    }

    /// The client whose turn it is, if that has come by now.
    pub(super) fn take(&mut self, now: Nanos) -> Option<usize> {
        self.next_due().filter(|due| *due <= now)?;
        let (talker, _) = self.whose(self.next);
        self.next += 1;
        Some(self.talker(talker))
    }

    /// Leaves out all turns that have come by now.
    pub(super) fn skip(&mut self, now: Nanos) {
        if self.next_due().is_some_and(|due| due <= now) {
            self.next = self.first_after(now);
        }
    }

    /// True behind the last turn.
    pub(super) fn are_over(&self) -> bool {
        self.all > 0 && self.next >= self.all
    }

    /// No other turn comes.
    pub(super) fn end(&mut self) {
        self.next = self.all;
    }

    /// The first turn, from the next one on, that has not come by now: between one that has, and one that has not.
    fn first_after(&self, now: Nanos) -> u64 {
        let (mut due, mut not_due) = (self.next, self.all);
        while due < not_due {
            let middle = due + (not_due - due) / 2;
            if self.due(middle) <= now {
                due = middle + 1;
            } else {
                not_due = middle;
            }
        }
        due
    }

    fn due(&self, turn: u64) -> Nanos {
        let (talker, round) = self.whose(turn);
        self.talkers[talker].1.due(round).unwrap_or(Nanos::MAX)
    }

    /// Who sends in this turn, and which of its messages.
    fn whose(&self, turn: u64) -> (usize, u64) {
        let count = self.talkers.len() as u64;
        ((turn % count) as usize, turn / count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Nanos = 1_000_000;

    /// One message each millisecond, of three clients in turns; ten in all.
    fn turns() -> Turns {
        let talker = |number| (100 + number, Pace::open(1_000.0, number, 3, 10));
        Turns::new((0..3).map(talker).collect())
    }

    #[test]
    fn each_has_its_turn_in_its_time() {
        let mut turns = turns();
        assert_eq!(turns.take(0), Some(100));
        assert_eq!((turns.take(0), turns.next_due()), (None, Some(MILLISECOND)));
        let taken: Vec<_> = std::iter::from_fn(|| turns.take(4 * MILLISECOND)).collect();
        assert_eq!(taken, [101, 102, 100, 101]);
        assert!(!turns.are_over());
    }

    #[test]
    fn what_has_come_can_be_left_out() {
        let mut turns = turns();
        turns.skip(6 * MILLISECOND);
        assert_eq!(turns.next_due(), Some(7 * MILLISECOND));
        turns.skip(6 * MILLISECOND);
        assert_eq!(turns.take(7 * MILLISECOND), Some(101));
        turns.skip(1_000 * MILLISECOND);
        assert!(turns.are_over() && turns.take(2_000 * MILLISECOND).is_none());
    }

    #[test]
    fn a_closed_loop_has_no_turns() {
        let turns = Turns::new(vec![(0, Pace::closed(1, 10))]);
        assert_eq!((turns.next_due(), turns.are_over()), (None, false));
    }
}
