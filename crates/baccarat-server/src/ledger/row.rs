//! The rows of the ledger: how many chips went from which account to which, and why.

use std::sync::Arc;

use super::Amount;

/// The name that a user has logged in with.
pub type UserId = Arc<str>;

/// Which round of which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoundId {
    /// The number of the room.
    pub table: i32,
    /// Counts up from 1 in the life of the table, restarts of the server included.
    pub number: u64,
}

impl RoundId {
    /// Of a row that belongs to no round.
    pub(super) const NONE: Self = Self { table: -1, number: 0 };
}

/// Whose chips these are. A user and a stake cannot have less than nothing; the house can.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Account {
    House,
    User(UserId),
    Stake(StakeId),
}

/// What a user has on one side in one round. All of these together are the escrow of the round.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct StakeId {
    pub(super) round: RoundId,
    pub(super) user: UserId,
    pub(super) side: i8,
}

/// Why chips moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// House to user: the first chips.
    Issue,
    /// User to stake.
    Stake,
    /// Stake to the same user's stake on another side.
    Move,
    /// Stake to house: what the stake does not return.
    Loss,
    /// House to stake: what the stake returns beyond itself.
    Win,
    /// Stake to user: all that it has become.
    Payout,
    /// Stake to user: the round has no result.
    Refund,
}

impl Kind {
    pub(super) const ALL: [(Self, &str); 7] = [
        (Self::Issue, "issue"),
        (Self::Stake, "stake"),
        (Self::Move, "move"),
        (Self::Loss, "loss"),
        (Self::Win, "win"),
        (Self::Payout, "payout"),
        (Self::Refund, "refund"),
    ];

    pub(super) fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// What makes a row unique.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) round: RoundId,
    pub(super) user: UserId,
    /// 0 for [`Kind::Issue`].
    pub(super) side: i8,
    pub(super) kind: Kind,
    /// Of [`Kind::Stake`] and [`Kind::Move`], which may come several times; else 0.
    pub(super) number: u32,
}

/// A movement.
// ANCHOR: row
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) key: Key,
    pub(super) from: Account,
    pub(super) to: Account,
    /// More than nothing.
    pub(super) amount: Amount,
}
// ANCHOR_END: row

impl Row {
    pub(super) fn issue(user: &UserId, amount: Amount) -> Self {
        let key = Key {
            round: RoundId::NONE,
            user: UserId::clone(user),
            side: 0,
            kind: Kind::Issue,
            number: 0,
        };
        let to = Account::User(UserId::clone(user));
        Self {
            key,
            from: Account::House,
            to,
            amount,
        }
    }

    pub(super) fn stake(stake: &StakeId, number: u32, amount: Amount) -> Self {
        let from = Account::User(UserId::clone(&stake.user));
        Self::of(
            stake,
            Kind::Stake,
            number,
            from,
            Account::Stake(stake.clone()),
            amount,
        )
    }

    /// `to` is another side of the same user and round.
    pub(super) fn moved(from: &StakeId, to: &StakeId, number: u32, amount: Amount) -> Self {
        let (source, target) = (Account::Stake(from.clone()), Account::Stake(to.clone()));
        Self::of(to, Kind::Move, number, source, target, amount)
    }

    /// From the stake to its user, as [`Kind::Payout`] or [`Kind::Refund`].
    pub(super) fn given_back(stake: &StakeId, kind: Kind, amount: Amount) -> Self {
        let to = Account::User(UserId::clone(&stake.user));
        Self::of(stake, kind, 0, Account::Stake(stake.clone()), to, amount)
    }

    pub(super) fn win(stake: &StakeId, amount: Amount) -> Self {
        let to = Account::Stake(stake.clone());
        Self::of(stake, Kind::Win, 0, Account::House, to, amount)
    }

    pub(super) fn loss(stake: &StakeId, amount: Amount) -> Self {
        let from = Account::Stake(stake.clone());
        Self::of(stake, Kind::Loss, 0, from, Account::House, amount)
    }

    fn of(stake: &StakeId, kind: Kind, number: u32, from: Account, to: Account, amount: Amount) -> Self {
        let StakeId { round, user, side } = stake.clone();
        let key = Key {
            round,
            user,
            side,
            kind,
            number,
        };
        Self {
            key,
            from,
            to,
            amount,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_name() {
        for (kind, name) in Kind::ALL {
            assert_eq!(kind.name(), name);
        }
    }
}
