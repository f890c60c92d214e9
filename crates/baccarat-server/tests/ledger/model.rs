//! What the ledger should answer, worked out in the most naive way: one number for each user, one for each stake.

use std::collections::{BTreeMap, BTreeSet};

use baccarat_server::ledger::{Audit, RoundId};

use crate::asking::CHIPS;

/// In hundredths, as everything here.
const FIRST: i64 = CHIPS * 100;

/// What users may ask, at a table that is at some round.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Balance(&'static str),
    Stake {
        user: &'static str,
        side: i8,
        chips: i64,
    },
    Move {
        user: &'static str,
        from: i8,
        to: i8,
        chips: i64,
    },
    /// The round before the one that the table is at.
    Late {
        user: &'static str,
    },
    /// What each side returns.
    Settle([i64; 5]),
    Refund,
}

/// A balance and a stake; a balance alone, where it is refused; what all have who had a stake in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Balance(i64),
    Staked { balance: i64, stake: i64 },
    Refused { balance: i64 },
    Closed(Vec<(String, i64)>),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    users: BTreeMap<String, i64>,
    stakes: Stakes,
    /// How many rounds of a table are over.
    over: BTreeMap<i32, u64>,
}

impl Model {
    /// The round that a table is at.
    pub(crate) fn round(&self, table: i32) -> RoundId {
        let over = self.over.get(&table).copied().unwrap_or_default();
        RoundId {
            table,
            number: over + 1,
        }
    }

    pub(crate) fn ask(&mut self, table: i32, ask: &Ask) -> Told {
        match *ask {
            Ask::Balance(user) => Told::Balance(*self.user(user)),
            Ask::Stake { user, side, chips } => self.stake(table, user, side, chips * 100),
            Ask::Move {
                user,
                from,
                to,
                chips,
            } => {
                let balance = *self.user(user);
                let stake = self.moved(table, user, (from, to), chips * 100);
                stake.map_or(Told::Refused { balance }, |stake| Told::Staked { balance, stake })
            }
            Ask::Late { user } => Told::Refused {
                balance: *self.user(user),
            },
            Ask::Settle(returns) => self.close(table, |side, stake| {
                stake / 100 * returns[usize::try_from(side - 1).expect("a side")]
            }),
            Ask::Refund => self.close(table, |_, stake| stake),
        }
    }

    fn user(&mut self, user: &str) -> &mut i64 {
        self.users.entry(user.to_owned()).or_insert(FIRST)
    }

    fn stake(&mut self, table: i32, user: &str, side: i8, amount: i64) -> Told {
        // A side that is none is refused before anything else, and makes no account.
        if !(1..=5).contains(&side) {
            let balance = self.users.get(user).copied().unwrap_or_default();
            return Told::Refused { balance };
        }
        let balance = self.user(user);
        if amount < 100 || amount > *balance {
            return Told::Refused { balance: *balance };
        }
        *balance -= amount;
        let balance = *balance;
        let stake = self.stakes.entry((table, user.to_owned(), side)).or_default();
        *stake += amount;
        Told::Staked {
            balance,
            stake: *stake,
        }
    }

    /// The stake on the side that gets it; None where the other side has not so much.
    fn moved(&mut self, table: i32, user: &str, (from, to): (i8, i8), amount: i64) -> Option<i64> {
        let source = (table, user.to_owned(), from);
        let stake = self.stakes.get_mut(&source)?;
        if from == to || amount < 100 || amount > *stake {
            return None;
        }
        *stake -= amount;
        if *stake == 0 {
            self.stakes.remove(&source);
        }
        let stake = self.stakes.entry((table, user.to_owned(), to)).or_default();
        *stake += amount;
        Some(*stake)
    }

    fn close(&mut self, table: i32, returned: impl Fn(i8, i64) -> i64) -> Told {
        let stakes = std::mem::take(&mut self.stakes);
        let (here, elsewhere) = stakes.into_iter().partition(|((at, ..), _)| *at == table);
        self.stakes = elsewhere;
        let here: Stakes = here;
        for ((_, user, side), stake) in &here {
            *self.user(user) += returned(*side, *stake);
        }
        *self.over.entry(table).or_default() += 1;
        let players: BTreeSet<String> = here.into_keys().map(|(_, user, _)| user).collect();
        let player = |user: String| {
            let balance = self.users[&user];
            (user, balance)
        };
        Told::Closed(players.into_iter().map(player).collect())
    }

    /// The process ends, and another one begins.
    pub(crate) fn crash(&mut self) {
        let open: BTreeSet<i32> = self.stakes.keys().map(|(table, ..)| *table).collect();
        for table in open {
            self.close(table, |_, stake| stake);
        }
    }

    /// Whether no chip is lost or made, each is where it should be, and no round was forgotten.
    pub(crate) fn fits(&self, audit: &Audit) -> bool {
        let has_all = |(table, over): (&i32, &u64)| {
            let last = audit.tables.get(table).map_or(0, |numbers| numbers.round);
            // A round in which a stake was only refused has begun too.
            last == *over || last == over + 1
        };
        audit.total() == 0
            && users(audit) == self.users
            && stakes(audit) == self.stakes
            && self.over.iter().all(has_all)
    }

    /// Rounds that had begun are not played again.
    pub(crate) fn count_on(&mut self, audit: &Audit) {
        for (table, numbers) in &audit.tables {
            self.over.insert(*table, numbers.round);
        }
    }
}

type Stakes = BTreeMap<(i32, String, i8), i64>;

fn users(audit: &Audit) -> BTreeMap<String, i64> {
    let users = audit.users.iter();
    users
        .map(|(user, balance)| (user.to_string(), balance.hundredths()))
        .collect()
}

fn stakes(audit: &Audit) -> Stakes {
    let stakes = audit.open.iter();
    stakes
        .map(|open| {
            (
                (open.round.table, open.user.to_string(), open.side),
                open.amount.hundredths(),
            )
        })
        .collect()
}
