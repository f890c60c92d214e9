//! The flags of a table and of the ledger, and what they are together.

use std::path::PathBuf;
use std::time::Duration;

use baccarat::ShoeSettings;
use command_line::duration;
use directory::redis::RedisSettings;

use crate::ledger::{Amount, Ledger, LedgerError};
use crate::settings::{Rounds, TableSettings};

/// Chips that a flag can name at most: a user may win many times as many, and their hundredths must fit into an i64.
const MOST_CHIPS: i64 = 1_000_000_000_000;

/// The longest phase: more milliseconds a `TABLE_NTF` cannot tell.
const LONGEST_PHASE: Duration = Duration::from_millis(i32::MAX as u64);

/// How the tables play, and where the chips are written down.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Table")]
pub struct TableFlags {
    /// How long stakes are taken, unless every member has one before.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = bet_time)]
    bet_time: Duration,
    /// How long a result stays on the table.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = phase)]
    result_time: Duration,
    /// Who begins a round: the master of a table (manual), or nobody, since the next one begins by itself (auto).
    #[arg(long, value_name = "HOW", default_value = "manual", value_enum)]
    rounds: RoundsFlag,
    /// Decks of 52 cards in a shoe.
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=8))]
    decks: u8,
    /// With fewer cards than this in the shoe, one more round is played, and then a new shoe begins.
    #[arg(long, value_name = "CARDS", default_value_t = 16)]
    cut_card: u16,
    /// Chips that a bet without an amount stakes.
    #[arg(long, value_name = "CHIPS", default_value_t = 10, value_parser = chips())]
    unit: i64,
    /// Chips that a user must stake on a side at least.
    #[arg(long, value_name = "CHIPS", default_value_t = 1, value_parser = chips())]
    min: i64,
    /// Chips that a user may stake on a side at most.
    #[arg(long, value_name = "CHIPS", default_value_t = 10_000, value_parser = chips())]
    max: i64,
    /// Chips that a new user has.
    #[arg(long, value_name = "CHIPS", default_value_t = 10_000, value_parser = clap::value_parser!(i64).range(0..=MOST_CHIPS))]
    chips: i64,
    /// Keep all chips in this SQLite file, which is made where it is missing; without it they are gone with the server. Servers
    /// that share a Redis have their chips there, and refuse this flag.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum RoundsFlag {
    Manual,
    Auto,
}

fn chips() -> impl clap::builder::TypedValueParser<Value = i64> {
    clap::value_parser!(i64).range(1..=MOST_CHIPS)
}

/// As long as a `TABLE_NTF` can tell.
fn phase(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        time if time > LONGEST_PHASE => Err(format!("`{text}` is over 24 days, the longest phase")),
        time => Ok(time),
    }
}

/// Long enough for a stake.
fn bet_time(text: &str) -> Result<Duration, String> {
    match phase(text)? {
        time if time < Duration::from_millis(1) => Err(format!(
            "`{text}` is under a millisecond: no stake would come in time"
        )),
        time => Ok(time),
    }
}

impl TableFlags {
    /// What the flags say of a table.
    ///
    /// # Errors
    /// Flags that contradict each other, in one sentence.
    pub fn settings(&self) -> Result<TableSettings, String> {
        let Self { unit, min, max, .. } = *self;
        if min > max {
            return Err(format!(
                "--min {min} is over --max {max}: no stake would be allowed"
            ));
        }
        if !(min..=max).contains(&unit) {
            return Err(format!(
                "--unit {unit} is not from --min {min} to --max {max}: no bet without an amount would be allowed"
            ));
        }
        let shoe =
            ShoeSettings::new(self.decks, self.cut_card).map_err(|error| format!("--cut-card: {error}"))?;
        Ok(TableSettings {
            bet_time: self.bet_time,
            result_time: self.result_time,
            rounds: match self.rounds {
                RoundsFlag::Manual => Rounds::Manual,
                RoundsFlag::Auto => Rounds::Auto,
            },
            shoe,
            unit,
            min,
            max,
        })
    }

    /// True where all chips are gone when the server ends.
    #[must_use]
    pub fn are_chips_in_memory(&self) -> bool {
        self.ledger.is_none()
    }

    /// Opens the ledger: the one that all servers of a directory share, or one in the file or in memory.
    ///
    /// # Errors
    /// Why this Redis, or this file, cannot be used.
    pub fn open_ledger(&self, shared: Option<&RedisSettings>) -> Result<Ledger, LedgerError> {
        // The range of the flag is far below what an amount can be.
        let chips = Amount::from_chips(self.chips).unwrap_or(Amount::ZERO);
        match shared {
            Some(redis) => Ledger::open_in_redis(redis, chips),
            None => Ledger::open(self.ledger.as_deref(), chips),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_as_long_as_a_packet_can_tell() {
        assert_eq!(phase("0"), Ok(Duration::ZERO));
        assert_eq!(phase("2147483.647"), Ok(LONGEST_PHASE));
        for text in ["2147483.648", "25d", "1e19"] {
            assert!(phase(text).is_err(), "{text}");
        }
    }

    #[test]
    fn stakes_can_come_in_time() {
        assert_eq!(bet_time("1ms"), Ok(Duration::from_millis(1)));
        for text in ["0", "999us", "25d"] {
            assert!(bet_time(text).is_err(), "{text}");
        }
    }
}
