//! The texts of the ledger in Redis: names of keys, and what accounts and rows are called there.
//!
//! A user's name may have any character, so it comes last.

use std::str::FromStr;

use super::super::row::{Account, Key, Kind, Row, StakeId};
use super::super::{Amount, LedgerError, RoundId, UserId};

/// The names of all keys.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) house: String,
    pub(super) users: String,
    pub(super) rows: String,
    pub(super) ends: String,
    pub(super) base: String,
    pub(super) folded: String,
    pub(super) audit: String,
    /// The set of all numbers.
    pub(super) tables: String,
    /// A number follows.
    pub(super) table: String,
    /// The number of the table, and of the round, follow.
    pub(super) round: String,
    writer: String,
}

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        let name = |name| format!("{prefix}ledger:{name}");
        Self {
            house: name("house"),
            users: name("users"),
            rows: name("rows"),
            ends: name("ends"),
            base: name("base"),
            folded: name("folded"),
            audit: name("audit"),
            tables: name("tables"),
            table: name("table:"),
            round: name("round:"),
            writer: name("writer:"),
        }
    }

    pub(super) fn writer(&self, id: u64) -> String {
        format!("{}{id:016x}", self.writer)
    }
}

/// As it follows [`Names::round`].
pub(super) fn round(round: RoundId) -> String {
    format!("{}:{}", round.table, round.number)
}

/// A field of a round: what a user has on a side.
pub(super) fn stake(stake: &StakeId) -> String {
    format!("stake:{}:{}", stake.side, stake.user)
}

/// The user and the side of such a field.
pub(super) fn read_stake(field: &str) -> Option<(UserId, i8)> {
    let (side, user) = field.strip_prefix("stake:")?.split_once(':')?;
    Some((user.into(), side.parse().ok()?))
}

/// A field of a round: such a row is stored.
pub(super) fn row_of_round(key: &Key) -> String {
    let Key {
        user,
        side,
        kind,
        number,
        ..
    } = key;
    format!("row:{side}:{}:{number}:{user}", kind.name())
}

/// The field of a row in the stream: what makes it unique.
pub(super) fn key(key: &Key) -> String {
    let Key {
        round,
        user,
        side,
        kind,
        number,
    } = key;
    let kind: &Kind = kind;
    format!(
        "{}:{}:{side}:{}:{number}:{user}",
        round.table,
        round.number,
        kind.name()
    )
}

/// The value of a row in the stream: from, to, and how much.
pub(super) fn movement(row: &Row) -> String {
    format!(
        "{} {} {}",
        account(&row.from),
        account(&row.to),
        row.amount.hundredths()
    )
}

fn account(account: &Account) -> String {
    match account {
        Account::House => "house".to_owned(),
        Account::User(_) => "user".to_owned(),
        Account::Stake(stake) => format!("stake:{}", stake.side),
    }
}

/// The accounts of a movement, and its amount, out of the two texts of its row.
pub(super) fn read_row(key: &str, movement: &str) -> Option<(Account, Account, i64)> {
    let mut parts = key.splitn(6, ':');
    let round = RoundId {
        table: parts.next()?.parse().ok()?,
        number: parts.next()?.parse().ok()?,
    };
    let user: UserId = parts.nth(3)?.into();
    let mut words = movement.split(' ');
    let from = read_account(words.next()?, round, &user)?;
    let to = read_account(words.next()?, round, &user)?;
    Some((from, to, words.next()?.parse().ok()?))
}

fn read_account(text: &str, round: RoundId, user: &UserId) -> Option<Account> {
    let user = UserId::clone(user);
    Some(match text {
        "house" => Account::House,
        "user" => Account::User(user),
        stake => {
            let side = stake.strip_prefix("stake:")?.parse().ok()?;
            Account::Stake(StakeId { round, user, side })
        }
    })
}

/// A field of the base, as `fold.lua` names it.
pub(super) fn read_base(field: &str) -> Option<Account> {
    if field == "house" {
        return Some(Account::House);
    }
    let (kind, rest) = field.split_once(':')?;
    if kind == "user" {
        return Some(Account::User(rest.into()));
    }
    let mut parts = rest.splitn(4, ':');
    let round = RoundId {
        table: parts.next()?.parse().ok()?,
        number: parts.next()?.parse().ok()?,
    };
    let side = parts.next()?.parse().ok()?;
    let user = parts.next()?.into();
    Some(Account::Stake(StakeId { round, user, side }))
}

/// A balance or another number, as Redis keeps it.
pub(super) fn number<T: FromStr>(text: &str) -> Result<T, LedgerError> {
    let no_number = |_| LedgerError::Damaged(format!("`{text}` is no number"));
    text.parse().map_err(no_number)
}

/// An amount, as Redis keeps it.
pub(super) fn amount(text: &str) -> Result<Amount, LedgerError> {
    number(text).map(Amount::from_hundredths)
}

/// Of a row in the stream: the time of Redis in milliseconds, and a number in it.
pub(super) type Position = (u64, u64);

/// As a stream names it.
pub(super) fn position(id: &str) -> Result<Position, LedgerError> {
    let no_position = || LedgerError::Damaged(format!("`{id}` is no position in a stream"));
    let (time, count) = id.split_once('-').ok_or_else(no_position)?;
    Ok((number(time)?, number(count)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let round = RoundId { table: 3, number: 7 };
        let user: UserId = "a:b c:박".into();
        let side = |side| StakeId {
            round,
            user: UserId::clone(&user),
            side,
        };
        let amount = Amount::from_hundredths(1_234);
        for row in [
            Row::issue(&user, amount),
            Row::stake(&side(1), 4, amount),
            Row::moved(&side(1), &side(2), 5, amount),
            Row::win(&side(2), amount),
            Row::loss(&side(5), amount),
            Row::given_back(&side(2), Kind::Payout, amount),
        ] {
            let read = read_row(&key(&row.key), &movement(&row));
            assert_eq!(read, Some((row.from, row.to, 1_234)));
        }
        for (key, movement) in [
            ("3:7:1:stake:4", "user stake:1 1"),
            ("3:7:1:stake:4:a", "user nobody 1"),
            ("", ""),
        ] {
            assert_eq!(read_row(key, movement), None, "{key} {movement}");
        }
    }

    #[test]
    fn a_stake_is_read_as_it_was_written() {
        let round = RoundId { table: 3, number: 7 };
        let id = StakeId {
            round,
            user: "a:b".into(),
            side: 2,
        };
        assert_eq!(read_stake(&stake(&id)), Some(("a:b".into(), 2)));
        assert_eq!(read_stake("row:2:stake:1:a"), None);
        assert_eq!(read_base("stake:3:7:2:a:b"), Some(Account::Stake(id)));
        assert_eq!(read_base("user:a:b"), Some(Account::User("a:b".into())));
        assert_eq!(read_base("house"), Some(Account::House));
    }
}
