//! A batch as `store.lua` reads it, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use super::super::book::{Book, Corrections};
use super::super::draft::{Changes, End};
use super::super::row::{Account, Kind, Row, StakeId};
use super::super::store::Stored;
use super::super::table::Table;
use super::super::{Amount, LedgerError, RoundId, Settlement};
use super::texts::{self, Names, amount, number};

/// The arguments of the script, in its order.
pub(super) fn arguments(
    names: &Names,
    number: u64,
    book: &Book,
    changes: &Changes,
) -> Result<Vec<String>, LedgerError> {
    let mut list = List(vec![names.table.clone(), names.round.clone(), number.to_string()]);
    let rounds = Rounds::of(changes);
    list.add(house_change(&changes.rows)?);
    list.compared_users(book, changes);
    list.compared_tables(book, &changes.tables);
    list.compared_rows(&rounds);
    list.users(changes);
    list.tables(&changes.tables);
    list.rounds(&rounds);
    list.rows(&changes.rows);
    list.ends(&changes.ends);
    Ok(list.0)
}

/// The answer of the script, and how many rows there are.
pub(super) fn read(answer: &[String]) -> Result<(Stored, usize), LedgerError> {
    match answer {
        [what, _, rows] if what == "stored" => Ok((Stored::Yes, number(rows)?)),
        [what, rest @ ..] if what == "outdated" => Ok((Stored::Outdated(corrections(rest)?), 0)),
        other => Err(LedgerError::Damaged(format!("{other:?} is no answer"))),
    }
}

fn corrections(answer: &[String]) -> Result<Corrections, LedgerError> {
    let mut corrections = Corrections::default();
    for three in answer.chunks(3) {
        match three {
            [what, user, balance] if what == "user" => {
                let balance = match balance.as_str() {
                    "" => None,
                    balance => Some(amount(balance)?),
                };
                corrections.users.push((user.as_str().into(), balance));
            }
            [what, table, _] if what == "lost" => corrections.lost.push(number(table)?),
            [what, table, _] if what == "moved" => corrections.moved.push(number(table)?),
            other => return Err(LedgerError::Damaged(format!("{other:?} is no answer"))),
        }
    }
    Ok(corrections)
}

/// What the rows add to the house. Its balance is not compared: everybody changes it, and it may be what it likes.
fn house_change(rows: &[Row]) -> Result<i64, LedgerError> {
    let of = |account: &Account, amount: i128| match account {
        Account::House => amount,
        Account::User(_) | Account::Stake(_) => 0,
    };
    let changes = rows.iter().map(|row| {
        let amount = i128::from(row.amount.hundredths());
        of(&row.to, amount) - of(&row.from, amount)
    });
    let change: i128 = changes.sum();
    i64::try_from(change)
        .map_err(|_| LedgerError::Damaged(format!("the house would change by {change} at once")))
}

/// What a batch does to the rounds that it touches.
#[derive(Default)]
struct Rounds {
    open: BTreeMap<RoundId, Fields>,
    over: BTreeSet<RoundId>,
}

#[derive(Default)]
struct Fields {
    rows: Vec<String>,
    set: Vec<(String, Amount)>,
    removed: Vec<String>,
}

impl Rounds {
    fn of(changes: &Changes) -> Self {
        let mut rounds = Self::default();
        let mut stakes = BTreeSet::new();
        for row in &changes.rows {
            if let Kind::Stake | Kind::Move = row.key.kind {
                let fields = rounds.open.entry(row.key.round).or_default();
                fields.rows.push(texts::row_of_round(&row.key));
            }
            let accounts = [&row.from, &row.to].into_iter();
            stakes.extend(accounts.filter_map(|account| match account {
                Account::Stake(stake) => Some(stake),
                Account::House | Account::User(_) => None,
            }));
        }
        for stake in stakes {
            rounds.add_stake(stake, &changes.tables);
        }
        rounds
            .over
            .extend(changes.ends.iter().filter_map(|end| match end {
                End::Settled(settlement) => Some(settlement.round),
                End::Refunded(round) => Some(*round),
                End::Shoe { .. } => None,
            }));
        rounds
    }

