//! An audit of the ledger in Redis, while servers go on with it: every balance is computed again from the rows.
//!
//! Nothing stands still meanwhile. So with each balance goes the row behind which it was read, and the rows up to there
//! have to add up to it. What is told in the end is how all was behind the last row. Memory is needed for each account,
//! and not for each row.

use std::collections::BTreeMap;

use directory::redis::{Link, RedisSettings};
use redis::{FromRedisValue, RedisResult};

use super::super::audit::{Audit, OpenStake};
use super::super::row::{Account, StakeId};
use super::super::{Amount, LedgerError, Numbers, UserId};
use super::Redis;
use super::texts::{self, Position, amount, number, position};

/// Accounts and rows that are read at once: a millisecond of Redis.
const PAGE: usize = 1_000;

/// Tables that are read at once.
const TABLES: usize = 100;

/// How long old rows are left alone where an audit does not come to its end.
const MARK: usize = 60;

/// Reads the ledger in Redis, and changes nothing in it. Servers may go on with it meanwhile.
///
/// # Errors
/// When Redis does not answer, or the ledger is damaged: a balance is not what the rows add up to.
pub fn audit_in_redis(settings: &RedisSettings) -> Result<Audit, LedgerError> {
    let redis = Redis::open(settings)?;
    let outcome = redis.audit();
    // Else it goes with its time.
    let _ = redis.call(|link| redis::cmd("DEL").arg(&redis.names.audit).exec(link));
    outcome
}

/// What was read of an account, and what the rows say of it.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    /// What the rows say at the position where it was read.
    then: i128,
    /// What they say at the end.
    last: i128,
}

/// Balances as they were read. What is not here was nothing.
struct Balances {
    begin: Position,
    accounts: BTreeMap<Account, (Position, Amount)>,
    tables: BTreeMap<i32, (Position, Numbers)>,
}

impl Balances {
    /// Behind which row this account was read.
    fn read_at(&self, account: &Account) -> Position {
        let of_table = |stake: &StakeId| self.tables.get(&stake.round.table).map(|(at, _)| *at);
        let at = match account {
            Account::Stake(stake) => of_table(stake),
            other => self.accounts.get(other).map(|(at, _)| *at),
        };
        at.unwrap_or(self.begin)
    }
}

impl Redis {
    fn call<T>(&self, call: impl FnOnce(&mut Link) -> RedisResult<T>) -> Result<T, LedgerError> {
        self.connection.run(call).map_err(LedgerError::Redis)
    }

    fn audit(&self) -> Result<Audit, LedgerError> {
        let folded = self.hold_rows()?;
        let mut sums = self.base()?;
        let balances = self.balances()?;
        let rows = self.add_rows(&balances, &mut sums)?;
        if self.hold_rows()? != folded {
            let problem = "old rows were folded meanwhile, since the audit took too long; try again";
            return Err(LedgerError::Damaged(problem.to_owned()));
        }
        compare(&balances, &sums)?;
        summary(&balances, &sums, folded + rows)
    }

    /// Old rows stay where they are from now on. Gives how many have gone before.
    fn hold_rows(&self) -> Result<usize, LedgerError> {
        let mut pipe = redis::pipe();
        pipe.cmd("SET")
            .arg(&self.names.audit)
            .arg(1)
            .arg("EX")
            .arg(MARK)
            .ignore();
        pipe.cmd("GET").arg(&self.names.folded);
        let (folded,): (Option<usize>,) = self.call(|link| pipe.query(link))?;
        Ok(folded.unwrap_or_default())
    }

    fn base(&self) -> Result<BTreeMap<Account, Sums>, LedgerError> {
        let mut sums = BTreeMap::new();
        self.scan(&self.names.base, |_, field, sum| {
            let unknown = || LedgerError::Damaged(format!("the base has an account `{field}`"));
            let sum = number(sum)?;
            sums.insert(
                texts::read_base(field).ok_or_else(unknown)?,
                Sums { then: sum, last: sum },
            );
            Ok(())
        })?;
        Ok(sums)
    }

    fn balances(&self) -> Result<Balances, LedgerError> {
        let mut get = redis::cmd("GET");
        let (begin, house): (Position, Option<String>) = self.with_position(get.arg(&self.names.house))?;
        let house = house.as_deref().map_or(Ok(Amount::ZERO), amount)?;
        let mut balances = Balances {
            begin,
            accounts: BTreeMap::from([(Account::House, (begin, house))]),
            tables: BTreeMap::new(),
        };
        self.scan(&self.names.users, |at, user, balance| {
            let user = Account::User(user.into());
            balances.accounts.insert(user, (at, amount(balance)?));
            Ok(())
        })?;
        let numbers = redis::Cmd::smembers(&self.names.tables);
        let numbers: Vec<i32> = self.call(|link| numbers.query(link))?;
        for numbers in numbers.chunks(TABLES) {
            let (at, tables) = self.tables(numbers, None)?;
            for (number, table) in tables {
                for round in table.open_rounds(number) {
                    let stakes = table.open[&round.number].accounts(round).into_iter();
                    balances
                        .accounts
                        .extend(stakes.map(|(stake, amount)| (Account::Stake(stake), (at, amount))));
                }
                balances.tables.insert(number, (at, table.last));
            }
        }
        Ok(balances)
    }

