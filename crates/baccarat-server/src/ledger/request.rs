//! Requests to the ledger (stakes, moves of stakes, ends of rounds), and the results of each.

use super::{Amount, RoundId, UserId};

/// Sides that a stake can be on, numbered from 1 as on the wire: player, banker, tie, player pair, banker pair.
pub(super) const SIDES: i8 = 5;

/// A user puts chips on a side, or adds some to what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// In which round.
    pub round: RoundId,
    /// Whose chips.
    pub user: UserId,
    /// On which side, 1 to 5.
    pub side: i8,
    /// Counts what this user asks for in this round, moves too. The same request under the same number changes nothing.
    pub number: u32,
    /// Whole chips, one at least.
    pub amount: Amount,
}

/// A user moves chips from one side to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StakeMove {
    /// In which round.
    pub round: RoundId,
    /// Whose stake.
    pub user: UserId,
    /// The side that loses it, 1 to 5.
    pub from: i8,
    /// The side that gets it, 1 to 5.
    pub to: i8,
    /// Counts together with [`Stake::number`].
    pub number: u32,
    /// Whole chips, one at least, and no more than there are.
    pub amount: Amount,
}

/// After a stake, or a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staked {
    /// What the user has left.
    pub balance: Amount,
    /// What the user has on this side now; after a move, on the side that got it.
    pub stake: Amount,
}

/// The end of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Which round.
    pub round: RoundId,
    /// The shoe that its cards came from.
    pub shoe: u64,
    /// What happened, kept as it is: the body of GAME_RESULT_NTF.
    pub result: Vec<u8>,
    /// What the sides return.
    pub returns: Returns,
}

/// What each of the five sides returns, in hundredths per chip staked, the stake included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returns([i64; SIDES as usize]);

impl Returns {
    /// Of the sides 1 to 5, in this order. None where one of them is negative.
    #[must_use]
    pub fn new(hundredths_per_chip: [i64; SIDES as usize]) -> Option<Self> {
        let are_possible = hundredths_per_chip.iter().all(|hundredths| *hundredths >= 0);
        are_possible.then_some(Self(hundredths_per_chip))
    }

    /// Of the sides 1 to 5, in this order.
    pub(super) fn sides(&self) -> &[i64; SIDES as usize] {
        &self.0
    }

    /// What a stake on this side returns. None where it does not fit.
    pub(super) fn of(&self, side: i8, stake: Amount) -> Option<Amount> {
        let index = usize::try_from(side).ok()?.checked_sub(1)?;
        stake.returning(*self.0.get(index)?)
    }
}

/// A round that is over, and what everybody got who had a stake in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closed {
    /// In the order of their names.
    pub players: Vec<Player>,
}

/// What a user got out of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// Who.
    pub user: UserId,
    /// What the user has now.
    pub balance: Amount,
    /// In ascending order of the sides.
    pub sides: Vec<Returned>,
}

/// What came back from one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// Which side, 1 to 5.
    pub side: i8,
    /// What was on it.
    pub stake: Amount,
    /// What came back, the stake included.
    pub returned: Amount,
}

/// How far a table has come. 0: not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers {
    /// The last round that the ledger knows of.
    pub round: u64,
    /// The last shoe.
    pub shoe: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_returns_its_own() {
        let returns = Returns::new([200, 195, 0, 1_200, 100]).unwrap();
        let chip = Amount::from_chips(1).unwrap();
        for (side, hundredths) in (1..).zip([200, 195, 0, 1_200, 100]) {
            assert_eq!(returns.of(side, chip), Some(Amount::from_hundredths(hundredths)));
        }
        assert_eq!(returns.of(0, chip), None);
        assert_eq!(returns.of(6, chip), None);
        assert_eq!(returns.of(-1, chip), None);
        assert_eq!(Returns::new([0, 0, -1, 0, 0]), None);
    }
}