    fn add_stake(&mut self, stake: &StakeId, tables: &BTreeMap<i32, Table>) {
        let StakeId { round, user, side } = stake;
        let open = tables
            .get(&round.table)
            .and_then(|table| table.open.get(&round.number));
        // Of a round that is over, the key goes as a whole.
        let Some(open) = open else { return };
        let fields = self.open.entry(*round).or_default();
        match open.stake_of(user, *side) {
            Amount::ZERO => fields.removed.push(texts::stake(stake)),
            amount => fields.set.push((texts::stake(stake), amount)),
        }
    }
}

/// Arguments, one behind the other.
struct List(Vec<String>);

impl List {
    fn add(&mut self, text: impl ToString) {
        self.0.push(text.to_string());
    }

    fn count(&mut self, count: usize) {
        self.add(count);
    }

    fn compared_users(&mut self, book: &Book, changes: &Changes) {
        self.count(changes.read.len());
        for user in &changes.read {
            self.add(user);
        }
        for user in &changes.read {
            self.add(book.users.get(user).map_or_else(String::new, text));
        }
    }

    fn compared_tables(&mut self, book: &Book, tables: &BTreeMap<i32, Table>) {
        self.count(tables.len());
        for number in tables.keys() {
            // The draft has no other tables than the book.
            let table = book.tables.get(number);
            self.add(number);
            self.add(table.map_or(0, |table| table.generation));
            self.add(table.map_or(0, |table| table.version));
        }
    }

    fn compared_rows(&mut self, rounds: &Rounds) {
        self.count(rounds.open.len());
        for (round, fields) in &rounds.open {
            self.add(texts::round(*round));
            self.count(fields.rows.len());
            self.0.extend(fields.rows.iter().cloned());
        }
    }

    fn users(&mut self, changes: &Changes) {
        self.count(changes.users.len() * 2);
        for (user, balance) in &changes.users {
            self.add(user);
            self.add(text(balance));
        }
    }

    fn tables(&mut self, tables: &BTreeMap<i32, Table>) {
        self.count(tables.len());
        for (
            number,
            Table {
                version, last, open, ..
            },
        ) in tables
        {
            self.add(number);
            self.add(version);
            self.add(last.round);
            self.add(last.shoe);
            let open: Vec<String> = open.keys().map(u64::to_string).collect();
            self.add(open.join(" "));
        }
    }

    /// What is set and removed in open rounds; then those that are over.
    fn rounds(&mut self, rounds: &Rounds) {
        let open = rounds
            .open
            .iter()
            .filter(|(round, _)| !rounds.over.contains(round));
        self.count(open.clone().count());
        for (round, Fields { rows, set, removed }) in open {
            self.add(texts::round(*round));
            self.count((rows.len() + set.len()) * 2);
            for row in rows {
                self.add(row);
                self.add(1);
            }
            for (stake, amount) in set {
                self.add(stake);
                self.add(text(amount));
            }
            self.count(removed.len());
            self.0.extend(removed.iter().cloned());
        }
        self.count(rounds.over.len());
        for round in &rounds.over {
            self.add(texts::round(*round));
        }
    }

    fn rows(&mut self, rows: &[Row]) {
        self.count(rows.len());
        for row in rows {
            self.add(texts::key(&row.key));
            self.add(texts::movement(row));
        }
    }

    fn ends(&mut self, ends: &[End]) {
        let ends = ends.iter().filter(|end| !matches!(end, End::Shoe { .. }));
        self.count(ends.clone().count());
        for end in ends {
            let [round, shoe, result, returns] = describe(end);
            self.0.extend([round, shoe, result, returns]);
        }
    }
}

/// Round, shoe, result and returns; of a refund the round alone.
fn describe(end: &End) -> [String; 4] {
    match end {
        End::Settled(Settlement {
            round,
            shoe,
            result,
            returns,
        }) => {
            let result: String = result.iter().map(|byte| format!("{byte:02x}")).collect();
            let returns: Vec<String> = returns.sides().iter().map(i64::to_string).collect();
            [texts::round(*round), shoe.to_string(), result, returns.join(" ")]
        }
        End::Refunded(round) => [texts::round(*round), String::new(), String::new(), String::new()],
        End::Shoe { table, shoe } => [table.to_string(), shoe.to_string(), String::new(), String::new()],
    }
}

fn text(amount: &Amount) -> String {
    amount.hundredths().to_string()
}