    /// All fields of a hash, each with the last row before it was read.
    fn scan(
        &self,
        key: &str,
        mut see: impl FnMut(Position, &str, &str) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut cursor = 0;
        loop {
            let mut scan = redis::cmd("HSCAN");
            scan.arg(key).arg(cursor).arg("COUNT").arg(PAGE);
            let (at, (next, fields)): (_, (u64, Vec<(String, String)>)) = self.with_position(&scan)?;
            for (field, value) in &fields {
                see(at, field, value)?;
            }
            match next {
                0 => return Ok(()),
                next => cursor = next,
            }
        }
    }

    /// The last row, and the answer to a command, with nothing in between.
    fn with_position<T: FromRedisValue>(&self, command: &redis::Cmd) -> Result<(Position, T), LedgerError> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.cmd("XREVRANGE")
            .arg(&self.names.rows)
            .arg("+")
            .arg("-")
            .arg("COUNT")
            .arg(1);
        pipe.add_command(command.clone());
        let (last, answer): (Vec<(String, Vec<String>)>, T) = self.call(|link| pipe.query(link))?;
        let last = last.first().map_or(Ok((0, 0)), |(id, _)| position(id))?;
        Ok((last, answer))
    }

    /// Every row up to the last one there is now. Gives how many.
    fn add_rows(
        &self,
        balances: &Balances,
        sums: &mut BTreeMap<Account, Sums>,
    ) -> Result<usize, LedgerError> {
        let (end, _): (_, usize) = self.with_position(redis::cmd("XLEN").arg(&self.names.rows))?;
        let end = format!("{}-{}", end.0, end.1);
        let (mut from, mut count) = ("-".to_owned(), 0);
        loop {
            let mut range = redis::cmd("XRANGE");
            range
                .arg(&self.names.rows)
                .arg(&from)
                .arg(&end)
                .arg("COUNT")
                .arg(PAGE);
            let rows: Vec<(String, (String, String))> = self.call(|link| range.query(link))?;
            for (id, (key, movement)) in &rows {
                let row = texts::read_row(key, movement);
                let (source, target, amount) =
                    row.ok_or_else(|| LedgerError::Damaged(format!("`{key}` `{movement}` is no row")))?;
                let at = position(id)?;
                add(balances, sums, source, at, -i128::from(amount));
                add(balances, sums, target, at, i128::from(amount));
            }
            count += rows.len();
            match rows.last() {
                Some((last, _)) if rows.len() == PAGE => from = format!("({last}"),
                _ => return Ok(count),
            }
            self.hold_rows()?;
        }
    }
}

fn add(
    balances: &Balances,
    sums: &mut BTreeMap<Account, Sums>,
    account: Account,
    at: Position,
    change: i128,
) {
    let is_before = at <= balances.read_at(&account);
    let sum = sums.entry(account.clone()).or_default();
    sum.last += change;
    if is_before {
        sum.then += change;
    }
    // A stake that has come to its end; nearly all of them do.
    let is_over = sum.last == 0 && sum.then == 0;
    if is_over && matches!(account, Account::Stake(_)) {
        sums.remove(&account);
    }
}

fn compare(balances: &Balances, sums: &BTreeMap<Account, Sums>) -> Result<(), LedgerError> {
    let said = |account: &Account| {
        let balance = balances.accounts.get(account);
        balance.map_or(0, |(_, amount)| i128::from(amount.hundredths()))
    };
    let differs = |(account, sums): &(&Account, &Sums)| said(account) != sums.then;
    if let Some((account, sums)) = sums.iter().find(differs) {
        let (rows, says) = (sums.then, said(account));
        let problem = format!("the rows of {account:?} add up to {rows}, and its balance is {says}");
        return Err(LedgerError::Damaged(problem));
    }
    let is_unknown = |account: &&Account| !sums.contains_key(*account) && said(account) != 0;
    match balances.accounts.keys().find(is_unknown) {
        Some(account) => Err(LedgerError::Damaged(format!(
            "{account:?} has a balance, and no rows"
        ))),
        None => Ok(()),
    }
}

/// How all was behind the last row.
fn summary(
    balances: &Balances,
    sums: &BTreeMap<Account, Sums>,
    movements: usize,
) -> Result<Audit, LedgerError> {
    let mut audit = Audit {
        users: BTreeMap::new(),
        house: Amount::ZERO,
        open: Vec::new(),
        tables: balances
            .tables
            .iter()
            .map(|(table, (_, last))| (*table, *last))
            .collect(),
        movements,
    };
    for (account, sum) in sums {
        let too_large = |_| LedgerError::Damaged(format!("the rows of {account:?} add up to {}", sum.last));
        let amount = Amount::from_hundredths(i64::try_from(sum.last).map_err(too_large)?);
        match account {
            Account::House => audit.house = amount,
            Account::User(user) => drop(audit.users.insert(UserId::clone(user), amount)),
            Account::Stake(_) if amount == Amount::ZERO => {}
            Account::Stake(StakeId { round, user, side }) => audit.open.push(OpenStake {
                round: *round,
                user: UserId::clone(user),
                side: *side,
                amount,
            }),
        }
    }
    match audit.total() {
        0 => Ok(audit),
        total => Err(LedgerError::Damaged(format!(
            "all accounts together have {total} hundredths of a chip, not 0"
        ))),
    }
}
