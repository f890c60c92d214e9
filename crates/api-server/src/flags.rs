//! The flags: where accounts are kept, how long a login lasts, what wrong passwords cost, and how long matched users have.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use command_line::duration;
use directory::SEAT_TIME;

use crate::accounts::Accounts;
use crate::attempts::Rule;

/// A year: whoever wants more wants no end.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Accounts, logins and matches.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Accounts")]
pub struct AccountFlags {
    /// Keep all accounts in this SQLite file, which is made where it is missing; without it they are gone with the server.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// How long a token is worth something after the login.
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = token_time)]
    token_time: Duration,
    /// Hashes of passwords that are made at the same time; each takes 19 MiB and a processor, about 20 ms long.
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
    hashes: u16,
    /// Time for which a login waits for its turn, when there are more.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    hash_wait: Duration,
    /// Wrong passwords for one user after which nobody can log in as this user for a while; 0 for never.
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    user_attempts: u32,
    /// How long that is.
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    user_pause: Duration,
    /// Wrong passwords from one address, or from one network of IPv6, after which nobody there can log in for a while; 0
    /// for never, as behind a proxy, where all users have one address.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    address_attempts: u32,
    /// How long that is.
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration)]
    address_pause: Duration,
    /// How long matched users have to enter their room; whoever has not come by then is out, and the others wait again, in
    /// front. Game servers keep a seat for 15 s.
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = entry_time)]
    entry_time: Duration,
}

/// What the flags say, with the accounts opened.
#[derive(Debug)]
pub struct Settings {
    /// All accounts.
    pub accounts: Accounts,
    /// How long a token is worth something; whole seconds.
    pub token_time: Duration,
    /// Hashes at the same time.
    pub hashes: usize,
    /// How long a login waits for its turn.
    pub hash_wait: Duration,
    /// Wrong passwords for one user.
    pub user_rule: Rule,
    /// Wrong passwords from one address.
    pub address_rule: Rule,
    /// How long matched users have to enter their room.
    pub entry_time: Duration,
}

impl AccountFlags {
    /// True where the accounts are gone when the server ends.
    #[must_use]
    pub fn are_in_memory(&self) -> bool {
        self.database.is_none()
    }

    /// Opens the accounts.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(&self) -> anyhow::Result<Settings> {
        let accounts = match &self.database {
            Some(file) => Accounts::open(file).context("--database")?,
            None => Accounts::in_memory()?,
        };
        Ok(Settings {
            accounts,
            token_time: self.token_time,
            hashes: self.hashes.into(),
            hash_wait: self.hash_wait,
            user_rule: Rule {
                most: self.user_attempts,
                pause: self.user_pause,
            },
            address_rule: Rule {
                most: self.address_attempts,
                pause: self.address_pause,
            },
            entry_time: self.entry_time,
        })
    }
}

/// What a client can be told in seconds.
fn token_time(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        time if time < Duration::from_secs(1) => Err(format!(
            "`{text}` is under a second: no token would be worth anything"
        )),
        time if time > LONGEST => Err(format!("`{text}` is over a year, the longest time for a token")),
        time => Ok(time),
    }
}

/// Not longer than a seat is kept: others could have it then.
fn entry_time(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("nobody can enter in no time".to_owned()),
        time if time > SEAT_TIME => Err(format!(
            "`{text}` is over {SEAT_TIME:?}, for which seats are kept"
        )),
        time => Ok(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_as_long_to_enter_as_seats_are_kept() {
        assert_eq!(entry_time("1ms"), Ok(Duration::from_millis(1)));
        assert_eq!(entry_time("15s"), Ok(SEAT_TIME));
        for text in ["0", "15001ms", "soon"] {
            assert!(entry_time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_lasts_from_a_second_to_a_year() {
        assert_eq!(token_time("1"), Ok(Duration::from_secs(1)));
        assert_eq!(token_time("365d"), Ok(LONGEST));
        for text in ["0", "999ms", "366d", "1e15", "soon"] {
            assert!(token_time(text).is_err(), "{text}");
        }
    }
}
