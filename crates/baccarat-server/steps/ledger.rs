//! The ledger of steps 4 and 5: who has how many chips, in memory. It knows no socket, no clock and no cards.

use std::collections::BTreeMap;

use baccarat::{Outcome, Side};
use protocol::ErrorCode;
use protocol::message::baccarat::{self as message, Payout};

/// Chips that the house gives a new user.
const FIRST_CHIPS: i64 = 10_000;

/// Chips that a user may have on one side.
const MOST_CHIPS: i64 = 10_000;

// ANCHOR: post
/// Whose chips they are. Those of a stake are nobody's until its round is settled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Account {
    House,
    User(String),
    Stake { round: u64, user: String, side: Side },
}

/// The balance of each account, in hundredths of a chip. The house's is below 0 by what all others have.
#[derive(Default)]
pub(crate) struct Ledger {
    balances: BTreeMap<Account, i64>,
}

impl Ledger {
    /// The only way in which a balance changes: what one account loses, the other one gets.
    fn post(&mut self, from: &Account, to: &Account, amount: i64) {
        *self.balances.entry(from.clone()).or_default() -= amount;
        *self.balances.entry(to.clone()).or_default() += amount;
    }

    /// What all accounts have together: nothing, whatever has been posted.
    pub(crate) fn sum(&self) -> i64 {
        self.balances.values().sum()
    }
    // ANCHOR_END: post

    fn on(&self, account: &Account) -> i64 {
        self.balances.get(account).copied().unwrap_or(0)
    }

    /// Hundredths of a chip that a user has, without those at stake.
    pub(crate) fn balance(&self, name: &str) -> i64 {
        self.on(&Account::User(name.to_owned()))
    }

    /// A user who comes for the first time gets chips.
    pub(crate) fn open(&mut self, name: &str) {
        let user = Account::User(name.to_owned());
        if !self.balances.contains_key(&user) {
            self.post(&Account::House, &user, FIRST_CHIPS * 100);
        }
    }

    // ANCHOR: stake
    /// Puts chips of a user on a side, and says how many are there now.
    pub(crate) fn stake(&mut self, round: u64, name: &str, side: Side, chips: i64) -> Result<i64, ErrorCode> {
        let user = Account::User(name.to_owned());
        let stake = Account::Stake {
            round,
            user: name.to_owned(),
            side,
        };
        let there = self.on(&stake) / 100;
        if !(1..=MOST_CHIPS - there).contains(&chips) {
            return Err(ErrorCode::BET_LIMIT);
        }
        if chips * 100 > self.on(&user) {
            return Err(ErrorCode::INSUFFICIENT_FUNDS);
        }
        self.post(&user, &stake, chips * 100);
        Ok(there + chips)
    }
    // ANCHOR_END: stake

    /// The stakes of a round that is not settled: user, side, and hundredths of a chip.
    fn stakes(&self, of: u64) -> impl Iterator<Item = (&str, Side, i64)> {
        self.balances
            .iter()
            .filter_map(move |(account, amount)| match account {
                Account::Stake { round, user, side } if *round == of && *amount > 0 => {
                    Some((&**user, *side, *amount))
                }
                _ => None,
            })
    }

    pub(crate) fn has_staked(&self, name: &str, round: u64) -> bool {
        self.stakes(round).any(|(user, ..)| user == name)
    }

    // ANCHOR: settle
    /// Pays what lies on the stakes of a round, and says what each user gets. Nothing lies there afterwards, so there is
    /// nothing that could be paid twice.
    pub(crate) fn settle(&mut self, round: u64, outcome: Outcome) -> BTreeMap<String, Vec<Payout>> {
        let mut payouts = BTreeMap::<_, Vec<_>>::new();
        let stakes = self
            .stakes(round)
            .map(|(user, side, amount)| (user.to_owned(), side, amount / 100));
        for (user, side, chips) in stakes.collect::<Vec<_>>() {
            let payout = self.pay(round, &user, side, chips, outcome);
            payouts.entry(user).or_default().push(payout);
        }
        payouts
    }

    /// The house adds what is won or takes what is lost, and the user gets what there is then.
    fn pay(&mut self, round: u64, name: &str, side: Side, stake: i64, outcome: Outcome) -> Payout {
        let (user, returned) = (name.to_owned(), stake * side.returned_per_chip(outcome));
        let from = Account::Stake { round, user, side };
        self.post(&Account::House, &from, returned - stake * 100);
        self.post(&from, &Account::User(name.to_owned()), returned);
        let side = message::Side(side.number());
        Payout {
            side,
            stake,
            returned,
        }
    }
    // ANCHOR_END: settle
}

#[cfg(test)]
#[path = "../../../tests/baccarat_steps/ledger.rs"]
mod tests;
