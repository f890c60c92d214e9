//! The settings of a table: how long its phases are, what may be staked, how its shoe is made.

use std::time::Duration;

use baccarat::ShoeSettings;

/// How a table plays. Stakes are in whole chips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSettings {
    /// How long stakes are taken, unless every member has one before.
    pub bet_time: Duration,
    /// How long a result stays on the table.
    pub result_time: Duration,
    /// Who begins a round.
    pub rounds: Rounds,
    /// How many decks a shoe has, and where its cut card is.
    pub shoe: ShoeSettings,
    /// What a `GAME_BET_REQ` stakes, which names no amount.
    pub unit: i64,
    /// What one user must stake on a side at least.
    pub min: i64,
    /// What one user may stake on a side at most.
    pub max: i64,
}

impl Default for TableSettings {
    fn default() -> Self {
        Self {
            bet_time: Duration::from_secs(5),
            result_time: Duration::from_secs(10),
            rounds: Rounds::Manual,
            shoe: ShoeSettings::default(),
            unit: 10,
            min: 1,
            max: 10_000,
        }
    }
}

/// Who begins a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounds {
    /// The master of the table, by a `GAME_START_REQ`.
    Manual,
    /// Nobody: the next round begins as soon as the time of the result is over.
    Auto,
}
