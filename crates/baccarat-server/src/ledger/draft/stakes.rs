//! Stakes and moves, worked into a draft.

use super::super::request::{SIDES, Stake, StakeMove, Staked};
use super::super::row::{Account, Row, StakeId};
use super::super::table::Asked;
use super::super::{Amount, Refusal, StakeRefused, UserId};
use super::{Draft, check_number};

impl Draft<'_> {
    pub(in super::super) fn stake(&mut self, stake: &Stake) -> Result<Staked, StakeRefused> {
        let Stake {
            round, user, side, ..
        } = stake;
        let account = StakeId {
            round: *round,
            user: UserId::clone(user),
            side: *side,
        };
        let outcome = self.try_stake(stake, &account);
        self.staked(&account, outcome)
    }

    fn try_stake(&mut self, stake: &Stake, account: &StakeId) -> Result<(), Refusal> {
        let Stake {
            side, number, amount, ..
        } = *stake;
        check_side(side)?;
        self.balance(&stake.user)?;
        check_amount(amount)?;
        let asked = Asked::Stake { side, amount };
        if self.has_asked(account, number, asked)? {
            return Ok(());
        }
        self.post(Row::stake(account, number, amount))?;
        self.remember(account, number, asked)
    }

    pub(in super::super) fn move_stake(&mut self, moved: &StakeMove) -> Result<Staked, StakeRefused> {
        let StakeMove { round, user, to, .. } = moved;
        let account = StakeId {
            round: *round,
            user: UserId::clone(user),
            side: *to,
        };
        let outcome = self.try_move(moved, &account);
        self.staked(&account, outcome)
    }

    fn try_move(&mut self, moved: &StakeMove, account: &StakeId) -> Result<(), Refusal> {
        let StakeMove {
            from,
            to,
            number,
            amount,
            ..
        } = *moved;
        check_side(from)?;
        check_side(to)?;
        self.balance(&moved.user)?;
        if from == to {
            return Err(Refusal::SameSide(to));
        }
        check_amount(amount)?;
        let asked = Asked::Move { from, to, amount };
        if self.has_asked(account, number, asked)? {
            return Ok(());
        }
        let source = StakeId {
            side: from,
            ..account.clone()
        };
        if self.get(&Account::Stake(source.clone())) < amount {
            return Err(Refusal::NoStake(from));
        }
        self.post(Row::moved(&source, account, number, amount))?;
        self.remember(account, number, asked)
    }

    fn staked(&mut self, account: &StakeId, outcome: Result<(), Refusal>) -> Result<Staked, StakeRefused> {
        let balance = self.user(&account.user);
        match outcome {
            Ok(()) => Ok(Staked {
                balance,
                stake: self.get(&Account::Stake(account.clone())),
            }),
            Err(reason) => Err(StakeRefused { reason, balance }),
        }
    }

    /// Whether this very request has been applied. Begins the round where it is the next one.
    fn has_asked(&mut self, account: &StakeId, number: u32, asked: Asked) -> Result<bool, Refusal> {
        check_number(account.round.number)?;
        self.check_table(account.round.table)?;
        let round = self.table(account.round.table).playing(account.round)?;
        round.has_asked(&account.user, number, asked)
    }

    fn remember(&mut self, account: &StakeId, number: u32, asked: Asked) -> Result<(), Refusal> {
        let round = self.table(account.round.table).playing(account.round)?;
        round.asked.insert((UserId::clone(&account.user), number), asked);
        Ok(())
    }
}

fn check_amount(amount: Amount) -> Result<(), Refusal> {
    let is_possible = amount > Amount::ZERO && amount.is_whole();
    is_possible.then_some(()).ok_or(Refusal::Amount(amount))
}

fn check_side(side: i8) -> Result<(), Refusal> {
    let is_one = (1..=SIDES).contains(&side);
    is_one.then_some(()).ok_or(Refusal::NoSuchSide(side))
}
