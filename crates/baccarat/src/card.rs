//! Playing cards: a number from 0 to 51, with its rank, its suit, and what it counts in baccarat.

use std::fmt;
use std::str::FromStr;

use crate::BaccaratError;

/// Cards in one deck.
pub const CARDS_A_DECK: u8 = 52;

/// Ranks of a suit.
const RANKS: u8 = 13;

/// The ranks as they are printed, from the ace.
const RANK_TEXTS: [&str; 13] = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];

/// A card of a deck, 0 to 51: the rank is the number modulo 13, the suit the number divided by 13.
///
/// ```
/// use baccarat::Card;
///
/// let king = Card::try_from(25_u8)?;
/// assert_eq!(king.to_string(), "♥K");
/// assert_eq!(king.letters().to_string(), "HK");
/// assert_eq!(king.value(), 0);
/// assert_eq!("♥K".parse::<Card>()?, king);
/// assert_eq!("HK".parse::<Card>()?, king);
/// # Ok::<(), baccarat::BaccaratError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Card(u8);

impl Card {
    /// All cards of a deck, in the order of their numbers.
    pub fn deck() -> impl Iterator<Item = Self> {
        (0..CARDS_A_DECK).map(Self)
    }

    /// 0 to 51.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its rank.
    #[must_use]
    pub const fn rank(self) -> Rank {
        Rank(self.0 % RANKS)
    }

    /// Its suit.
    #[must_use]
    pub const fn suit(self) -> Suit {
        match self.0 / RANKS {
            0 => Suit::Spades,
            1 => Suit::Hearts,
            2 => Suit::Diamonds,
            _ => Suit::Clubs,
        }
    }

    /// What it counts: an ace 1, a 2 to 9 as many, a ten or a face 0 (58 Pa. Code ch. 627a).
    #[must_use]
    pub const fn value(self) -> u8 {
        self.rank().value()
    }

    /// The card in letters, such as `SA` or `H10`, for a terminal without the signs of the suits and for files.
    #[must_use]
    pub const fn letters(self) -> Letters {
        Letters(self)
    }
}

impl TryFrom<u8> for Card {
    type Error = BaccaratError;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        let is_card = number < CARDS_A_DECK;
        is_card
            .then_some(Self(number))
            .ok_or(BaccaratError::CardNumber(number.into()))
    }
}

impl TryFrom<i8> for Card {
    type Error = BaccaratError;

    fn try_from(number: i8) -> Result<Self, Self::Error> {
        let card = u8::try_from(number).map_err(|_| BaccaratError::CardNumber(number.into()))?;
        Self::try_from(card)
    }
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.suit().symbol(), self.rank())
    }
}

impl FromStr for Card {
    type Err = BaccaratError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let card = || {
            let mut characters = text.chars();
            let suit = Suit::of(characters.next()?)?;
            let rank = RANK_TEXTS.iter().position(|rank| *rank == characters.as_str())?;
            Some(Self(suit as u8 * RANKS + u8::try_from(rank).ok()?))
        };
        card().ok_or_else(|| BaccaratError::CardText(text.to_owned()))
    }
}

/// A card whose text has a letter for its suit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters(Card);

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.suit().letter(), self.0.rank())
    }
}

/// A rank, from the ace (0) to the king (12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(u8);

impl Rank {
    /// 0 for the ace, 12 for the king.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    const fn value(self) -> u8 {
        if self.0 < 9 { self.0 + 1 } else { 0 }
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RANK_TEXTS[usize::from(self.0)])
    }
}

/// A suit. The game does not ask for it: two cards are a pair by their ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suit {
    /// Cards 0 to 12.
    Spades,
    /// Cards 13 to 25.
    Hearts,
    /// Cards 26 to 38.
    Diamonds,
    /// Cards 39 to 51.
    Clubs,
}

impl Suit {
    const ALL: [Self; 4] = [Self::Spades, Self::Hearts, Self::Diamonds, Self::Clubs];

    fn of(sign: char) -> Option<Self> {
        let is_meant = |suit: &Self| suit.symbol() == sign || suit.letter() == sign;
        Self::ALL.into_iter().find(is_meant)
    }

    /// Its sign, such as `♠`.
    #[must_use]
    pub const fn symbol(self) -> char {
        match self {
            Self::Spades => '♠',
            Self::Hearts => '♥',
            Self::Diamonds => '♦',
            Self::Clubs => '♣',
        }
    }

    /// Its letter, such as `S`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Spades => 'S',
            Self::Hearts => 'H',
            Self::Diamonds => 'D',
            Self::Clubs => 'C',
        }
    }

    /// Hearts and diamonds are printed in red.
    #[must_use]
    pub const fn is_red(self) -> bool {
        matches!(self, Self::Hearts | Self::Diamonds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_a_suit() {
        let values: Vec<_> = Card::deck().map(Card::value).collect();
        for suit in values.chunks(13) {
            assert_eq!(suit, [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0]);
        }
    }

    #[test]
    fn a_deck_as_text() {
        let texts: Vec<_> = Card::deck().map(|card| card.to_string()).collect();
        assert_eq!(texts[0], "♠A");
        assert_eq!(texts[22], "♥10");
        assert_eq!(texts[51], "♣K");
        for card in Card::deck() {
            assert_eq!(card.to_string().parse(), Ok(card));
            assert_eq!(card.letters().to_string().parse(), Ok(card));
        }
    }

    #[test]
    fn what_is_no_card() {
        for text in [
            "", "S", "♠", "S0", "S1", "S11", "XA", "A", "AS", "SA ", "S10x", "sa",
        ] {
            let error = BaccaratError::CardText(text.to_owned());
            assert_eq!(text.parse::<Card>(), Err(error), "{text:?}");
        }
        assert_eq!(Card::try_from(52_u8), Err(BaccaratError::CardNumber(52)));
        assert_eq!(Card::try_from(-1_i8), Err(BaccaratError::CardNumber(-1)));
    }
}
