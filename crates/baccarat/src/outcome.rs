//! How a round ended: who won, pairs, a natural; also as the one byte that a history on the wire has for it.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::BaccaratError;

/// The side that won.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Winner {
    /// 1 on the wire.
    Player = 1,
    /// 2 on the wire.
    Banker = 2,
    /// 3 on the wire.
    Tie = 3,
}

impl Winner {
    pub(crate) const ALL: [Self; 3] = [Self::Player, Self::Banker, Self::Tie];

    /// The winner where the player and the banker have these scores.
    #[must_use]
    pub fn of(player: u8, banker: u8) -> Self {
        match player.cmp(&banker) {
            Ordering::Greater => Self::Player,
            Ordering::Less => Self::Banker,
            Ordering::Equal => Self::Tie,
        }
    }

    /// 1 to 3, as in GAME_RESULT_NTF.
    #[must_use]
    pub const fn number(self) -> i8 {
        self as i8
    }

    /// P, B or T, as on the boards.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Player => 'P',
            Self::Banker => 'B',
            Self::Tie => 'T',
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::Banker => "banker",
            Self::Tie => "tie",
        }
    }
}

impl TryFrom<i8> for Winner {
    type Error = BaccaratError;

    fn try_from(number: i8) -> Result<Self, Self::Error> {
        let mut all = Self::ALL.into_iter();
        all.find(|winner| winner.number() == number)
            .ok_or(BaccaratError::WinnerNumber(number))
    }
}

impl fmt::Display for Winner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Winner {
    type Err = BaccaratError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|winner| winner.name() == text)
            .ok_or_else(|| BaccaratError::WinnerText(text.to_owned()))
    }
}

/// What stakes are paid by, and what a history keeps of a round.
///
/// Its text is the winner and what else there was, such as `banker player-pair natural`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The side that won.
    pub winner: Winner,
    /// Whether the player's first two cards have the same rank.
    pub player_pair: bool,
    /// Whether the banker's first two cards have the same rank.
    pub banker_pair: bool,
    /// Whether either hand had 8 or 9 in two cards.
    pub natural: bool,
}

impl Outcome {
    const PLAYER_PAIR: u8 = 1 << 2;
    const BANKER_PAIR: u8 = 1 << 3;
    const NATURAL: u8 = 1 << 4;
    const WINNER: u8 = 0b11;

    /// This winner, and nothing else.
    pub(crate) const fn without_extras(winner: Winner) -> Self {
        Self {
            winner,
            player_pair: false,
            banker_pair: false,
            natural: false,
        }
    }

    /// The byte of HISTORY_NTF: bits 0 and 1 the winner, bit 2 player pair, bit 3 banker pair, bit 4 natural.
    ///
    /// ```
    /// use baccarat::Outcome;
    ///
    /// let outcome = "banker player-pair natural".parse::<Outcome>()?;
    /// assert_eq!(outcome.history_byte(), 0b1_0110);
    /// assert_eq!(Outcome::from_history_byte(0b1_0110)?, outcome);
    /// # Ok::<(), baccarat::BaccaratError>(())
    /// ```
    #[must_use]
    pub fn history_byte(self) -> u8 {
        let bit = |is_set, bit| if is_set { bit } else { 0 };
        self.winner as u8
            | bit(self.player_pair, Self::PLAYER_PAIR)
            | bit(self.banker_pair, Self::BANKER_PAIR)
            | bit(self.natural, Self::NATURAL)
    }

    /// The outcome that a byte of HISTORY_NTF stands for.
    ///
    /// # Errors
    /// When it names no winner, or has a bit that means nothing.
    pub fn from_history_byte(byte: u8) -> Result<Self, BaccaratError> {
        let known = Self::WINNER | Self::PLAYER_PAIR | Self::BANKER_PAIR | Self::NATURAL;
        let winner = Winner::try_from((byte & Self::WINNER).cast_signed());
        match winner {
            Ok(winner) if byte & !known == 0 => Ok(Self {
                winner,
                player_pair: byte & Self::PLAYER_PAIR != 0,
                banker_pair: byte & Self::BANKER_PAIR != 0,
                natural: byte & Self::NATURAL != 0,
            }),
            _ => Err(BaccaratError::HistoryByte(byte)),
        }
    }

    /// What there may be beside the winner, each with its word.
    const fn extras(self) -> [(bool, &'static str); 3] {
        [
            (self.player_pair, "player-pair"),
            (self.banker_pair, "banker-pair"),
            (self.natural, "natural"),
        ]
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.winner.fmt(f)?;
        let mut there = self.extras().into_iter().filter(|(is_there, _)| *is_there);
        there.try_for_each(|(_, word)| write!(f, " {word}"))
    }
}

impl FromStr for Outcome {
    type Err = BaccaratError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (winner, extras) = text.split_once(' ').unwrap_or((text, ""));
        let mut outcome = Self::without_extras(winner.parse()?);
        for word in extras.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "player-pair" => outcome.player_pair = true,
                "banker-pair" => outcome.banker_pair = true,
                "natural" => outcome.natural = true,
                _ => return Err(BaccaratError::OutcomeText(word.to_owned())),
            }
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_an_outcome_or_an_error() {
        let (good, bad): (Vec<u8>, Vec<u8>) =
            (0..=255).partition(|byte| Outcome::from_history_byte(*byte).is_ok());
        assert_eq!(good.len(), 3 * 8);
        for byte in good {
            let outcome = Outcome::from_history_byte(byte).expect("a good one");
            assert_eq!(outcome.history_byte(), byte);
            assert_eq!(outcome.to_string().parse(), Ok(outcome));
        }
        assert_eq!(bad.len(), 256 - 24);
        assert_eq!(Outcome::from_history_byte(0), Err(BaccaratError::HistoryByte(0)));
    }

    #[test]
    fn numbers_of_winners() {
        for winner in Winner::ALL {
            assert_eq!(Winner::try_from(winner.number()), Ok(winner));
        }
        for number in [-1, 0, 4] {
            assert_eq!(Winner::try_from(number), Err(BaccaratError::WinnerNumber(number)));
        }
    }

    #[test]
    fn words_that_mean_nothing() {
        assert_eq!(
            "dragon".parse::<Outcome>(),
            Err(BaccaratError::WinnerText("dragon".to_owned()))
        );
        assert_eq!(
            "tie dragon".parse::<Outcome>(),
            Err(BaccaratError::OutcomeText("dragon".to_owned()))
        );
    }
}
