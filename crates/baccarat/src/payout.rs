//! What a stake is paid: the sides that one can stake on, and what comes back, in hundredths of a chip.

use std::fmt;
use std::str::FromStr;

use crate::{BaccaratError, Outcome, Winner};

/// Hundredths in a chip, so that the banker's commission of 5 % is a whole number.
pub const HUNDREDTHS_A_CHIP: i64 = 100;

/// What one can stake on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The player's hand wins; 1 on the wire.
    Player = 1,
    /// The banker's hand wins; 2 on the wire.
    Banker = 2,
    /// Both hands score the same; 3 on the wire.
    Tie = 3,
    /// The player's first two cards have the same rank; 4 on the wire.
    PlayerPair = 4,
    /// The banker's first two cards have the same rank; 5 on the wire.
    BankerPair = 5,
}

impl Side {
    /// All sides, by their numbers.
    pub const ALL: [Self; 5] = [
        Self::Player,
        Self::Banker,
        Self::Tie,
        Self::PlayerPair,
        Self::BankerPair,
    ];

    /// 1 to 5, as in STAKE_REQ.
    #[must_use]
    pub const fn number(self) -> i8 {
        self as i8
    }

    // ANCHOR: returned_per_chip
    /// What comes back for each chip that was staked, in hundredths of a chip, the stake included: a player's win pays
    /// 1 to 1, a banker's 19 to 20 (the house keeps 5 %), a tie 8 to 1, a pair 11 to 1. At a tie, player and banker get
    /// their stake back.
    #[must_use]
    pub const fn returned_per_chip(self, outcome: Outcome) -> i64 {
        match (self, outcome.winner) {
            (Self::Player, Winner::Player) => 200,
            (Self::Banker, Winner::Banker) => 195,
            (Self::Tie, Winner::Tie) => 900,
            (Self::Player | Self::Banker, Winner::Tie) => 100,
            (Self::PlayerPair, _) if outcome.player_pair => 1_200,
            (Self::BankerPair, _) if outcome.banker_pair => 1_200,
            _ => 0,
        }
    }
    // ANCHOR_END: returned_per_chip

    const fn name(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::Banker => "banker",
            Self::Tie => "tie",
            Self::PlayerPair => "player-pair",
            Self::BankerPair => "banker-pair",
        }
    }
}

impl TryFrom<i8> for Side {
    type Error = BaccaratError;

    fn try_from(number: i8) -> Result<Self, Self::Error> {
        let mut all = Self::ALL.into_iter();
        all.find(|side| side.number() == number)
            .ok_or(BaccaratError::SideNumber(number))
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Side {
    type Err = BaccaratError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|side| side.name() == text)
            .ok_or_else(|| BaccaratError::SideText(text.to_owned()))
    }
}

/// What a stake of so many chips brings back, in hundredths of a chip, the stake included.
///
/// ```
/// use baccarat::{Hundredths, Side, returned};
///
/// let returned = returned(Side::Banker, 50, "banker natural".parse()?)?;
/// assert_eq!(returned, 9_750);
/// assert_eq!(Hundredths(returned).to_string(), "97.50");
/// # Ok::<(), baccarat::BaccaratError>(())
/// ```
///
/// # Errors
/// When the stake is negative, or so large that no i64 holds what it brings back.
pub fn returned(side: Side, stake: i64, outcome: Outcome) -> Result<i64, BaccaratError> {
    if stake < 0 {
        return Err(BaccaratError::NegativeStake(stake));
    }
    stake
        .checked_mul(side.returned_per_chip(outcome))
        .ok_or(BaccaratError::StakeTooLarge(stake))
}

/// An amount in hundredths of a chip, whose text is in chips: `97.50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hundredths(pub i64);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let chip = HUNDREDTHS_A_CHIP.unsigned_abs();
        let amount = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", amount / chip, amount % chip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_side_brings() {
        for (outcome, per_chip) in [
            ("player", [200, 0, 0, 0, 0]),
            ("banker", [0, 195, 0, 0, 0]),
            ("tie", [100, 100, 900, 0, 0]),
            ("player player-pair", [200, 0, 0, 1_200, 0]),
            (
                "banker player-pair banker-pair natural",
                [0, 195, 0, 1_200, 1_200],
            ),
            ("tie banker-pair natural", [100, 100, 900, 0, 1_200]),
        ] {
            let parsed = outcome.parse().expect("an outcome");
            let returned = Side::ALL.map(|side| returned(side, 7, parsed).expect("small"));
            assert_eq!(returned, per_chip.map(|each| 7 * each), "{outcome}");
        }
    }

    #[test]
    fn amounts_that_no_i64_holds_are_errors() {
        let tie = "tie".parse().expect("an outcome");
        let most = i64::MAX / 900;
        assert_eq!(returned(Side::Tie, most, tie), Ok(most * 900));
        let error = Err(BaccaratError::StakeTooLarge(most + 1));
        assert_eq!(returned(Side::Tie, most + 1, tie), error);
        assert_eq!(
            returned(Side::Player, -1, tie),
            Err(BaccaratError::NegativeStake(-1))
        );
    }

    #[test]
    fn hundredths_as_chips() {
        for (amount, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (-195, "-1.95"),
            (i64::MIN, "-92233720368547758.08"),
        ] {
            assert_eq!(Hundredths(amount).to_string(), text);
        }
    }

    #[test]
    fn numbers_and_names_of_sides() {
        for side in Side::ALL {
            assert_eq!(Side::try_from(side.number()), Ok(side));
            assert_eq!(side.to_string().parse(), Ok(side));
        }
        assert_eq!(Side::try_from(6), Err(BaccaratError::SideNumber(6)));
        assert_eq!(
            "dragon".parse::<Side>(),
            Err(BaccaratError::SideText("dragon".to_owned()))
        );
    }
}
