//! A hand of two or three cards: its score, and whether it is a natural or a pair.

use std::fmt;

use crate::{BaccaratError, Card};

/// The number that stands for a third card that was not drawn.
const NO_CARD: i8 = -1;

/// The cards of the player or of the banker.
///
/// ```
/// use baccarat::Hand;
///
/// let hand = Hand::from_numbers([8, 21, -1])?;
/// assert_eq!(hand.to_string(), "♠9 ♥9");
/// assert_eq!(hand.score(), 8);
/// assert!(hand.is_natural() && hand.is_pair());
/// # Ok::<(), baccarat::BaccaratError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hand {
    /// The card that was dealt first.
    pub first: Card,
    /// The card that was dealt second.
    pub second: Card,
    /// The third card, where the rules gave one.
    pub third: Option<Card>,
}

impl Hand {
    /// A hand of two cards.
    #[must_use]
    pub const fn new(first: Card, second: Card) -> Self {
        Self {
            first,
            second,
            third: None,
        }
    }

    /// The cards in the order in which they were dealt.
    pub fn cards(self) -> impl Iterator<Item = Card> {
        [self.first, self.second].into_iter().chain(self.third)
    }

    /// The sum of the values modulo 10, 0 to 9.
    #[must_use]
    pub fn score(self) -> u8 {
        self.cards().map(Card::value).sum::<u8>() % 10
    }

    /// An 8 or a 9 in two cards, which ends the round at once.
    #[must_use]
    pub fn is_natural(self) -> bool {
        self.third.is_none() && self.score() >= 8
    }

    /// Whether the first two cards have the same rank; two kings are a pair, a king and a queen are none.
    #[must_use]
    pub fn is_pair(self) -> bool {
        self.first.rank() == self.second.rank()
    }

    /// The hand in letters, such as `SA H10`, for a terminal without the signs of the suits and for files.
    #[must_use]
    pub fn letters(self) -> String {
        let cards: Vec<_> = self.cards().map(|card| card.letters().to_string()).collect();
        cards.join(" ")
    }

    /// The cards' numbers as they stand in GAME_RESULT_NTF; -1 for a third card that was not drawn.
    #[must_use]
    pub fn numbers(self) -> [i8; 3] {
        let number = |card: Card| card.number().cast_signed();
        [
            number(self.first),
            number(self.second),
            self.third.map_or(NO_CARD, number),
        ]
    }

    /// The hand of these numbers, the third of which may be -1.
    ///
    /// # Errors
    /// When a number is that of no card.
    pub fn from_numbers([first, second, third]: [i8; 3]) -> Result<Self, BaccaratError> {
        let third = (third != NO_CARD).then(|| Card::try_from(third));
        Ok(Self {
            first: first.try_into()?,
            second: second.try_into()?,
            third: third.transpose()?,
        })
    }
}

impl fmt::Display for Hand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.first, self.second)?;
        self.third.map_or(Ok(()), |third| write!(f, " {third}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hand(text: &str) -> Hand {
        let cards: Vec<Card> = text
            .split(' ')
            .map(|card| card.parse().expect("a card"))
            .collect();
        Hand {
            first: cards[0],
            second: cards[1],
            third: cards.get(2).copied(),
        }
    }

    #[test]
    fn scores_are_sums_modulo_10() {
        for (text, score) in [
            ("SA H2", 3),
            ("SK H9", 9),
            ("S10 HJ", 0),
            ("S7 H8", 5),
            ("S9 H9 C9", 7),
            ("S5 H5 CQ", 0),
        ] {
            assert_eq!(hand(text).score(), score, "{text}");
        }
    }

    #[test]
    fn a_natural_has_two_cards() {
        assert!(hand("SK H8").is_natural());
        assert!(hand("S4 H5").is_natural());
        assert!(!hand("S3 H4").is_natural());
        assert!(!hand("S2 H2 C4").is_natural());
    }

    #[test]
    fn a_pair_is_two_of_a_rank_at_first() {
        assert!(hand("SK HK").is_pair());
        assert!(!hand("SK HQ").is_pair());
        assert!(!hand("SK HQ DQ").is_pair());
    }

    #[test]
    fn numbers_and_back() {
        for numbers in [[0, 51, -1], [14, 34, 35]] {
            assert_eq!(Hand::from_numbers(numbers).expect("cards").numbers(), numbers);
        }
        for (numbers, wrong) in [
            ([-1, 3, 4], -1),
            ([3, -1, -1], -1),
            ([3, 4, 52], 52),
            ([3, 4, -2], -2),
        ] {
            assert_eq!(Hand::from_numbers(numbers), Err(BaccaratError::CardNumber(wrong)));
        }
    }
}
